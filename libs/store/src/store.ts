import { setTimeout as delay } from 'node:timers/promises';
import { DrizzleQueryError } from 'drizzle-orm/errors';
import { type PgDatabase, type PgQueryResultHKT } from 'drizzle-orm/pg-core';

/** Drizzle's query interface, for any of the databases. */
export type Database = PgDatabase<PgQueryResultHKT, Record<string, never>>;

/** A database: a PostgreSQL server or the embedded one. */
export interface DatabaseHost {
  readonly db: Database;
  /** Applies the missing migrations of a folder. Safe to run by several replicas at once. */
  migrate(migrations: Migrations): Promise<void>;
  /** Whether `error` means that the database cannot be reached, and not that a query is wrong. */
  isUnavailable(error: unknown): boolean;
  close(): Promise<void>;
}

export interface Migrations {
  /** Absolute path of the folder that drizzle-kit wrote. */
  folder: string;
  /** The service whose migrations these are; it names their journal table. */
  service: string;
}

/** The database cannot be reached now; a retry later can succeed. */
export class StoreUnavailableError extends Error {
  override readonly name = 'StoreUnavailableError';
}

/** PostgreSQL's code for a broken unique constraint. */
const UNIQUE_VIOLATION = '23505';

/** Whether `error` says that a row with this key already exists. */
export function isDuplicate(error: unknown): boolean {
  return codes(error).includes(UNIQUE_VIOLATION);
}

/** The SQLSTATE or system codes of an error and its causes. */
export function codes(error: unknown): string[] {
  const found: string[] = [];
  for (let each = error; each instanceof Error; each = each.cause) {
    if ('code' in each && typeof each.code === 'string') found.push(each.code);
  }
  return found;
}

/**
 * The data of one service. Opening never fails for an unavailable database: it keeps trying, `problem` gives the reason
 * meanwhile, and work is refused with `StoreUnavailableError` at once instead of hanging.
 */
export class Store {
  private state: string | undefined = 'the database is not connected yet';
  private isClosing = false;

  constructor(
    private readonly host: DatabaseHost,
    private readonly migrations: Migrations,
    private readonly report: (state: string) => void = () => undefined,
  ) {}

  /** Why the data cannot be used now; `undefined` when it can. */
  problem(): string | undefined {
    return this.state;
  }

  /** Migrates. Retries with growing delays of at most 5 seconds until it succeeds or the store is closed. */
  async open(): Promise<void> {
    for (let wait = 250; !this.isClosing; wait = Math.min(wait * 2, 5_000)) {
      try {
        await this.host.migrate(this.migrations);
        if (this.isClosing) return;
        this.state = undefined;
        this.report('ready');
        return;
      } catch (error) {
        if (this.isClosing) return;
        this.state = `the database cannot be used: ${reasonOf(error)}`;
        this.report(this.state);
        await delay(wait, undefined, { ref: false });
      }
    }
  }

  /**
   * Runs queries outside a transaction.
   * @throws StoreUnavailableError when the database cannot be reached.
   */
  async run<T>(work: (db: Database) => Promise<T>): Promise<T> {
    if (this.state) throw new StoreUnavailableError(this.state);
    try {
      return await work(this.host.db);
    } catch (thrown) {
      const error = withoutQuery(thrown);
      if (!this.host.isUnavailable(error)) throw error;
      throw new StoreUnavailableError(`the database is away: ${reasonOf(error)}`, { cause: error });
    }
  }

  /** Runs queries in one transaction: all or none take effect. */
  transaction<T>(work: (db: Database) => Promise<T>): Promise<T> {
    return this.run((db) => db.transaction(work));
  }

  /** Checks the connection to the database; `undefined` when it works. For health checks. */
  async ping(): Promise<string | undefined> {
    try {
      await this.run((db) => db.execute('select 1'));
      return undefined;
    } catch (error) {
      return reasonOf(error);
    }
  }

  /** Ends the use of the data here. The host stays open: others may share it, and its creator closes it. */
  close(): void {
    this.isClosing = true;
    this.state = 'the store was closed';
  }
}

/** Drizzle quotes the query with its values. These are user texts and must not be logged. */
const withoutQuery = (error: unknown): unknown =>
  error instanceof DrizzleQueryError ? (error.cause ?? new Error('a query failed')) : error;

/** The innermost cause says what happened; drizzle's own message contains the query. */
function reasonOf(error: unknown): string {
  let innermost = error;
  while (innermost instanceof Error && innermost.cause instanceof Error) innermost = innermost.cause;
  if (innermost instanceof AggregateError) {
    return (innermost.errors as unknown[])
      .map((each) => (each instanceof Error ? each.message : String(each)))
      .join(', ');
  }
  return innermost instanceof Error ? innermost.message : String(innermost);
}
