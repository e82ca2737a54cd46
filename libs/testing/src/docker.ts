import { getContainerRuntimeClient } from 'testcontainers';
import { announce } from './installed-program.js';

/** A server that the tests use, and where it came from. */
export interface FoundServer {
  url: string;
  how: string;
  stop(): Promise<void>;
}

/** Whether a Docker engine answers. */
export async function hasDocker(): Promise<boolean> {
  try {
    await getContainerRuntimeClient();
    return true;
  } catch {
    return false;
  }
}

/** Starts a server in a container, or says why that was not possible and returns `undefined`. */
export async function inContainer(image: string, start: () => Promise<FoundServer>): Promise<FoundServer | undefined> {
  if (!(await hasDocker())) return undefined;
  try {
    return await start();
  } catch (error) {
    announce(`Docker answers, but ${image} did not start (${error instanceof Error ? error.message : String(error)}).`);
    return undefined;
  }
}
