/**
 * One hop of the relay. Moves messages from one queue to the next, and acknowledges each after the next queue has
 * confirmed it. Arguments: the broker, the queue to read, the queue to write.
 */
import { connect } from 'amqplib';

const PREFETCH = 64;
const QUORUM = { durable: true, arguments: { 'x-queue-type': 'quorum' } };

const [, , url = '', from = '', to = ''] = process.argv;
const connection = await connect(url, { noDelay: true });
const [incoming, outgoing] = [await connection.createChannel(), await connection.createConfirmChannel()];
for (const queue of [from, to]) await incoming.assertQueue(queue, QUORUM);
await incoming.prefetch(PREFETCH);
await incoming.consume(from, (message) => {
  if (!message) return;
  outgoing.sendToQueue(to, message.content, { persistent: true, mandatory: true }, () => incoming.ack(message));
});
console.log('ready');
