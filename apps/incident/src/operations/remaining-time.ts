/**
 * How long an answer may take: the given maximum, or the time for which the requester waits, if shorter. Milliseconds; not
 * positive when the requester no longer waits.
 */
export function remainingMs(answerBy: string | undefined, mostMs: number): number {
  const left = answerBy === undefined ? mostMs : Date.parse(answerBy) - Date.now();
  return Math.min(mostMs, Number.isNaN(left) ? mostMs : left);
}
