/** Simulates people who chat while the ticket system works and while it is frozen. */
import { Agent, request } from 'node:http';
import { ascending, percentile } from '../median.js';

/** Turns that do not need the ticket system. */
const SMALL_TALK = ['hi', 'help', 'are you a bot?', 'thanks', 'tell me a joke', 'goodbye'];
/** Turns that need the ticket system. The answer to the second is a status, or that the system cannot be reached. */
const STATUS = ['what is the status of my incidents?', 'abraham.lincoln@example.com'];

/**
 * The 99th percentile in milliseconds of `turns` turns that need no ticket system, by `concurrency` people. Meanwhile
 * another person asks for the status of incidents every `everyMs`.
 */
export async function measureSmallTalk(
  url: string,
  { turns, concurrency, everyMs, prefix }: { turns: number; concurrency: number; everyMs: number; prefix: string },
): Promise<number> {
  const agent = new Agent({ keepAlive: true });
  const asking: Promise<void>[] = [];
  const arrivals = setInterval(() => {
    const sender = `${prefix}-asks-${asking.length}`;
    asking.push(
      STATUS.reduce((before, message) => before.then(() => say(agent, url, sender, message)), Promise.resolve()),
    );
  }, everyMs);
  const latencies: number[] = [];
  let left = turns;
  const talk = async (sender: string) => {
    for (let i = 0; left-- > 0; i++) {
      const begun = performance.now();
      await say(agent, url, sender, SMALL_TALK[i % SMALL_TALK.length]!);
      latencies.push(performance.now() - begun);
    }
  };
  await Promise.all(Array.from({ length: concurrency }, (_, i) => talk(`${prefix}-${i}`)));
  clearInterval(arrivals);
  await Promise.all(asking);
  agent.destroy();
  return percentile(ascending(latencies), 0.99);
}

/** Sends a message and rejects if there is no answer. */
function say(agent: Agent, url: string, sender: string, message: string): Promise<void> {
  return new Promise<void>((resolve, reject) => {
    const body = JSON.stringify({ sender, message });
    const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) };
    const call = request(`${url}/webhooks/rest/webhook`, { agent, method: 'POST', headers }, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => (text += chunk));
      response.on('end', () => (response.statusCode === 200 ? resolve() : reject(new Error(`no answer: ${text}`))));
    });
    call.on('error', reject);
    call.end(body);
  });
}
