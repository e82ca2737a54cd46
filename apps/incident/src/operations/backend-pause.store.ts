import { Injectable } from '@nestjs/common';
import { eq, sql } from 'drizzle-orm';
import { Store } from '#store';
import { IncidentBackend } from '../ports/incident-backend.js';
import { backends } from '../storage/incident.schema.js';

/** How long this replica may rely on a pause read from the database. */
const FRESH_MS = 500;

/** The pause that the ticket system asked for. All replicas share it, and it survives a restart. */
@Injectable()
export class BackendPauseStore {
  private known: Date | undefined;
  private readAt = -Infinity;

  constructor(
    private readonly store: Store,
    private readonly backend: IncidentBackend,
  ) {}

  /** The end of the pause; undefined when calls are allowed. */
  async current(now = new Date()): Promise<Date | undefined> {
    if (performance.now() - this.readAt > FRESH_MS) {
      const [row] = await this.store.run((db) =>
        db.select({ until: backends.pausedUntil }).from(backends).where(eq(backends.name, this.backend.name)),
      );
      this.known = row?.until ?? undefined;
      this.readAt = performance.now();
    }
    return this.known && this.known > now ? this.known : undefined;
  }

  async until(moment: Date): Promise<void> {
    this.known = moment;
    this.readAt = performance.now();
    await this.store.run((db) =>
      db
        .insert(backends)
        .values({ name: this.backend.name, pausedUntil: moment })
        .onConflictDoUpdate({
          target: backends.name,
          set: { pausedUntil: sql`greatest(${backends.pausedUntil}, excluded.paused_until)` },
        }),
    );
  }
}
