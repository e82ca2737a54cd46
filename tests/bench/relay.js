/**
 * The baseline: a message goes over as many durable hops as a turn does (quorum queues, persistent, confirmed,
 * acknowledged after the next hop's confirmation), each hop in a process of its own, with nothing but amqplib.
 * Run as a program it is one hop: `node relay.js <url> <from> <to>`.
 */
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { connect } from 'amqplib';

const PREFETCH = 64;
const QUORUM = { durable: true, arguments: { 'x-queue-type': 'quorum' } };

/** Moves messages from one queue to the next; resolves when it listens. */
export async function relayHop(url, from, to) {
  const connection = await connect(url, { noDelay: true });
  const [incoming, outgoing] = [await connection.createChannel(), await connection.createConfirmChannel()];
  for (const queue of [from, to]) await incoming.assertQueue(queue, QUORUM);
  await incoming.prefetch(PREFETCH);
  await incoming.consume(from, (message) => {
    outgoing.sendToQueue(to, message.content, { persistent: true, mandatory: true }, () => incoming.ack(message));
  });
}

/** Sends `total` messages through the queues, `concurrency` at a time, and returns messages a second. */
export async function measureRelay(url, [first, last], total, concurrency, body) {
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

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [, , url, from, to] = process.argv;
  await relayHop(url, from, to);
  console.log('ready');
}
