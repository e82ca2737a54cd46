import { getContainerRuntimeClient } from 'testcontainers';
import { announce } from './installed-program.js';

/** A server that the tests use, and how it was found. */
export interface FoundServer {
  url: string;
  how: string;
  stop(): Promise<void>;
}

/** Where servers come from: `docker`, `local` (binaries or packages), or `any` (Docker if it answers, otherwise local). */
const wanted = (): 'docker' | 'local' | 'any' => {
  const { TEST_SERVERS: value } = process.env;
  if (!value) return 'any';
  if (value === 'docker' || value === 'local') return value;
  throw new Error(`TEST_SERVERS is "${value}"; it can be docker or local.`);
};

/** Whether a Docker engine answers. */
async function hasDocker(): Promise<boolean> {
  try {
    await getContainerRuntimeClient();
    return true;
  } catch {
    return false;
  }
}

/**
 * Starts a server in a container. Returns `undefined` if there is no Docker or if the container does not start, so that
 * local binaries are used. Prints a message if the container does not start.
 * @throws Error instead if `TEST_SERVERS` is `docker`
 */
export async function inContainer(image: string, start: () => Promise<FoundServer>): Promise<FoundServer | undefined> {
  const isNeeded = wanted() === 'docker';
  if (wanted() === 'local' || (!isNeeded && !(await hasDocker()))) return undefined;
  try {
    return await start();
  } catch (error) {
    if (isNeeded) throw error;
    announce(`Docker answers, but ${image} did not start (${error instanceof Error ? error.message : String(error)}).`);
    return undefined;
  }
}
