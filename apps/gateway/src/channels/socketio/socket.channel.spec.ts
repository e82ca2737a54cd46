import { describe, expect, it, jest } from '@jest/globals';
import { io } from 'socket.io-client';
import { TurnCompleted } from '#contracts';
import { waitUntil } from '#testing';
import { nextEvent, SocketFixture, turnFor } from './socket.fixture.js';

// Jest on Node 20 cannot load this package; it only serves the assets of the API's page.
jest.unstable_mockModule('@fastify/static', () => ({ default: async () => undefined }));

const service = new SocketFixture();

describe('The socket channel with session persistence', () => {
  it('confirms the requested session with its id as a bare string', async () => {
    const client = await service.connect(await service.start());
    expect(await client.openSession({ session_id: 'ann-1' })).toBe('ann-1');
  });

  it.each([undefined, null, {}, { session_id: null }, { session_id: '' }, 'text', 5, [1]])(
    'creates a session id of 32 hex digits for the request %j',
    async (request) => {
      const client = await service.connect(await service.start());
      expect(await client.openSession(request)).toMatch(/^[0-9a-f]{32}$/);
    },
  );

  it('answers an invalid session id with the error instead of a confirmation', async () => {
    const client = await service.connect(await service.start());
    for (const session_id of [5, ['a'], 'x'.repeat(129), 'a\0b', ' ']) {
      client.socket.emit('session_request', { session_id });
      expect(await client.next()).toEqual([{ text: expect.stringMatching(/^session_id must /) }]);
    }
    expect(service.broker.watched).toEqual([]);
  });

  it('answers a message with one event for each paragraph, naming the turn', async () => {
    service.answer = (message, cause) =>
      service.inner.publish(TurnCompleted, turnFor(message, [{ text: 'a\n\nb' }], 3), { cause });
    const client = await service.connect(await service.start());
    await client.openSession({ session_id: 'ann-1' });
    client.say({ message: ' hi ', session_id: 'ann-1', message_id: 'm-1', metadata: { a: 1 } });
    expect(await client.next(2)).toEqual([
      { text: 'a', turn: 3 },
      { text: 'b', turn: 3 },
    ]);
    expect(service.received).toMatchObject([
      {
        messageId: 'm-1',
        conversationId: 'ann-1',
        text: 'hi',
        metadata: { a: 1 },
        channel: { input: 'socketio', output: 'socketio' },
      },
    ]);
  });

  it('accepts metadata as JSON text as well', async () => {
    const client = await service.connect(await service.start());
    client.say({ message: 'hi', session_id: 'ann-1', metadata: '{"page":"/orders"}' });
    await client.next();
    expect(service.received).toMatchObject([{ metadata: { page: '/orders' } }]);
  });

  it('sends messages to all tabs of a session, and to nobody else', async () => {
    const gateway = await service.start();
    const [first, second, other] = [
      await service.connect(gateway),
      await service.connect(gateway),
      await service.connect(gateway),
    ];
    await first.openSession({ session_id: 'ann-1' });
    await second.openSession({ session_id: 'ann-1' });
    await other.openSession({ session_id: 'bob-1' });
    first.say({ message: 'hi', session_id: 'ann-1' });
    expect(await first.next()).toEqual(await second.next());
    expect(other.heard).toEqual([]);
  });

  it('delivers answers to messages of another instance, and messages that the assistant sends by itself', async () => {
    const client = await service.connect(await service.start());
    await client.openSession({ session_id: 'ann-1' });
    const turn = { conversationId: 'ann-1', turn: 9, messages: [{ text: 'News!' }] };
    await service.inner.publish(TurnCompleted, turn, { conversationId: 'ann-1' });
    expect(await client.next()).toEqual([{ text: 'News!', turn: 9 }]);
  });

  it('delivers each message once, however often the session is opened and used', async () => {
    const client = await service.connect(await service.start());
    for (let i = 0; i < 3; i++) await client.openSession({ session_id: 'ann-1' });
    for (const text of ['one', 'two', 'three']) {
      client.say({ message: text, session_id: 'ann-1' });
      expect(await client.next()).toEqual([{ text: `You said ${text}`, turn: 1 }]);
    }
    expect(client.heard).toEqual([]);
    expect(service.broker.watched).toHaveLength(1);
  });

  it('keeps the order of messages that a client sends at once without opening a session', async () => {
    const client = await service.connect(await service.start());
    client.say({ message: 'one', session_id: 'ann-1' });
    client.say({ message: 'two', session_id: 'ann-1' });
    await client.next(2);
    expect(service.received.map(({ text }) => text)).toEqual(['one', 'two']);
  });

  it('watches a conversation only while a socket has it open', async () => {
    const gateway = await service.start();
    const [first, second] = [await service.connect(gateway), await service.connect(gateway)];
    await first.openSession({ session_id: 'ann-1' });
    await first.openSession({ session_id: 'ann-2' });
    await first.openSession({ session_id: first.socket.id });
    await second.openSession({ session_id: 'ann-1' });
    expect(service.broker.watched).toHaveLength(3);
    first.close();
    await waitUntil('only the second socket is left', () => service.broker.watched.length === 1);
    const turn = { conversationId: 'ann-1', turn: 1, messages: [{ text: 'Still here' }] };
    await service.inner.publish(TurnCompleted, turn, { conversationId: 'ann-1' });
    await second.next();
    second.close();
    await waitUntil('no conversation is watched', () => service.broker.watched.length === 0);
  });

  it('limits the number of conversations that one connection can open', async () => {
    const client = await service.connect(await service.start());
    for (let i = 0; i < 50; i++) await client.openSession({ session_id: `ann-${i}` });
    client.socket.emit('session_request', {});
    expect(await client.next()).toEqual([{ text: expect.stringContaining('Too many conversations') }]);
    client.say({ message: 'hi', session_id: 'ann-0' });
    expect(await client.next()).toEqual([{ text: 'You said hi', turn: 1 }]);
    expect(service.broker.watched).toHaveLength(50);
  });

  it('sends a client that names its last turn the messages after it', async () => {
    const client = await service.connect(await service.start());
    const history = nextEvent(client.socket, 'session_history');
    await client.openSession({ session_id: '0123456789abcdef0123456789abcdef', last_turn: 4 });
    expect(await history).toEqual([
      {
        turns: [
          { turn: 5, at: '2026-01-01T00:00:00.000Z', userText: 'hi', messages: [{ text: 'one' }, { text: 'two' }] },
        ],
      },
    ]);
  });

  it('resumes the session after the connection broke', async () => {
    const client = await service.connect(await service.start());
    await client.openSession({ session_id: 'ann-1' });
    const again = nextEvent(client.socket, 'connect');
    client.socket.io.engine.close();
    await again;
    await client.openSession({ session_id: 'ann-1' });
    client.say({ message: 'hi', session_id: 'ann-1' });
    expect(await client.next()).toEqual([{ text: 'You said hi', turn: 1 }]);
    await waitUntil('the broken connection is removed', () => service.broker.watched.length === 1);
  });

  it('closes its connections when the service closes, so that clients connect to another instance', async () => {
    const gateway = await service.start();
    const client = await service.connect(gateway);
    await client.openSession({ session_id: 'ann-1' });
    const ended = nextEvent(client.socket, 'disconnect');
    service.open.splice(service.open.indexOf(gateway), 1);
    await gateway.close();
    const [reason] = await ended;
    // A client does not reconnect after `io server disconnect`.
    expect(['transport close', 'transport error']).toContain(reason);
    expect(service.broker.watched).toEqual([]);
  });
});

describe('The socket channel without session persistence', () => {
  it('names the conversation after the socket, whatever session the client requests', async () => {
    const client = await service.connect(await service.start({}));
    expect(await client.openSession({ session_id: 'ann-1' })).toBe('ann-1');
    client.say({ message: 'hi', session_id: 'ann-1' });
    expect(await client.next()).toEqual([{ text: 'You said hi', turn: 1 }]);
    expect(service.received).toMatchObject([{ conversationId: client.socket.id }]);
    expect(service.broker.watched).toHaveLength(1);
  });

  it('accepts messages without a session, delivers each answer once and drops the conversation at the end', async () => {
    const client = await service.connect(await service.start({}));
    for (const message of ['one', 'two']) {
      client.say({ message });
      expect(await client.next()).toEqual([{ text: `You said ${message}`, turn: 1 }]);
    }
    expect(client.heard).toEqual([]);
    client.close();
    await waitUntil('no conversation is watched', () => service.broker.watched.length === 0);
  });

  it('sends no history', async () => {
    const client = await service.connect(await service.start({}));
    let isTold = false;
    client.socket.on('session_history', () => (isTold = true));
    await client.openSession({ session_id: 'ann-1', last_turn: 0 });
    client.say({ message: 'hi' });
    await client.next();
    expect(isTold).toBe(false);
  });
});

describe('The socket channel', () => {
  it('uses the event names, keys, path and namespace of credentials.yml', async () => {
    const { url } = await service.start({
      user_message_evt: 'says',
      bot_message_evt: 'said',
      namespace: 'bots',
      socketio_path: '/chat',
      metadata_key: 'about',
    });
    const socket = io(`${url}/bots`, { path: '/chat', transports: ['websocket'], forceNew: true });
    service.open.push(socket);
    await nextEvent(socket, 'connect');
    const said = nextEvent(socket, 'said');
    socket.emit('says', { message: 'hi', about: { a: 1 } });
    expect(await said).toEqual([{ text: 'You said hi', turn: 1 }]);
    expect(service.received).toMatchObject([{ metadata: { a: 1 } }]);
  });
});
