import { mkdirSync } from 'node:fs';
import { PGlite } from '@electric-sql/pglite';
import { drizzle } from 'drizzle-orm/pglite';
import { migrate } from 'drizzle-orm/pglite/migrator';
import { type Database, type DatabaseHost, type Migrations } from './store.js';

/**
 * PostgreSQL inside this process, kept in a folder: the same SQL, nothing to install. One process may open a folder
 * at a time; who starts the process sees to that.
 */
export class EmbeddedHost implements DatabaseHost {
  readonly db: Database;
  private readonly client: PGlite;
  private migrating: Promise<void> = Promise.resolve();
  private closing: Promise<void> | undefined;

  /** @param directory made when missing; `memory://` keeps nothing. */
  constructor(directory: string) {
    if (!directory.startsWith('memory://')) mkdirSync(directory, { recursive: true });
    this.client = new PGlite(directory);
    this.db = drizzle(this.client);
  }

  /** Several services share the one connection, so their migrations take turns. */
  migrate({ folder, service }: Migrations): Promise<void> {
    const run = () =>
      migrate(drizzle(this.client), { migrationsFolder: folder, migrationsTable: `migrations_${service}` });
    this.migrating = this.migrating.then(run, run);
    return this.migrating;
  }

  isUnavailable(error: unknown): boolean {
    return error instanceof Error && /closed|closing/i.test(error.message);
  }

  /** Ends it for all who share it; again changes nothing. */
  close(): Promise<void> {
    this.closing ??= this.client.close();
    return this.closing;
  }
}
