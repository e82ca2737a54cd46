import { Type, type Static } from 'typebox';
import { Parse } from 'typebox/value';
import { BackendFailure } from '../../../ports/backend-failure.js';
import { type Changes } from '../../../ports/incident.js';
import { momentIn } from './records.js';
import { allOf, day, isMarked, isUpdatedFrom, type Query, type QueryValue } from '../client/ticket-query.js';
import { type Tickets } from './tickets.js';

const PAGE = 50;
/** A change becomes visible a little later than its time stamp, and several can share a second. */
const OVERLAP_MS = 15_000;
/** No time zone offset is larger. */
const ANY_ZONE_MS = 2 * 24 * 60 * 60_000;

/**
 * The position of the polling. Times come from RT, never from our clock. A round reads pages from the newest change back
 * to `since`. A ticket that changes meanwhile moves to the front: no page skips it, and the next round finds it.
 */
const Cursor = Type.Object({
  /** Everything older was read. */
  since: Type.String(),
  /** During a round: the newest time on its first page, and the next page. */
  round: Type.Optional(Type.Object({ newest: Type.String(), page: Type.Integer({ minimum: 1 }) })),
});
type Cursor = Static<typeof Cursor>;

/** Reads the changes of the tickets that assistants opened. */
export class ChangeFeed {
  constructor(
    private readonly tickets: Pick<Tickets, 'search' | 'shown'>,
    private readonly field: QueryValue<'field'>,
    private readonly pageSize = PAGE,
  ) {}

  /** @throws BackendFailure; `bad-request` for a cursor that is not ours */
  async since(cursor: string | undefined): Promise<Changes> {
    if (cursor === undefined) return this.fromNowOn();
    const { since, round } = readCursor(cursor);
    const from = new Date(momentIn(since).getTime() - OVERLAP_MS);
    const page = round?.page ?? 1;
    const { rows, isLast } = await this.tickets.search(this.from(from), NEWEST_FIRST(this.pageSize, page));
    const fresh = rows.filter(({ LastUpdated }) => momentIn(LastUpdated) >= from);
    const newest = round?.newest ?? later(since, rows[0]?.LastUpdated ?? since);
    const hasMore = !isLast && fresh.length === rows.length;
    const next: Cursor = hasMore ? { since, round: { newest, page: page + 1 } } : { since: newest };
    return { incidents: (await this.tickets.shown(fresh)).reverse(), cursor: JSON.stringify(next), hasMore };
  }

  private async fromNowOn(): Promise<Changes> {
    const { rows } = await this.tickets.search(isMarked(this.field), NEWEST_FIRST(1, 1));
    const since = rows[0]?.LastUpdated ?? new Date(0).toISOString();
    return { incidents: [], cursor: JSON.stringify({ since } satisfies Cursor), hasMore: false };
  }

  /** A day is coarse, but it saves RT from sorting all tickets. */
  private from(moment: Date): Query {
    const dayBefore = new Date(Math.max(0, moment.getTime() - ANY_ZONE_MS)).toISOString().slice(0, 10);
    const first = day(dayBefore);
    return first === undefined ? isMarked(this.field) : allOf(isMarked(this.field), isUpdatedFrom(first));
  }
}

const NEWEST_FIRST = (limit: number, page: number) =>
  ({ by: ['LastUpdated', 'id'], order: 'DESC', limit, page }) as const;

const later = (one: string, other: string) => (momentIn(one) >= momentIn(other) ? one : other);

function readCursor(cursor: string): Cursor {
  try {
    const read = Parse(Cursor, JSON.parse(cursor));
    momentIn(read.since);
    return read;
  } catch (cause) {
    throw new BackendFailure('bad-request', 'This is not a cursor of this Request Tracker backend.', { cause });
  }
}
