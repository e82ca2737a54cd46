import { BackendFailure } from '../../../ports/backend-failure.js';

const WINDOW_MS = 3_600_000;
/** The share of a window that polling may use, so that people's requests always have room. */
const POLLING_SHARE = 0.25;

interface Window {
  limit: number;
  /** Milliseconds since 1970, by our clock. */
  resetsAt: number;
  used: number;
  polled: number;
}

/**
 * Counts our calls against the instance's hourly rules. ServiceNow reports the limit and when its window ends, but never
 * the rest, and counts late. A client that stays below its own count is not refused.
 */
export class RateBudget {
  /** The rule for each table. It is known after the first answered call. */
  private readonly ruleOf = new Map<string, string>();
  private readonly windows = new Map<string, Window>();
  /** Calls in progress for each table. A newly learnt window counts them all. */
  private readonly underWay = new Map<string, number>();

  /** @param now milliseconds since 1970 */
  constructor(private readonly now: () => number) {}

  /**
   * Counts a call that is about to be made; `done` must follow.
   * @throws BackendFailure `rate-limited` when the window has no calls left for it
   */
  take(table: string, isPoll: boolean): void {
    const window = this.windows.get(this.ruleOf.get(table) ?? '');
    if (window) this.spend(window, isPoll);
    this.underWay.set(table, this.callsUnderWay(table) + 1);
  }

  /** Records that a call ended, with any result. */
  done(table: string): void {
    this.underWay.set(table, this.callsUnderWay(table) - 1);
  }

  private callsUnderWay(table: string): number {
    return this.underWay.get(table) ?? 0;
  }

  private spend(window: Window, isPoll: boolean): void {
    const left = window.resetsAt - this.now();
    if (left <= 0) {
      const windows = Math.floor(-left / WINDOW_MS) + 1;
      Object.assign(window, { used: 0, polled: 0, resetsAt: window.resetsAt + windows * WINDOW_MS });
    }
    const isSpent = window.used >= window.limit || (isPoll && window.polled >= window.limit * POLLING_SHARE);
    if (isSpent)
      throw new BackendFailure('rate-limited', 'Our calls of this hour to ServiceNow are used up.', {
        retryAfterMs: window.resetsAt - this.now(),
      });
    window.used += 1;
    if (isPoll) window.polled += 1;
  }

  /** Stores the rule that a response names. */
  learn(table: string, headers: Readonly<Record<string, string>>): void {
    const limit = Number(headers['x-ratelimit-limit']);
    const reset = Number(headers['x-ratelimit-reset']);
    if (!(limit > 0) || !(reset > 0)) return;
    const rule = headers['x-ratelimit-rule'] ?? `limit ${limit}`;
    // The reset time is by the instance's clock, which may differ from ours.
    const theirNow = Date.parse(headers['date'] ?? '') || this.now();
    const resetsAt = this.now() + Math.min(Math.max(reset * 1000 - theirNow, 0), WINDOW_MS);
    const known = this.windows.get(rule);
    this.ruleOf.set(table, rule);
    // `Date` has whole seconds, so the computed reset differs a little with every response.
    if (known && Math.abs(known.resetsAt - resetsAt) < 60_000) known.limit = limit;
    else this.windows.set(rule, { limit, resetsAt, used: Math.max(1, this.callsUnderWay(table)), polled: 0 });
  }
}

/**
 * How long a 429 asks us to pause, in milliseconds and at most an hour; `undefined` when a full queue refused the call
 * and not a rule.
 */
export function penaltyOf(headers: Readonly<Record<string, string>>, now: number): number | undefined {
  const theirNow = Date.parse(headers['date'] ?? '') || now;
  const after = headers['retry-after'];
  if (after !== undefined) {
    const ms = /^\d{1,9}$/.test(after) ? Number(after) * 1000 : Date.parse(after) - theirNow;
    if (Number.isFinite(ms)) return Math.min(Math.max(ms, 1000), WINDOW_MS);
  }
  const reset = Number(headers['x-ratelimit-reset']);
  return reset > 0 ? Math.min(Math.max(reset * 1000 - theirNow, 1000), WINDOW_MS) : undefined;
}
