import { Agent, request } from 'node:http';
import { ascending } from '../median.js';

/**
 * The messages that people send again and again. Each one leads to a turn with a form, slots and an answer, and takes the
 * same three durable hops as the relay. The description takes two more hops, because dialogue asks the incident service
 * for similar incidents. A confirmed incident would also take two more hops, so the person declines.
 */
const SCRIPT = [
  'i have a problem with my email',
  'anything@example.com',
  '/inform{"priority":"low"}',
  "Can't log in to my email",
  '/deny',
  'thanks',
];

export interface Turns {
  perSecond: number;
  /** Sorted, in milliseconds. */
  latencies: number[];
}

/** Takes `total` turns over REST, `concurrency` conversations at a time. */
export async function measureTurns(url: string, total: number, concurrency: number, prefix: string): Promise<Turns> {
  const agent = new Agent({ keepAlive: true, maxSockets: concurrency });
  const latencies: number[] = [];
  let left = total;
  const talk = async (sender: string) => {
    for (let i = 0; left-- > 0; i++) {
      const begun = performance.now();
      await say(agent, url, JSON.stringify({ sender, message: SCRIPT[i % SCRIPT.length] }));
      latencies.push(performance.now() - begun);
    }
  };
  const begun = performance.now();
  await Promise.all(Array.from({ length: concurrency }, (_, i) => talk(`${prefix}-${i}`)));
  const seconds = (performance.now() - begun) / 1_000;
  agent.destroy();
  return { perSecond: total / seconds, latencies: ascending(latencies) };
}

/** Sends a message and rejects if there is no answer. Uses little processor time, because it shares the cores with the product. */
function say(agent: Agent, url: string, body: string): Promise<void> {
  return new Promise<void>((resolve, reject) => {
    const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) };
    const call = request(`${url}/webhooks/rest/webhook`, { agent, method: 'POST', headers }, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => (text += chunk));
      response.on('end', () =>
        response.statusCode === 200 && text.length > 2 ? resolve() : reject(new Error(`no answer: ${text}`)),
      );
    });
    call.on('error', reject);
    call.end(body);
  });
}
