/**
 * Jest calls this once before the suites that name it. JavaScript, since Jest cannot load TypeScript with ES modules
 * here; tsx loads the rest.
 */
import { tsImport } from 'tsx/esm/api';

const { startServers } = await tsImport('./servers.ts', import.meta.url);

export default startServers;
