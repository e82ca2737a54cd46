/** Stops the servers that the set-up started. */
export default async function globalTeardown() {
  for (const server of globalThis.serversOfTests ?? []) await server.stop();
}
