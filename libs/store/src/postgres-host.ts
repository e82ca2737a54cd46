import { drizzle } from 'drizzle-orm/node-postgres';
import { migrate } from 'drizzle-orm/node-postgres/migrator';
import pg from 'pg';
import { codes, type Database, type DatabaseHost, type Migrations } from './store.js';

/** An arbitrary constant: the lock that serializes migrations of several replicas. */
const MIGRATION_LOCK = 7_142_001;

/** A PostgreSQL server, through a pool of connections. */
export class PostgresHost implements DatabaseHost {
  readonly db: Database;
  private readonly pool: pg.Pool;

  /** @param url `postgres://user:password@host:port/database` */
  constructor(
    private readonly url: string,
    poolSize = 10,
  ) {
    // Short timeouts: the caller learns within a second that the database is unavailable, and the bus retries.
    this.pool = new pg.Pool({
      connectionString: url,
      max: poolSize,
      connectionTimeoutMillis: 800,
      query_timeout: 5_000,
      keepAlive: true,
    });
    // The pool replaces an idle connection that breaks. Without a listener, the error would end the process.
    this.pool.on('error', () => undefined);
    this.db = drizzle(this.pool);
  }

  async migrate({ folder, service }: Migrations): Promise<void> {
    const client = new pg.Client({ connectionString: this.url, connectionTimeoutMillis: 2_000 });
    client.on('error', () => undefined);
    await client.connect();
    try {
      await client.query('select pg_advisory_lock($1)', [MIGRATION_LOCK]);
      await migrate(drizzle(client), { migrationsFolder: folder, migrationsTable: `migrations_${service}` });
    } finally {
      await client.end();
    }
  }

  isUnavailable(error: unknown): boolean {
    // 08: connection, 53: resources, 57: operator intervention (shutdown, start-up), E…: network errors of the system.
    if (codes(error).some((code) => /^(08|53|57)[\dA-Z]{3}$|^E[A-Z]+$/.test(code))) return true;
    return messages(error).some((message) => /timeout|terminated|connection/i.test(message));
  }

  close(): Promise<void> {
    return this.pool.end();
  }
}

function messages(error: unknown): string[] {
  const found: string[] = [];
  // The outer message of drizzle quotes the query, which may contain any text.
  for (let each = error; each instanceof Error; each = each.cause) {
    if (!each.message.startsWith('Failed query')) found.push(each.message);
  }
  return found;
}
