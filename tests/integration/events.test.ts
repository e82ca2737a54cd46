/** The event stream, read from a queue of a real broker in the way that analytics read the events of Rasa. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { connect, type Channel, type ChannelModel } from 'amqplib';
import { asc, eq } from 'drizzle-orm';
import { PostgresHost } from '#store';
import { CuttableLine, waitUntil } from '#testing';
import { turns } from '../../apps/dialogue/src/conversations/dialogue.schema.js';
import { writeActionsAssistant } from './support/actions-assistant.js';
import { Stack } from './support/stack.js';

interface StreamedEvent {
  sender_id: string;
  event: string;
  text?: string | null;
  metadata?: Record<string, unknown>;
}
interface Heard {
  id: string;
  properties: { contentType: string; deliveryMode: number; appId: string };
  event: StreamedEvent;
}

const NAME = `analytics-${randomUUID().slice(0, 8)}`;
const ENDPOINTS = `action_endpoint:
  url: http://127.0.0.1:1/webhook
event_broker:
  type: pika
  url: \${EVENT_BROKER_URL}
  exchange_name: ${NAME}
  queues:
    - ${NAME}
`;

let stack: Stack;
let line: CuttableLine;
let connection: ChannelModel;
let channel: Channel;
let database: PostgresHost;
let removeAssistant: () => Promise<void>;
const heard: Heard[] = [];

beforeAll(async () => {
  const broker = process.env['AMQP_URL'] ?? '';
  line = await CuttableLine.to(broker);
  const { directory, remove } = await writeActionsAssistant(ENDPOINTS);
  removeAssistant = remove;
  stack = await Stack.start({ ASSISTANT: directory, EVENT_BROKER_URL: line.url, RASA_ENVIRONMENT: 'test' });
  database = new PostgresHost(stack.database.url, 2);
  connection = await connect(broker);
  channel = await connection.createChannel();
  // The consumer may declare the queue first, as a consumer in Python would.
  await channel.assertQueue(NAME, { durable: true });
  await channel.consume(
    NAME,
    (message) => {
      if (!message) return;
      const { messageId, ...properties } = message.properties as Heard['properties'] & { messageId: string };
      heard.push({ id: messageId, properties, event: JSON.parse(message.content.toString()) as StreamedEvent });
    },
    { noAck: true },
  );
});
afterAll(async () => {
  await database.close();
  await stack.stop();
  await channel.deleteQueue(NAME);
  await channel.deleteExchange(NAME);
  await connection.close();
  await line.close();
  await removeAssistant();
});

/** The recorded events of a conversation, each as its kind and timestamp. */
async function recorded(person: string): Promise<string[]> {
  const rows = await database.db
    .select({ events: turns.events })
    .from(turns)
    .where(eq(turns.conversationId, person))
    .orderBy(asc(turns.number));
  return rows.flatMap(({ events }) => events).map((event) => JSON.stringify([event.event, event.timestamp]));
}

const heardOf = (person: string): Heard[] => heard.filter(({ event }) => event.sender_id === person);

const marksOf = (events: Heard[]): string[] =>
  events.map(({ event }) => JSON.stringify([event.event, (event as { timestamp?: unknown }).timestamp]));

/** Waits until the stream has all recorded events of a conversation. Returns both lists. */
async function compared(person: string): Promise<{ log: string[]; stream: string[] }> {
  const log = await recorded(person);
  await waitUntil('all events arrive', () => new Set(heardOf(person).map(({ id }) => id)).size >= log.length);
  return { log, stream: marksOf(heardOf(person)) };
}

describe('The event stream', () => {
  it('contains every event in Rasa’s format, in order and as a persistent message', async () => {
    await stack.converse('ann', ['/chat', '/bye']);
    const { log, stream } = await compared('ann');
    expect(stream).toEqual(log);
    const kinds = heardOf('ann').map(({ event }) => event.event);
    expect(kinds.slice(0, 4)).toEqual(['action', 'session_started', 'action', 'user']);
    expect(heardOf('ann').find(({ event }) => event.event === 'bot')).toMatchObject({
      properties: { contentType: 'application/json', deliveryMode: 2, appId: 'test' },
      event: {
        sender_id: 'ann',
        text: 'Nice to hear.',
        data: { buttons: null },
        metadata: { utter_action: 'utter_chat', assistant_id: 'counting' },
      },
    });
  });

  it('delays no answer while the broker is down, and loses no event if dialogue is killed meanwhile', async () => {
    line.cut();
    await stack.converse('ben', ['/chat', '/bye', '/chat']);
    expect(heardOf('ben')).toEqual([]);
    expect((await stack.services.dialogue.readiness()).status).toBe(200);
    await stack.services.dialogue.kill();
    line.mend();
    stack.services.dialogue.launch();
    const { log, stream } = await compared('ben');
    expect(stream).toEqual(log);
  });

  it('is complete and in order after dialogue was killed while it was sending, and repeated events have the same id', async () => {
    const people = Array.from({ length: 8 }, (_, index) => `cleo-${index}`);
    const answers = people.map((person) => stack.converse(person, ['/chat', '/bye', '/chat', '/bye']));
    await waitUntil('some events are on their way', () => heardOf('cleo-0').length > 0);
    await stack.services.dialogue.kill();
    stack.services.dialogue.launch();
    await Promise.all(answers);
    for (const person of people) {
      const { log } = await compared(person);
      const once = [...new Map(heardOf(person).map((each) => [each.id, each])).values()];
      expect(marksOf(once)).toEqual(log);
    }
  });

  it('keeps the order of each conversation and sends each event once with two replicas', async () => {
    const replica = await stack.addReplica('dialogue');
    const people = Array.from({ length: 6 }, (_, index) => `dan-${index}`);
    await Promise.all(people.map((person) => stack.converse(person, ['/chat', '/bye', '/chat', '/bye'])));
    for (const person of people) {
      const { log, stream } = await compared(person);
      expect(stream).toEqual(log);
    }
    await replica.stop();
  });
});
