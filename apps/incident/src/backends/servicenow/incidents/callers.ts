import { BackendFailure } from '../../../ports/backend-failure.js';
import { type Caller } from '../../../ports/incident.js';
import { is, isAnyOf } from '../tables/query.js';
import { emailAddress, word, type QueryValue } from '../tables/query-value.js';
import { neededIn, valueIn, type Row } from '../tables/row.js';
import { type TableApi } from '../tables/table-api.js';

/** How long a found caller is cached, in milliseconds. */
const CACHE_MS = 10 * 60_000;
const MAX_CACHED = 10_000;

const ACTIVE = word('true') as QueryValue<'word'>;

/** Looks up the instance's users by address. */
export class Callers {
  private readonly known = new Map<string, { caller: Caller; until: number }>();

  /** @param now milliseconds since 1970 */
  constructor(
    private readonly tables: TableApi,
    private readonly now: () => number,
  ) {}

  /** The only active user with this address who is not locked out; `undefined` in every other case. */
  async find(email: string): Promise<Caller | undefined> {
    const asked = emailAddress(email.trim());
    if (asked === undefined) return undefined;
    const key = asked.toLowerCase();
    const known = this.known.get(key);
    if (known && known.until > this.now()) return known.caller;
    this.known.delete(key);
    const caller = await this.ask(asked, key);
    if (caller) this.remember(key, caller);
    return caller;
  }

  private async ask(asked: QueryValue<'email'>, lowerCase: string): Promise<Caller | undefined> {
    // Whether the database compares case-sensitively depends on the instance.
    const spellings = [...new Set([asked, lowerCase as QueryValue<'email'>])];
    const { rows } = await this.tables.list('sys_user', {
      query: {
        anyOf: [[spellings.length > 1 ? isAnyOf('email', spellings) : is('email', asked), is('active', ACTIVE)]],
        order: [{ by: 'sys_id' }],
      },
      columns: ['sys_id', 'email', 'name', 'active', 'locked_out'],
      limit: 3,
    });
    const [row] = rows;
    if (rows.length !== 1 || !row || valueIn(row, 'locked_out') === 'true') return undefined;
    if (neededIn(row, 'email').toLowerCase() !== lowerCase || neededIn(row, 'active') !== 'true')
      throw new BackendFailure('unexpected', 'ServiceNow answered with somebody who was not asked for.');
    return callerIn(row);
  }

  private remember(email: string, caller: Caller): void {
    const oldest = this.known.keys().next();
    if (this.known.size >= MAX_CACHED && !oldest.done) this.known.delete(oldest.value);
    this.known.set(email, { caller, until: this.now() + CACHE_MS });
  }
}

function callerIn(row: Row): Caller {
  const name = valueIn(row, 'name');
  return { id: neededIn(row, 'sys_id'), email: neededIn(row, 'email'), ...(name !== '' && { name }) };
}
