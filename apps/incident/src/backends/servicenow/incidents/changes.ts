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
/** Changes become visible a little later than their time says, and several share a second. */
const OVERLAP_MS = 5_000;
const BEGINNING = '1970-01-01 00:00:00';

/**
 * Where the polling stands; times as the instance gave them, never ours. A round reads pages by key from a little
 * before `since` until nothing is left.
 */
const Cursor = Type.Object({
  /** Where the next round begins, or began: whatever is older was seen. */
  since: Type.String(),
  /** The latest time that was seen. */
  seen: Type.String(),
  /** Within a round: the last row of the page before. */
  after: Type.Optional(Type.Object({ stamp: Type.String(), id: Type.String() })),
});
type Cursor = Static<typeof Cursor>;

/** What changed of the incidents that carry our mark. */
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
    // What became visible behind the reader's back is no older than the moment at which the round began, and that is
    // no earlier than anything seen before it or on its first page. The next round may begin there.
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
    throw new BackendFailure('bad-request', 'That is not a cursor of this ServiceNow backend.', { cause });
  }
}

function checked<T>(value: T | undefined): T {
  if (value === undefined) throw new BackendFailure('bad-request', 'That is not a cursor of this ServiceNow backend.');
  return value;
}
