import { Injectable } from '@nestjs/common';
import { eq } from 'drizzle-orm';
import { Store } from '#store';
import { type OpenOutcome, type OpenRequest } from '../incident-backend.js';
import { operations } from '../incident.schema.js';

/** The operations table: each is recorded before it is carried out and knows its outcome afterwards. */
@Injectable()
export class OperationStore {
  constructor(private readonly store: Store) {}

  /** Records the request unless its id is known; returns the outcome when it has one already. */
  async begin(request: OpenRequest): Promise<OpenOutcome | undefined> {
    return this.store.run(async (db) => {
      const isNew = await db
        .insert(operations)
        .values({ id: request.operationId, request })
        .onConflictDoNothing()
        .returning({ id: operations.id });
      if (isNew.length > 0) return undefined;
      const [known] = await db
        .select({ outcome: operations.outcome })
        .from(operations)
        .where(eq(operations.id, request.operationId));
      return known?.outcome ?? undefined;
    });
  }

  async finish(operationId: string, outcome: OpenOutcome): Promise<void> {
    await this.store.run((db) => db.update(operations).set({ outcome }).where(eq(operations.id, operationId)));
  }
}
