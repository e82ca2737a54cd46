import { describe, expect, it, jest } from '@jest/globals';
import { CountingBroker, nextEvent, SocketFixture } from './socket.fixture.js';

// Jest on Node 20 cannot load this package; it only serves the assets of the API's page.
jest.unstable_mockModule('@fastify/static', () => ({ default: async () => undefined }));

const service = new SocketFixture();

describe('A received message on the socket channel', () => {
  it('drops a message without a session', async () => {
    const client = await service.connect(await service.start());
    for (const payload of [{ message: 'hi' }, null, 7, [1, 2], 'hi', {}]) client.say(payload);
    client.say({ message: 'last', session_id: 'ann-1' });
    await client.next();
    expect(service.received.map(({ text }) => text)).toEqual(['last']);
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
    const client = await service.connect(await service.start());
    client.say({ session_id: 'ann-1', ...payload });
    expect(await client.next()).toEqual([{ text: expect.stringContaining(problem) }]);
    expect(service.received).toEqual([]);
  });

  it('treats a message whose id is null as one without an id', async () => {
    const client = await service.connect(await service.start());
    client.say({ message: 'hi', session_id: 'ann-1', message_id: null });
    expect(await client.next()).toEqual([{ text: 'You said hi', turn: 1 }]);
  });

  it('closes the connection of a client that sends more than the limit, and serves the others', async () => {
    const gateway = await service.start();
    const [hostile, other] = [await service.connect(gateway), await service.connect(gateway)];
    const ended = nextEvent(hostile.socket, 'disconnect');
    hostile.say({ message: 'x'.repeat(70_000), session_id: 'ann-1' });
    await ended;
    other.say({ message: 'hi', session_id: 'bob-1' });
    expect(await other.next()).toEqual([{ text: 'You said hi', turn: 1 }]);
  });

  it('asks a person to wait who writes faster than the assistant answers', async () => {
    let isAsked: () => void = () => undefined;
    const asked = new Promise<void>((resolve) => (isAsked = resolve));
    service.answer = async () => isAsked();
    const client = await service.connect(await service.start());
    for (const message of ['one', 'two', 'three']) client.say({ message, session_id: 'ann-1' });
    await asked;
    expect(await client.next()).toEqual([{ text: expect.stringContaining('wait') }]);
    expect(service.received.map(({ text }) => text)).toEqual(['one']);
  });

  it('tells a person that a message was not sent while the bus is unavailable', async () => {
    service.broker = new CountingBroker();
    const client = await service.connect(await service.start());
    client.say({ message: 'hi', session_id: 'ann-1' });
    expect(await client.next()).toEqual([{ text: expect.stringContaining('not sent') }]);
  });
});
