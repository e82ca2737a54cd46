import { setTimeout as delay } from 'node:timers/promises';

type Falsy = false | 0 | '' | null | undefined;

/** Resolves with the first truthy value of `condition`. Rejects after `timeoutMs` with an error that contains `what`. */
export async function waitUntil<T>(
  what: string,
  condition: () => T | Promise<T>,
  timeoutMs = 10_000,
): Promise<Exclude<T, Falsy>> {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    const value = await condition();
    if (value) return value as Exclude<T, Falsy>;
    if (Date.now() > deadline) throw new Error(`Waited ${timeoutMs} ms in vain until ${what}.`);
    await delay(10);
  }
}
