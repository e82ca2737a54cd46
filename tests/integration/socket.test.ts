/** The Socket.IO channel. It works like Rasa's, and sessions outlive their connections. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { SocketClient } from './support/socket-client.js';
import { Stack } from './support/stack.js';

let stack: Stack;
const clients: SocketClient[] = [];
beforeAll(async () => {
  stack = await Stack.start();
});
afterEach(() => clients.splice(0).forEach((client) => client.close()));
afterAll(() => stack.stop());

async function connect(): Promise<SocketClient> {
  const client = await SocketClient.connect(stack.url);
  clients.push(client);
  return client;
}

describe('The Socket.IO channel', () => {
  it('confirms a session with a new id of 32 hex digits or with the requested id', async () => {
    const client = await connect();
    expect(await client.openSession()).toMatch(/^[0-9a-f]{32}$/);
    expect(await client.openSession({ session_id: 'my-session' })).toBe('my-session');
  });

  it('answers with texts and quick replies until the incident is confirmed', async () => {
    const client = await connect();
    await client.openSession();
    client.say('i have a problem with my email');
    await client.next(({ text }) => /email address/i.test(text ?? ''));
    client.say('anything@example.com');
    const question = await client.next(({ quick_replies }) => quick_replies?.length === 3);
    expect(question.quick_replies?.[0]).toEqual({
      content_type: 'text',
      title: 'low',
      payload: '/inform{"priority":"low"}',
    });
    client.say(question.quick_replies?.[0]?.payload);
    await client.next(({ text }) => /problem/i.test(text ?? ''));
    client.say("Can't log in to my email");
    const summary = await client.next(({ quick_replies }) => quick_replies?.length === 2);
    client.say(summary.quick_replies?.[0]?.payload);
    await client.next(({ text }) => /isn't connected[^]*anything@example\.com/.test(text ?? ''));
  });

  it('sends the same messages to all tabs of a session', async () => {
    const [one, other] = [await connect(), await connect()];
    const id = await one.openSession();
    await other.openSession({ session_id: id });
    one.say('help');
    const isHelp = ({ text }: { text?: string }) => /what I can do/.test(text ?? '');
    expect(await one.next(isHelp)).toEqual(await other.next(isHelp));
  });

  it('sends a client that reconnects the messages that it missed', async () => {
    const first = await connect();
    const id = await first.openSession();
    first.say('are you a bot?');
    const { turn } = await first.next(({ text }) => /bot|program/i.test(text ?? ''));
    first.close();
    const second = await connect();
    const history = second.once('session_history');
    await second.openSession({ session_id: id, last_turn: 0 });
    expect(await history).toEqual({
      turns: [{ turn, at: expect.any(String), userText: 'are you a bot?', messages: [{ text: expect.any(String) }] }],
    });
  });

  it.each([
    ['an empty message', ''],
    ['a message that is not a text', { a: 1 }],
    ['a message that is too long', 'a'.repeat(9_000)],
    ['a NUL byte', 'a\0b'],
  ])('reports the error in %s and continues', async (_, message) => {
    const client = await connect();
    await client.openSession();
    client.say(message);
    await client.next(({ text }) => /^message must/.test(text ?? ''));
    client.say('help');
    await client.next(({ text }) => /what I can do/.test(text ?? ''));
  });

  it('ignores a message without a session and payloads that are not objects', async () => {
    const client = await connect();
    client.socket.emit('user_uttered', { message: 'hi' });
    client.socket.emit('user_uttered', null);
    client.socket.emit('session_request', [1, 2]);
    client.socket.emit('user_uttered', 7);
    await client.openSession();
    client.say('help');
    const heard = await client.next(({ text }) => /what I can do/.test(text ?? ''));
    expect(heard.text).toMatch(/what I can do/);
  });
});
