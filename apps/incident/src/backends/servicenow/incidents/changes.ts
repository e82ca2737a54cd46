import { Type, type Static } from 'typebox';
import { Parse } from 'typebox/value';
import { BackendFailure } from '../../../ports/backend-failure.js';
import { type Changes } from '../../../ports/incident.js';
import { INCIDENT_COLUMNS, readIncident } from './incident-row.js';
import { is, isAfter, isFrom, type Query } from '../tables/query.js';
import { dateTime, sysId, type QueryValue } from '../tables/query-value.js';
import { neededIn, type Row } from '../tables/row.js';
import { type TableApi } from '../tables/table-api.js';

const PAGE = 200;
/** A change becomes visible a little later than its time stamp, and several can share a second. */
const OVERLAP_MS = 5_000;
const BEGINNING = '1970-01-01 00:00:00';

/**
 * The position of the polling. Times come from the instance, never from our clock. A round reads pages by key, from a
 * little before `since` until no rows are left.
 */
const Cursor = Type.Object({
  /** Start of the next round, or of the round in progress: everything older was read. */
  since: Type.String(),
  /** The latest time that was read. */
  seen: Type.String(),
  /** During a round: the last row of the previous page. */
  after: Type.Optional(Type.Object({ stamp: Type.String(), id: Type.String() })),
});
type Cursor = Static<typeof Cursor>;

/** Reads the changes of the incidents that carry our mark. */
export class ChangeFeed {
  constructor(
    private readonly tables: TableApi,
    private readonly mark: QueryValue<'word'>,
    private readonly pageSize = PAGE,
  ) {}

  /** @throws BackendFailure; `bad-request` for a cursor that is not ours */
  async since(cursor: string | undefined): Promise<Changes> {
    if (cursor === undefined) return this.fromNowOn();
    const { since, seen, after } = readCursor(cursor);
    const { rows, hasMore } = await this.tables.list('incident', {
      query: after ? this.afterKey(after) : this.from(before(since)),
      columns: [...INCIDENT_COLUMNS, 'correlation_display'],
      limit: this.pageSize,
      isPoll: true,
    });
    const incidents = rows.map(readIncident);
    const last = rows.at(-1);
    const latest = last ? stampOf(last) : seen;
    // A change that becomes visible late is not older than the start of the round, and that is not earlier than any
    // time read before the round or on its first page. So the next round may begin there.
    const next: Cursor = {
      since: after ? since : maximum(since, seen, latest),
      seen: maximum(seen, latest),
      ...(hasMore && last && { after: { stamp: latest, id: neededIn(last, 'sys_id') } }),
    };
    return { incidents, cursor: JSON.stringify(next), hasMore: next.after !== undefined };
  }

  private async fromNowOn(): Promise<Changes> {
    const { rows } = await this.tables.list('incident', {
      query: { anyOf: [[is('correlation_display', this.mark)]], order: [{ by: 'sys_updated_on', descending: true }] },
      columns: ['sys_updated_on', 'correlation_display'],
      limit: 1,
      isPoll: true,
    });
    const latest = rows[0] ? stampOf(rows[0]) : BEGINNING;
    return { incidents: [], cursor: JSON.stringify({ since: latest, seen: latest } satisfies Cursor), hasMore: false };
  }

  private from(stamp: string): Query {
    return {
      anyOf: [[is('correlation_display', this.mark), isFrom('sys_updated_on', checked(dateTime(stamp)))]],
      order: IN_ORDER,
    };
  }

  private afterKey({ stamp, id }: NonNullable<Cursor['after']>): Query {
    const mark = is('correlation_display', this.mark);
    const moment = checked(dateTime(stamp));
    return {
      anyOf: [
        [mark, is('sys_updated_on', moment), isAfter('sys_id', checked(sysId(id)))],
        [mark, isAfter('sys_updated_on', moment)],
      ],
      order: IN_ORDER,
    };
  }
}

const IN_ORDER: Query['order'] = [{ by: 'sys_updated_on' }, { by: 'sys_id' }];

const stampOf = (row: Row) => neededIn(row, 'sys_updated_on');

const maximum = (...stamps: string[]) => stamps.reduce((latest, stamp) => (stamp > latest ? stamp : latest));

function before(stamp: string): string {
  const moment = new Date(Date.parse(`${checked(dateTime(stamp)).replace(' ', 'T')}Z`) - OVERLAP_MS);
  return moment.toISOString().slice(0, 19).replace('T', ' ');
}

function readCursor(cursor: string): Cursor {
  try {
    return Parse(Cursor, JSON.parse(cursor));
  } catch (cause) {
    throw new BackendFailure('bad-request', 'This is not a cursor of this ServiceNow backend.', { cause });
  }
}

function checked<T>(value: T | undefined): T {
  if (value === undefined) throw new BackendFailure('bad-request', 'This is not a cursor of this ServiceNow backend.');
  return value;
}
