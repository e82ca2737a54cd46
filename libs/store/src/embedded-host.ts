import { mkdirSync } from 'node:fs';
import { PGlite } from '@electric-sql/pglite';
import { drizzle } from 'drizzle-orm/pglite';
import { migrate } from 'drizzle-orm/pglite/migrator';
import { type Database, type DatabaseHost, type Migrations } from './store.js';

/**
 * PostgreSQL inside this process, stored in a folder: the same SQL, without an installation. Only one process may open a
 * folder at a time; the caller ensures that.
 */
export class EmbeddedHost implements DatabaseHost {
  readonly db: Database;
  private readonly client: PGlite;
  private migrating: Promise<void> = Promise.resolve();
  private closing: Promise<void> | undefined;

  /** @param directory created when missing; `memory://` stores nothing */
  constructor(directory: string) {
    if (!directory.startsWith('memory://')) mkdirSync(directory, { recursive: true });
    this.client = new PGlite(directory);
    this.db = drizzle(this.client);
  }

  /** Runs migrations one service at a time, because several services share the one connection. */
  migrate({ folder, service }: Migrations): Promise<void> {
    const run = () =>
      migrate(drizzle(this.client), { migrationsFolder: folder, migrationsTable: `migrations_${service}` });
    this.migrating = this.migrating.then(run, run);
    return this.migrating;
  }

  isUnavailable(error: unknown): boolean {
    return error instanceof Error && /closed|closing/i.test(error.message);
  }

  /** Closes the database for all who share it. A second call changes nothing. */
  close(): Promise<void> {
    this.closing ??= this.client.close();
    return this.closing;
  }
}
