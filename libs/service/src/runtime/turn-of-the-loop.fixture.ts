/** Resolves when everything that was waiting for a turn of the event loop had it. */
export const turnOfTheLoop = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
