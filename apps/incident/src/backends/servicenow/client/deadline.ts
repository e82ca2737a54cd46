/**
 * Runs work with a signal that aborts after a timeout, or together with the parent signal. Unlike
 * `AbortSignal.timeout`, it leaves no timer behind when the work ends early, as nearly all calls do.
 */
export async function withDeadline<T>(
  ms: number,
  work: (signal: AbortSignal) => Promise<T>,
  whole?: AbortSignal,
): Promise<T> {
  const ending = new AbortController();
  const end = () => ending.abort();
  if (whole?.aborted) end();
  whole?.addEventListener('abort', end, { once: true });
  const timer = setTimeout(end, ms);
  try {
    return await work(ending.signal);
  } finally {
    clearTimeout(timer);
    whole?.removeEventListener('abort', end);
  }
}
