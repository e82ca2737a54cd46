import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { io, type Socket } from 'socket.io-client';
import { join } from 'node:path';
import { SignJWT } from 'jose';
import { createBus, InProcessBroker, type MessageBus } from '#bus';
import { TurnCompleted, type BotMessage, type Envelope, type UserMessage } from '#contracts';
import { createLogger, PageFiles, projectRoot, startService, type RunningService } from '#service';
import { waitUntil } from '#testing';
import { gatewayService, GatewayModule } from '../../gateway.module.js';

import { SocketSettings } from './socket.settings.js';

// Jest on Node 20 cannot load this package; it only serves the assets of the API's page.
jest.unstable_mockModule('@fastify/static', () => ({ default: async () => undefined }));

/** A broker that records the watched conversations. */
class CountingBroker extends InProcessBroker {
  readonly watched: string[] = [];
  override bind(queue: string, routingKey: string): void {
    if (routingKey.startsWith('*.*.*.*.')) this.watched.push(routingKey);
    super.bind(queue, routingKey);
  }
  override unbind(queue: string, routingKey: string): void {
    const index = this.watched.indexOf(routingKey);
    if (index >= 0) this.watched.splice(index, 1);
    super.unbind(queue, routingKey);
  }
}

type Payload = Record<string, unknown>;

const nextEvent = (socket: Socket, event: string): Promise<unknown[]> =>
  new Promise((resolve) => socket.once(event, (...values: unknown[]) => resolve(values)));

let broker: CountingBroker;
/** A bus that stands in for the services behind the gateway. */
let inner: MessageBus;
let received: UserMessage[];
let answer: (message: UserMessage, cause: Envelope) => Promise<void>;
let open: { close: () => unknown }[];

const turnFor = ({ conversationId, messageId }: UserMessage, messages: BotMessage[], turn = 1) => ({
  conversationId,
  messageId,
  turn,
  messages,
});

beforeEach(() => {
  broker = new CountingBroker();
  received = [];
  open = [];
  answer = (message, cause) =>
    inner.publish(TurnCompleted, turnFor(message, [{ text: `You said ${message.text}` }]), { cause });
  inner = createBus({ service: 'inner', broker });
  inner.handle('message.received.v1', async (data, envelope) => {
    received.push(data as UserMessage);
    await answer(data as UserMessage, envelope);
  });
  inner.handle('conversation.replay.v1', async (data) => {
    const { afterTurn } = data as { afterTurn: number };
    const at = '2026-01-01T00:00:00.000Z';
    return { turns: [{ turn: afterTurn + 1, at, userText: 'hi', messages: [{ text: 'one\n\ntwo' }] }] };
  });
  inner.open();
});
afterEach(async () => {
  for (const each of open.toReversed()) await each.close();
  await inner.close();
});

async function start(
  section: Record<string, unknown> = { session_persistence: true },
  env: Record<string, string> = {},
): Promise<RunningService> {
  const webchat = new PageFiles(join(projectRoot, 'apps/webchat'));
  const gateway = await startService(
    { ...gatewayService, module: () => GatewayModule.with(new SocketSettings(section), webchat) },
    {
      env: { GATEWAY_PORT: '0', MAX_WAITING_PER_CONVERSATION: '1', ...env },
      host: '127.0.0.1',
      broker,
      namespace: 'test',
      logger: (service) => createLogger(service, 'silent'),
      projectRoot,
    },
  );
  open.push(gateway);
  return gateway;
}

class Client {
  readonly heard: Payload[] = [];
  private constructor(readonly socket: Socket) {
    socket.on('bot_uttered', (payload: Payload) => this.heard.push(payload));
  }
  static async connect({ url }: RunningService): Promise<Client> {
    const client = new Client(io(url, { transports: ['websocket'], forceNew: true, reconnectionDelay: 10 }));
    open.push(client);
    await nextEvent(client.socket, 'connect');
    return client;
  }
  async openSession(request?: unknown): Promise<unknown> {
    const confirmed = nextEvent(this.socket, 'session_confirm');
    this.socket.emit('session_request', request);
    return (await confirmed)[0];
  }
  say(payload: unknown): void {
    this.socket.emit('user_uttered', payload);
  }
  async next(count = 1): Promise<Payload[]> {
    await waitUntil(`${count} messages are received`, () => this.heard.length >= count);
    return this.heard.splice(0, count);
  }
  close(): void {
    this.socket.close();
  }
}

describe('The socket channel with session persistence', () => {
  it('confirms the requested session with its id as a bare string', async () => {
    const client = await Client.connect(await start());
    expect(await client.openSession({ session_id: 'ann-1' })).toBe('ann-1');
  });

  it.each([undefined, null, {}, { session_id: null }, { session_id: '' }, 'text', 5, [1]])(
    'creates a session id of 32 hex digits for the request %j',
    async (request) => {
      const client = await Client.connect(await start());
      expect(await client.openSession(request)).toMatch(/^[0-9a-f]{32}$/);
    },
  );

  it('answers an invalid session id with the error instead of a confirmation', async () => {
    const client = await Client.connect(await start());
    for (const session_id of [5, ['a'], 'x'.repeat(129), 'a\0b', ' ']) {
      client.socket.emit('session_request', { session_id });
      expect(await client.next()).toEqual([{ text: expect.stringMatching(/^session_id must /) }]);
    }
    expect(broker.watched).toEqual([]);
  });

  it('answers a message with one event for each paragraph, naming the turn', async () => {
    answer = (message, cause) => inner.publish(TurnCompleted, turnFor(message, [{ text: 'a\n\nb' }], 3), { cause });
    const client = await Client.connect(await start());
    await client.openSession({ session_id: 'ann-1' });
    client.say({ message: ' hi ', session_id: 'ann-1', message_id: 'm-1', metadata: { a: 1 } });
    expect(await client.next(2)).toEqual([
      { text: 'a', turn: 3 },
      { text: 'b', turn: 3 },
    ]);
    expect(received).toMatchObject([
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
    const client = await Client.connect(await start());
    client.say({ message: 'hi', session_id: 'ann-1', metadata: '{"page":"/orders"}' });
    await client.next();
    expect(received).toMatchObject([{ metadata: { page: '/orders' } }]);
  });

  it('sends messages to all tabs of a session, and to nobody else', async () => {
    const gateway = await start();
    const [first, second, other] = [
      await Client.connect(gateway),
      await Client.connect(gateway),
      await Client.connect(gateway),
    ];
    await first.openSession({ session_id: 'ann-1' });
    await second.openSession({ session_id: 'ann-1' });
    await other.openSession({ session_id: 'bob-1' });
    first.say({ message: 'hi', session_id: 'ann-1' });
    expect(await first.next()).toEqual(await second.next());
    expect(other.heard).toEqual([]);
  });

  it('delivers answers to messages of another instance, and messages that the assistant sends by itself', async () => {
    const client = await Client.connect(await start());
    await client.openSession({ session_id: 'ann-1' });
    const turn = { conversationId: 'ann-1', turn: 9, messages: [{ text: 'News!' }] };
    await inner.publish(TurnCompleted, turn, { conversationId: 'ann-1' });
    expect(await client.next()).toEqual([{ text: 'News!', turn: 9 }]);
  });

  it('delivers each message once, however often the session is opened and used', async () => {
    const client = await Client.connect(await start());
    for (let i = 0; i < 3; i++) await client.openSession({ session_id: 'ann-1' });
    for (const text of ['one', 'two', 'three']) {
      client.say({ message: text, session_id: 'ann-1' });
      expect(await client.next()).toEqual([{ text: `You said ${text}`, turn: 1 }]);
    }
    expect(client.heard).toEqual([]);
    expect(broker.watched).toHaveLength(1);
  });

  it('keeps the order of messages that a client sends at once without opening a session', async () => {
    const client = await Client.connect(await start());
    client.say({ message: 'one', session_id: 'ann-1' });
    client.say({ message: 'two', session_id: 'ann-1' });
    await client.next(2);
    expect(received.map(({ text }) => text)).toEqual(['one', 'two']);
  });

  it('watches a conversation only while a socket has it open', async () => {
    const gateway = await start();
    const [first, second] = [await Client.connect(gateway), await Client.connect(gateway)];
    await first.openSession({ session_id: 'ann-1' });
    await first.openSession({ session_id: 'ann-2' });
    await first.openSession({ session_id: first.socket.id });
    await second.openSession({ session_id: 'ann-1' });
    expect(broker.watched).toHaveLength(3);
    first.close();
    await waitUntil('only the second socket is left', () => broker.watched.length === 1);
    const turn = { conversationId: 'ann-1', turn: 1, messages: [{ text: 'Still here' }] };
    await inner.publish(TurnCompleted, turn, { conversationId: 'ann-1' });
    await second.next();
    second.close();
    await waitUntil('no conversation is watched', () => broker.watched.length === 0);
  });

  it('limits the number of conversations that one connection can open', async () => {
    const client = await Client.connect(await start());
    for (let i = 0; i < 50; i++) await client.openSession({ session_id: `ann-${i}` });
    client.socket.emit('session_request', {});
    expect(await client.next()).toEqual([{ text: expect.stringContaining('Too many conversations') }]);
    client.say({ message: 'hi', session_id: 'ann-0' });
    expect(await client.next()).toEqual([{ text: 'You said hi', turn: 1 }]);
    expect(broker.watched).toHaveLength(50);
  });

  it('sends a client that names its last turn the messages after it', async () => {
    const client = await Client.connect(await start());
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
    const client = await Client.connect(await start());
    await client.openSession({ session_id: 'ann-1' });
    const again = nextEvent(client.socket, 'connect');
    client.socket.io.engine.close();
    await again;
    await client.openSession({ session_id: 'ann-1' });
    client.say({ message: 'hi', session_id: 'ann-1' });
    expect(await client.next()).toEqual([{ text: 'You said hi', turn: 1 }]);
    await waitUntil('the broken connection is removed', () => broker.watched.length === 1);
  });

  it('drops a message without a session', async () => {
    const client = await Client.connect(await start());
    for (const payload of [{ message: 'hi' }, null, 7, [1, 2], 'hi', {}]) client.say(payload);
    client.say({ message: 'last', session_id: 'ann-1' });
    await client.next();
    expect(received.map(({ text }) => text)).toEqual(['last']);
  });

  it.each([
    [{ message: '' }, 'message must not be empty'],
    [{ message: 5 }, 'message must be a string'],
    [{ message: { toString: 1 } }, 'message must be a string'],
    [{ message: 'x'.repeat(8_001) }, 'at most 8000'],
    [{ message: 'a\0b' }, 'control characters'],
    [{ message: 'hi', session_id: 5 }, 'session_id must be a string'],
    [{ message: 'hi', session_id: ['ann'] }, 'session_id must be a string'],
    [{ message: 'hi', session_id: 'x'.repeat(129) }, 'at most 128'],
    [{ message: 'hi', message_id: 5 }, 'message_id must be a string'],
    [{ message: 'hi', metadata: 5 }, 'metadata must be an object'],
    [{ message: 'hi', metadata: 'no JSON' }, 'metadata must be an object'],
    [{ message: 'hi', metadata: `${'['.repeat(5_000)}${']'.repeat(5_000)}` }, 'metadata must be an object'],
    [{ message: 'hi', metadata: `{"a":${'['.repeat(5_000)}${']'.repeat(5_000)}}` }, '10 levels'],
  ])('answers the invalid message %# with the error', async (payload, problem) => {
    const client = await Client.connect(await start());
    client.say({ session_id: 'ann-1', ...payload });
    expect(await client.next()).toEqual([{ text: expect.stringContaining(problem) }]);
    expect(received).toEqual([]);
  });

  it('treats a message whose id is null as one without an id', async () => {
    const client = await Client.connect(await start());
    client.say({ message: 'hi', session_id: 'ann-1', message_id: null });
    expect(await client.next()).toEqual([{ text: 'You said hi', turn: 1 }]);
  });

  it('closes the connection of a client that sends more than the limit, and serves the others', async () => {
    const gateway = await start();
    const [hostile, other] = [await Client.connect(gateway), await Client.connect(gateway)];
    const ended = nextEvent(hostile.socket, 'disconnect');
    hostile.say({ message: 'x'.repeat(70_000), session_id: 'ann-1' });
    await ended;
    other.say({ message: 'hi', session_id: 'bob-1' });
    expect(await other.next()).toEqual([{ text: 'You said hi', turn: 1 }]);
  });

  it('asks a person to wait who writes faster than the assistant answers', async () => {
    let isAsked: () => void = () => undefined;
    const asked = new Promise<void>((resolve) => (isAsked = resolve));
    answer = async () => isAsked();
    const client = await Client.connect(await start());
    for (const message of ['one', 'two', 'three']) client.say({ message, session_id: 'ann-1' });
    await asked;
    expect(await client.next()).toEqual([{ text: expect.stringContaining('wait') }]);
    expect(received.map(({ text }) => text)).toEqual(['one']);
  });

  it('tells a person that a message was not sent while the bus is unavailable', async () => {
    broker = new CountingBroker();
    const client = await Client.connect(await start());
    client.say({ message: 'hi', session_id: 'ann-1' });
    expect(await client.next()).toEqual([{ text: expect.stringContaining('not sent') }]);
  });

  it('closes its connections when the service closes, so that clients connect to another instance', async () => {
    const gateway = await start();
    const client = await Client.connect(gateway);
    await client.openSession({ session_id: 'ann-1' });
    const ended = nextEvent(client.socket, 'disconnect');
    open.splice(open.indexOf(gateway), 1);
    await gateway.close();
    const [reason] = await ended;
    // A client does not reconnect after `io server disconnect`.
    expect(['transport close', 'transport error']).toContain(reason);
    expect(broker.watched).toEqual([]);
  });
});

describe('The socket channel without session persistence', () => {
  it('names the conversation after the socket, whatever session the client requests', async () => {
    const client = await Client.connect(await start({}));
    expect(await client.openSession({ session_id: 'ann-1' })).toBe('ann-1');
    client.say({ message: 'hi', session_id: 'ann-1' });
    expect(await client.next()).toEqual([{ text: 'You said hi', turn: 1 }]);
    expect(received).toMatchObject([{ conversationId: client.socket.id }]);
    expect(broker.watched).toHaveLength(1);
  });

  it('accepts messages without a session, delivers each answer once and drops the conversation at the end', async () => {
    const client = await Client.connect(await start({}));
    for (const message of ['one', 'two']) {
      client.say({ message });
      expect(await client.next()).toEqual([{ text: `You said ${message}`, turn: 1 }]);
    }
    expect(client.heard).toEqual([]);
    client.close();
    await waitUntil('no conversation is watched', () => broker.watched.length === 0);
  });

  it('sends no history', async () => {
    const client = await Client.connect(await start({}));
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
    const { url } = await start({
      user_message_evt: 'says',
      bot_message_evt: 'said',
      namespace: 'bots',
      socketio_path: '/chat',
      metadata_key: 'about',
    });
    const socket = io(`${url}/bots`, { path: '/chat', transports: ['websocket'], forceNew: true });
    open.push(socket);
    await nextEvent(socket, 'connect');
    const said = nextEvent(socket, 'said');
    socket.emit('says', { message: 'hi', about: { a: 1 } });
    expect(await said).toEqual([{ text: 'You said hi', turn: 1 }]);
    expect(received).toMatchObject([{ metadata: { a: 1 } }]);
  });
});

describe('The identity of a socket', () => {
  const IDENTITY_SECRET = 'a secret that nobody would guess';
  const tokenOf = (email: string, age = 0): Promise<string> => {
    const issuedAt = Math.floor(Date.now() / 1_000) - age;
    return new SignJWT({ email })
      .setProtectedHeader({ alg: 'HS256' })
      .setAudience('helpdesk')
      .setIssuedAt(issuedAt)
      .setExpirationTime(issuedAt + 300)
      .sign(new TextEncoder().encode(IDENTITY_SECRET));
  };
  const whoSays = async (client: Client): Promise<string | undefined> => {
    client.say({ message: 'hi', session_id: 's' });
    await client.next();
    return received.at(-1)?.identity?.email;
  };
  const connect = async (): Promise<Client> => Client.connect(await start(undefined, { IDENTITY_SECRET }));

  it('comes from the token of the session request, and remains when the session is requested again without one', async () => {
    const client = await connect();
    await client.openSession({ session_id: 's', identity_token: await tokenOf('ann@example.com') });
    expect(await whoSays(client)).toBe('ann@example.com');
    await client.openSession({ session_id: 's' });
    expect(await whoSays(client)).toBe('ann@example.com');
    await client.openSession({ session_id: 's', identity_token: await tokenOf('ben@example.com') });
    expect(await whoSays(client)).toBe('ben@example.com');
    await client.openSession({ session_id: 's', identity_token: '' });
    expect(await whoSays(client)).toBeUndefined();
  });

  it('is unknown on another connection of the same session', async () => {
    const gateway = await start(undefined, { IDENTITY_SECRET });
    const [one, other] = [await Client.connect(gateway), await Client.connect(gateway)];
    await one.openSession({ session_id: 's', identity_token: await tokenOf('ann@example.com') });
    await other.openSession({ session_id: 's' });
    expect(await whoSays(other)).toBeUndefined();
  });

  it('is unknown after an expired token; a separate event reports that, and the session continues', async () => {
    const client = await connect();
    const refused = nextEvent(client.socket, 'identity_refused');
    const identity_token = await tokenOf('ann@example.com', 3_600);
    expect(await client.openSession({ session_id: 's', identity_token })).toBe('s');
    expect(await refused).toEqual([{ reason: 'The identity token has expired.' }]);
    expect(client.heard).toEqual([]);
    expect(await whoSays(client)).toBeUndefined();
  });
});
