import { describe, expect, it, jest } from '@jest/globals';
import { SignJWT } from 'jose';
import { nextEvent, SocketFixture, type Client } from './socket.fixture.js';

// Jest on Node 20 cannot load this package; it only serves the assets of the API's page.
jest.unstable_mockModule('@fastify/static', () => ({ default: async () => undefined }));

const service = new SocketFixture();

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
    return service.received.at(-1)?.identity?.email;
  };
  const connect = async (): Promise<Client> => service.connect(await service.start(undefined, { IDENTITY_SECRET }));

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
    const gateway = await service.start(undefined, { IDENTITY_SECRET });
    const [one, other] = [await service.connect(gateway), await service.connect(gateway)];
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
