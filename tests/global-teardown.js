import { found } from './global-setup.js';

/** Ends what the set-up started. */
export default async function globalTeardown() {
  for (const server of found.splice(0)) await server.stop();
}
