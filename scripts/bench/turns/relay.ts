/**
 * The baseline of the benchmark. A message takes as many durable hops as a turn: quorum queues, persistent messages,
 * publisher confirms, and an acknowledgement after the next hop has confirmed. Each hop is a separate process that uses
 * only amqplib.
 */
import { once } from 'node:events';
import { connect } from 'amqplib';

const PREFETCH = 64;
const QUORUM = { durable: true, arguments: { 'x-queue-type': 'quorum' } };

/** Sends `total` messages through the queues, `concurrency` at a time. Returns messages per second. */
export async function measureRelay(
  url: string,
  [first, last]: readonly [first: string, last: string],
  total: number,
  concurrency: number,
  body: Buffer,
): Promise<number> {
  const connection = await connect(url, { noDelay: true });
  const channel = await connection.createConfirmChannel();
  for (const queue of [first, last]) await channel.assertQueue(queue, QUORUM);
  await channel.prefetch(PREFETCH);
  let sent = 0;
  let arrived = 0;
  const done = new EventTarget();
  const send = () => {
    sent++;
    channel.sendToQueue(first, body, { persistent: true, mandatory: true });
  };
  await channel.consume(last, (message) => {
    if (!message) return;
    channel.ack(message);
    if (++arrived === total) done.dispatchEvent(new Event('all'));
    else if (sent < total) send();
  });
  const all = once(done, 'all');
  const begun = performance.now();
  for (let i = 0; i < concurrency; i++) send();
  await all;
  const seconds = (performance.now() - begun) / 1_000;
  await connection.close();
  return total / seconds;
}
