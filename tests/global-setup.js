/**
 * Jest calls this once before the suites that name it. It is JavaScript because Jest cannot load a set-up in TypeScript
 * with ES modules. tsx loads the rest.
 */
import { tsImport } from 'tsx/esm/api';

const { startServers } = await tsImport('./servers.ts', import.meta.url);

export default startServers;
