/** Create requests over the HTTP API of the incident service, as from a portal or a script. */
import { randomUUID } from 'node:crypto';
import { Agent, request } from 'node:http';

/** Callers in the simulator. */
const CALLERS = ['abraham.lincoln@example.com', 'ana.ruiz@example.com', 'priya+it@example.com', 'cfo@example.com'];

interface Load {
  concurrency: number;
  /** Whether to stop. It is called before each incident. */
  isOver: (next: number) => boolean;
  /** The description of an incident. */
  describe?: (index: number) => string | undefined;
  /** Receives the status of every answer. */
  answered: (status: number | undefined) => void;
}

/** Opens incidents, `concurrency` at a time, until `isOver` returns true. Resolves after the last answer. */
export async function openIncidents(url: string, { concurrency, isOver, describe, answered }: Load): Promise<void> {
  const agent = new Agent({ keepAlive: true, maxSockets: concurrency });
  let next = 0;
  const person = async () => {
    while (!isOver(next)) {
      const index = next++;
      const incident = {
        operation_id: randomUUID(),
        email: CALLERS[index % CALLERS.length],
        title: `Screen ${index} flickers`,
        description: describe?.(index) ?? 'It began this morning and gets worse.',
        priority: 'medium',
      };
      answered(await post(agent, `${url}/incidents`, JSON.stringify(incident)));
    }
  };
  await Promise.all(Array.from({ length: concurrency }, person));
  agent.destroy();
}

/**
 * Creates per second in each of `windows` windows of a continuous load, after one window as a warm-up. Every answer must
 * contain a number.
 */
export async function measureCreates(
  url: string,
  { concurrency, windows, windowMs }: { concurrency: number; windows: number; windowMs: number },
): Promise<number[]> {
  const done: number[] = [];
  const begun = performance.now();
  await openIncidents(url, {
    concurrency,
    isOver: () => performance.now() - begun > (windows + 1) * windowMs,
    answered: (status) => {
      if (status !== 201) throw new Error(`The status of a create was ${status} instead of 201.`);
      done.push(performance.now() - begun);
    },
  });
  return Array.from({ length: windows }, (_, index) => {
    const from = (index + 1) * windowMs;
    return (done.filter((at) => at >= from && at < from + windowMs).length * 1_000) / windowMs;
  });
}

/** The number of waiting operations, at most 500. */
export async function pendingOperations(url: string): Promise<number> {
  const response = await fetch(`${url}/operations?state=pending&limit=500`);
  return ((await response.json()) as { operations: unknown[] }).operations.length;
}

/** Uses little processor time, because it shares the cores with the product. */
function post(agent: Agent, url: string, body: string): Promise<number | undefined> {
  return new Promise<number | undefined>((resolve, reject) => {
    const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) };
    const call = request(url, { agent, method: 'POST', headers }, (response) => {
      response.resume();
      response.on('end', () => resolve(response.statusCode));
    });
    call.on('error', reject);
    call.end(body);
  });
}
