/**
 * How long an answer can wait: as long as is allowed, and as somebody waits for it. Milliseconds; not above zero when
 * nobody waits any more.
 */
export function remainingMs(answerBy: string | undefined, mostMs: number): number {
  const left = answerBy === undefined ? mostMs : Date.parse(answerBy) - Date.now();
  return Math.min(mostMs, Number.isNaN(left) ? mostMs : left);
}
