import { type Domain } from '#assistant/model';
import { type Tracker } from './tracker.js';

const SECONDS_PER_MINUTE = 60;

/**
 * Whether the next message begins a session: no event exists yet, or the latest message is older than the domain
 * allows. `now` in seconds.
 */
export function isSessionDue(tracker: Tracker, { session }: Domain, now: number): boolean {
  if (tracker.isFresh) return true;
  const last = tracker.state.latestUserTime;
  if (last === null || session.expirationTime === 0) return false;
  return now - last > session.expirationTime * SECONDS_PER_MINUTE;
}
