import { setTimeout as delay } from 'node:timers/promises';

type Falsy = false | 0 | '' | null | undefined;

/** Only something that hangs takes so long, on the slowest machine: no test says how long something takes. */
const LIMIT_MS = 120_000;

/** Resolves with the first truthy value of `condition`. Rejects after two minutes with an error that contains `what`. */
export async function waitUntil<T>(what: string, condition: () => T | Promise<T>): Promise<Exclude<T, Falsy>> {
  const deadline = Date.now() + LIMIT_MS;
  for (;;) {
    const value = await condition();
    if (value) return value as Exclude<T, Falsy>;
    if (Date.now() > deadline) throw new Error(`Waited ${LIMIT_MS / 1_000} s in vain until ${what}.`);
    await delay(10);
  }
}
