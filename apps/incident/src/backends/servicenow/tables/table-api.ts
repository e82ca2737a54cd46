import { type Logger } from '#service';
import { BackendFailure } from '../../../ports/backend-failure.js';
import { encodedQuery, isAskedFor, UnsafeQueryError, type Query } from './query.js';
import { type QueryValue } from './query-value.js';
import { readRow, readRows, type Row } from './row.js';
import { type Reply, type ServiceNowClient } from '../client/servicenow.client.js';

export interface Listing {
  query: Query;
  /** Must contain the columns of the query, so that the answer can be checked against the query. */
  columns: readonly string[];
  limit: number;
  opId?: string;
  isPoll?: boolean;
}

export interface Listed {
  /** At most `limit`. */
  rows: Row[];
  /** Whether the instance has more. */
  hasMore: boolean;
}

/** Most pages of the first size that a listing reads. ServiceNow cuts pages before it hides rows, so some are empty. */
const MAX_PAGES = 5;
/** How many times a truncated page is read again, each time with a quarter of the size. */
const MAX_SHRINKS = 2;

/** Reads and writes records. Every value has a stored and a display form; references have no links. */
export class TableApi {
  constructor(
    private readonly client: ServiceNowClient,
    private readonly logger: Logger,
  ) {}

  /** @throws BackendFailure; `unexpected` when the instance answers with rows that do not match */
  async list(table: string, { query, columns, limit, opId, isPoll }: Listing): Promise<Listed> {
    const sysparm_query = this.encoded(query, table);
    const rows: Row[] = [];
    let pageSize = limit;
    let shrinks = 0;
    let offset = 0;
    let hasMore = true;
    for (let page = 0; hasMore && rows.length < limit && page < MAX_PAGES;) {
      let reply: Reply;
      try {
        reply = await this.client.call({
          method: 'GET',
          path: `/api/now/table/${table}`,
          params: { ...shape(columns), sysparm_query, sysparm_limit: String(pageSize), sysparm_offset: String(offset) },
          table,
          expects: 200,
          ...(opId !== undefined && { opId }),
          ...(isPoll && { isPoll }),
        });
      } catch (error) {
        if (!isTruncated(error) || shrinks === MAX_SHRINKS) throw error;
        shrinks += 1;
        pageSize = Math.ceil(pageSize / 4);
        continue;
      }
      rows.push(...this.askedFor(readRows(reply.result), query, table));
      hasMore = reply.hasNext;
      offset += pageSize;
    }
    return { rows: rows.slice(0, limit), hasMore: hasMore || rows.length > limit };
  }

  /** @throws BackendFailure `not-found` when the record does not exist or is hidden from our account */
  async read(table: string, sysId: QueryValue<'sys-id'>, columns: readonly string[]): Promise<Row> {
    const path = `/api/now/table/${table}/${sysId}`;
    const { result } = await this.client.call({ method: 'GET', path, params: shape(columns), table, expects: 200 });
    return readRow(result);
  }

  /** @returns the columns of the new record as the instance stored them */
  async insert(table: string, values: Values, columns: readonly string[], opId: string): Promise<Row> {
    const { result } = await this.client.call({
      method: 'POST',
      path: `/api/now/table/${table}`,
      params: shape(columns),
      body: values,
      table,
      opId,
      expects: 201,
    });
    return written(() => readRow(result));
  }

  /** @returns the columns of the record after the change */
  async update(table: string, sysId: QueryValue<'sys-id'>, values: Values, columns: readonly string[]): Promise<Row> {
    const { result } = await this.client.call({
      method: 'PATCH',
      path: `/api/now/table/${table}/${sysId}`,
      params: shape(columns),
      body: values,
      table,
      expects: 200,
    });
    return written(() => readRow(result));
  }

  private encoded(query: Query, table: string): string {
    try {
      return encodedQuery(query);
    } catch (error) {
      if (!(error instanceof UnsafeQueryError)) throw error;
      this.logger.error({ table, security: true }, error.message);
      throw new BackendFailure('bad-request', error.message);
    }
  }

  private askedFor(rows: Row[], query: Query, table: string): Row[] {
    if (rows.every((row) => isAskedFor(row, query))) return rows;
    this.logger.error({ table, security: true }, 'ServiceNow answered with rows that were not asked for.');
    throw new BackendFailure('unexpected', `ServiceNow ignored a condition on ${table}; may our account query it?`);
  }
}

type Values = Readonly<Record<string, string>>;

/**
 * Reads the answer to a write.
 * @throws BackendFailure that says that the write happened anyway
 */
export function written<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof BackendFailure)) throw error;
    throw new BackendFailure(error.kind, error.message, { mayHaveHappened: true });
  }
}

const shape = (columns: readonly string[]) => ({
  sysparm_fields: columns.join(','),
  sysparm_display_value: 'all',
  sysparm_exclude_reference_link: 'true',
});

const isTruncated = (error: unknown) => error instanceof BackendFailure && error.kind === 'truncated';
