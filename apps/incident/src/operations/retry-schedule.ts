const FIRST_MS = 1_000;
const LONGEST_MS = 300_000;
/** Delays before each check of an operation that may have happened, from the first attempt. Milliseconds. */
const LOOK_UPS_MS = [1_000, 4_000, 10_000, 30_000];

/** Exponential backoff with full jitter, from one second to five minutes. @param random in [0, 1) */
export function backoffMs(attempt: number, random: () => number): number {
  const most = Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.min(attempt, 20));
  return Math.max(FIRST_MS / 2, Math.round(random() * most));
}

/** The delay before an operation that may have happened is checked again. */
export function lookUpWaitMs(sinceMs: number, horizonMs: number): number {
  const next = LOOK_UPS_MS.find((at) => at > sinceMs) ?? sinceMs + 30_000;
  return Math.max(250, Math.min(next, Math.max(horizonMs, sinceMs)) - sinceMs);
}
