import { Injectable } from '@nestjs/common';
import { and, eq, lt, sql } from 'drizzle-orm';
import { Store } from '#store';
import { type NewFile } from '../ports/incident.js';
import { keptFiles } from '../storage/incident.schema.js';

/** Files from a conversation that wait to be attached. They are deleted after a day. */
@Injectable()
export class FileStore {
  constructor(private readonly store: Store) {}

  /** Stores a file. The same id again changes nothing. */
  async keep(id: string, conversationId: string, { name, type, content }: NewFile): Promise<void> {
    await this.store.run(async (db) => {
      await db.delete(keptFiles).where(lt(keptFiles.keptAt, sql`now() - interval '1 day'`));
      await db.insert(keptFiles).values({ id, conversationId, name, mediaType: type, content }).onConflictDoNothing();
    });
  }

  async get(id: string): Promise<NewFile | undefined> {
    const [file] = await this.store.run((db) => db.select().from(keptFiles).where(eq(keptFiles.id, id)));
    return file && { name: file.name, type: file.mediaType, content: file.content };
  }

  /** Whether a file was sent in this conversation. Nobody can attach files of others. */
  async isOf(id: string, conversationId: string): Promise<boolean> {
    const [file] = await this.store.run((db) =>
      db
        .select({ id: keptFiles.id })
        .from(keptFiles)
        .where(and(eq(keptFiles.id, id), eq(keptFiles.conversationId, conversationId))),
    );
    return file !== undefined;
  }
}
