/**
 * Conversations whose actions run on an action server in another process. The tests send messages through the gateway
 * while the action server works, fails in different ways, or is killed.
 */
import { resolve } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { ActionServerProcess, ServiceProcess, waitUntil } from '#testing';
import { writeActionsAssistant } from './support/actions-assistant.js';
import { SocketClient } from './support/socket-client.js';
import { Stack, textOf } from './support/stack.js';

const FAILED = 'That did not work, but I am still here.';

let server: ActionServerProcess;
let stack: Stack;
let removeAssistant: () => Promise<void>;

beforeAll(async () => {
  server = await ActionServerProcess.start(resolve(import.meta.dirname, '../..'));
  const { directory, remove } = await writeActionsAssistant('action_endpoint:\n  url: ${ACTION_SERVER_URL}/webhook\n');
  removeAssistant = remove;
  stack = await Stack.start({
    ASSISTANT: directory,
    ACTION_SERVER_URL: server.url,
    ACTION_TIMEOUT_MS: '1000',
    COMPRESS_ACTION_SERVER_REQUEST: 'true',
  });
});
afterAll(async () => {
  await Promise.all([stack.stop(), server.kill()]);
  await removeAssistant();
});

const say = async (person: string, message: string): Promise<string> => textOf(await stack.say(person, message));

describe('An action on an action server', () => {
  it('answers and sets slots that later actions receive', async () => {
    expect(await say('ann', '/count')).toBe('Counted to 1.');
    expect(await say('ann', '/count')).toBe('Counted to 2.');
  });

  it('takes precedence over a bundled action of the same name', async () => {
    expect(await say('amy', '/open_incident')).toBe('Opened by the project.');
  });

  it('receives the conversation and the domain in Rasa’s format, compressed', async () => {
    await stack.converse('ben', ['/chat', '/count']);
    const call = (await server.calls()).findLast(({ sender_id }) => sender_id === 'ben');
    expect(call).toMatchObject({
      next_action: 'action_count',
      version: expect.stringMatching(/^3\./),
      tracker: { sender_id: 'ben', slots: { count: null }, latest_action_name: 'action_listen' },
      domain: { actions: expect.arrayContaining(['action_count']), slots: { count: { type: 'any' } } },
    });
    const events = call?.tracker.events.map(({ event }) => event);
    expect(events?.slice(0, 3)).toEqual(['action', 'session_started', 'action']);
    expect(events?.filter((event) => event === 'user')).toHaveLength(2);
  });

  it('may send responses of the domain and rich messages, and unknown responses are left out', async () => {
    const answer = await stack.say('cleo', '/rich');
    expect(answer[0]).toMatchObject({ text: 'Hello Ada.', buttons: [{ title: 'Go', payload: '/count' }] });
    expect(textOf(answer)).not.toContain('never shown');
    expect(answer).toContainEqual(expect.objectContaining({ custom: { a: 1 } }));
    expect(answer).toContainEqual(expect.objectContaining({ image: 'https://example.com/a.png' }));
  });

  it('may return unknown events, which are logged and ignored', async () => {
    expect(await say('dan', '/unknown_event')).toBe('Done anyway.');
    expect(await say('dan', '/count')).toBe('Counted to 42.');
    expect(stack.services.dialogue.output).toContain('from_the_future');
  });

  it('may decline, and another action runs instead', async () => {
    expect(await say('eve', '/reject')).toBe('Then something else.');
    expect(await say('eve', '/chat')).toBe('Nice to hear.');
  });

  it.each(['crash', 'garbage', 'huge', 'never', 'bad_shape', 'nobody_has_it'])(
    'causes an apology and a log entry when it fails with /%s, and the conversation continues',
    async (fault) => {
      expect(await say(`fay-${fault}`, `/${fault}`)).toBe(FAILED);
      expect(await say(`fay-${fault}`, '/count')).toBe('Counted to 1.');
      expect(stack.services.dialogue.output).toContain(`"action":"action_${fault}"`);
      expect((await stack.services.dialogue.readiness()).status).toBe(200);
    },
  );
});

describe('An action server that is killed during a conversation', () => {
  it('causes apologies until it is back, and then the conversation continues', async () => {
    expect(await say('gus', '/count')).toBe('Counted to 1.');
    await server.kill();
    expect(await say('gus', '/count')).toBe(FAILED);
    expect(await say('gus', '/chat')).toBe('Nice to hear.');
    const { status, body } = await stack.services.dialogue.readiness();
    expect(status).toBe(200);
    expect(JSON.stringify(body)).toContain('ECONNREFUSED');
    await server.launch();
    expect(await say('gus', '/count')).toBe('Counted to 2.');
  });
});

describe('A reminder', () => {
  let client: SocketClient | undefined;
  afterEach(() => client?.close());

  async function open(): Promise<SocketClient> {
    client = await SocketClient.connect(stack.url);
    await client.openSession();
    return client;
  }

  it('arrives once in a conversation that is open', async () => {
    const person = await open();
    person.say('/remind');
    await person.next(({ text }) => text === 'I will chase it.');
    await person.next(({ text }) => text === 'Reminding you of chase.');
    person.say('/chat');
    await person.next(({ text }) => text === 'Nice to hear.');
    expect(person.heard).toEqual([]);
  });

  it('arrives even if dialogue is killed', async () => {
    const person = await open();
    person.say('/remind');
    await person.next(({ text }) => text === 'I will chase it.');
    await stack.services.dialogue.kill();
    stack.services.dialogue.launch();
    await person.next(({ text }) => text === 'Reminding you of chase.');
  });

  it('arrives once with two replicas of dialogue', async () => {
    const replica = await stack.addReplica('dialogue');
    const person = await open();
    person.say('/remind');
    await person.next(({ text }) => text === 'Reminding you of chase.');
    person.say('/chat');
    await person.next(({ text }) => text === 'Nice to hear.');
    expect(person.heard).toEqual([]);
    await replica.stop();
  });

  it('does not arrive if it was cancelled or if a message ended it', async () => {
    const person = await open();
    person.say('/remind_unless_said');
    await person.next(({ text }) => text === 'I will ask again.');
    person.say('/remind');
    await person.next(({ text }) => text === 'I will chase it.');
    person.say('/forget');
    await person.next(({ text }) => text === 'Forgotten.');
    // When this later reminder arrives, the earlier ones would have arrived as well.
    person.say('/remind');
    await person.next(({ text }) => text === 'Reminding you of chase.');
    expect(person.heard.filter(({ text }) => text?.startsWith('Reminding'))).toEqual([]);
  });
});

it('Dialogue refuses to start and names the actions that nothing implements', async () => {
  const { directory, remove } = await writeActionsAssistant('');
  const alone = await ServiceProcess.start('dialogue', resolve(import.meta.dirname, '../..'), {
    ASSISTANT: directory,
    DATABASE_URL: stack.database.url,
    AMQP_URL: stack.broker.url,
    BUS_NAMESPACE: 'refused',
  });
  await waitUntil('dialogue refuses to start', () =>
    alone.output.includes('nobody implements: action_count, action_rich'),
  );
  expect(alone.output).toContain('action_endpoint');
  await remove();
});
