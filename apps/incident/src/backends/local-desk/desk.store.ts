import { Injectable } from '@nestjs/common';
import { and, asc, desc, eq, gt, ilike, inArray, or, sql, type SQL } from 'drizzle-orm';
import { Store } from '#store';
import { deskComments, deskFiles, deskIncidents } from '../../storage/incident.schema.js';

export type DeskIncident = typeof deskIncidents.$inferSelect;
export type DeskComment = typeof deskComments.$inferSelect;
export type NewDeskIncident = Pick<DeskIncident, 'operationId' | 'caller' | 'title' | 'description' | 'priority'>;
export type DeskChange = Partial<Pick<DeskIncident, 'state' | 'waitsFor' | 'assignedTo' | 'priority' | 'resolvedAt'>>;

/** A file without its content, which is read separately by id. */
export type DeskFile = Omit<typeof deskFiles.$inferSelect, 'content'> & { size: number };

const DIGITS = 7;

/** `INC0000012` for 12. */
export const numberOf = (id: number): string => `INC${String(id).padStart(DIGITS, '0')}`;

/** 12 for `INC0000012`; undefined when the text is not a number of this desk. */
export function idOf(number: string): number | undefined {
  const digits = /^INC(\d{7,9})$/i.exec(number)?.[1];
  return digits === undefined ? undefined : Number(digits);
}

/** Every write advances the change counter, so that the next poll for changes finds it. */
const changed = {
  updatedAt: sql`now()`,
  change: sql`nextval(pg_get_serial_sequence('incident.desk_incidents', 'change'))`,
};

/** The incidents of the local desk. */
@Injectable()
export class DeskStore {
  constructor(private readonly store: Store) {}

  /** Opens an incident at most once per operation id. */
  async open(incident: NewDeskIncident): Promise<DeskIncident> {
    return this.store.run(async (db) => {
      await db.insert(deskIncidents).values(incident).onConflictDoNothing();
      const [row] = await db.select().from(deskIncidents).where(eq(deskIncidents.operationId, incident.operationId));
      if (!row) throw new Error('The incident that was just opened is gone.');
      return row;
    });
  }

  async byOperation(operationId: string): Promise<DeskIncident | undefined> {
    const [row] = await this.store.run((db) =>
      db.select().from(deskIncidents).where(eq(deskIncidents.operationId, operationId)),
    );
    return row;
  }

  async get(id: number): Promise<DeskIncident | undefined> {
    const [row] = await this.store.run((db) => db.select().from(deskIncidents).where(eq(deskIncidents.id, id)));
    return row;
  }

  async ofCaller(caller: string, limit: number): Promise<DeskIncident[]> {
    return this.store.run((db) =>
      db
        .select()
        .from(deskIncidents)
        .where(eq(deskIncidents.caller, caller))
        .orderBy(desc(deskIncidents.openedAt), desc(deskIncidents.id))
        .limit(limit),
    );
  }

  /** The incidents to work on, newest first. `text` matches in the title, description, caller or number. */
  async list(isOpen: boolean, text: string, limit: number): Promise<DeskIncident[]> {
    const conditions: (SQL | undefined)[] = [];
    if (isOpen) conditions.push(inArray(deskIncidents.state, ['new', 'in-progress', 'on-hold']));
    if (text !== '') {
      const pattern = `%${text.replace(/[\\%_]/g, '\\$&')}%`;
      const { title, description, caller } = deskIncidents;
      const id = idOf(text);
      conditions.push(
        or(
          ...[title, description, caller].map((column) => ilike(column, pattern)),
          id !== undefined ? eq(deskIncidents.id, id) : undefined,
        ),
      );
    }
    return this.store.run((db) =>
      db
        .select()
        .from(deskIncidents)
        .where(and(...conditions))
        .orderBy(desc(deskIncidents.id))
        .limit(limit),
    );
  }

  async changedAfter(change: number, limit: number): Promise<DeskIncident[]> {
    return this.store.run((db) =>
      db
        .select()
        .from(deskIncidents)
        .where(gt(deskIncidents.change, change))
        .orderBy(asc(deskIncidents.change))
        .limit(limit),
    );
  }

  async latestChange(): Promise<number> {
    const [row] = await this.store.run((db) =>
      db.select({ change: sql<number>`coalesce(max(${deskIncidents.change}), 0)` }).from(deskIncidents),
    );
    return Number(row?.change ?? 0);
  }

  async change(id: number, change: DeskChange): Promise<DeskIncident | undefined> {
    const [row] = await this.store.run((db) =>
      db
        .update(deskIncidents)
        .set({ ...change, ...changed })
        .where(eq(deskIncidents.id, id))
        .returning(),
    );
    return row;
  }

  async comments(id: number): Promise<DeskComment[]> {
    return this.store.run((db) =>
      db.select().from(deskComments).where(eq(deskComments.incidentId, id)).orderBy(asc(deskComments.id)),
    );
  }

  async comment(id: number, comment: Pick<DeskComment, 'author' | 'name' | 'text' | 'isInternal'>): Promise<void> {
    await this.store.transaction(async (db) => {
      await db.insert(deskComments).values({ incidentId: id, ...comment });
      await db.update(deskIncidents).set(changed).where(eq(deskIncidents.id, id));
    });
  }

  async files(id: number): Promise<DeskFile[]> {
    const { id: fileId, incidentId, name, mediaType, addedAt } = deskFiles;
    const size = sql<number>`length(${deskFiles.content})`.mapWith(Number);
    const columns = { id: fileId, incidentId, name, mediaType, addedAt, size };
    return this.store.run((db) =>
      db.select(columns).from(deskFiles).where(eq(deskFiles.incidentId, id)).orderBy(asc(deskFiles.id)),
    );
  }

  async file(id: number): Promise<typeof deskFiles.$inferSelect | undefined> {
    const [row] = await this.store.run((db) => db.select().from(deskFiles).where(eq(deskFiles.id, id)));
    return row;
  }

  async attach(id: number, file: { name: string; mediaType: string; content: Buffer }): Promise<void> {
    await this.store.transaction(async (db) => {
      await db.insert(deskFiles).values({ incidentId: id, ...file });
      await db.update(deskIncidents).set(changed).where(eq(deskIncidents.id, id));
    });
  }
}
