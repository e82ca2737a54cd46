import { afterAll, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { exportSPKI, generateKeyPair, SignJWT } from 'jose';
import { createBus, InProcessBroker, type MessageBus } from '#bus';
import { createLogger, projectRoot, startService, type RunningService } from '#service';
import { gatewayService } from '../gateway.module.js';
import { call, failure } from '../rasa-api/api-call.fixture.js';

// Jest on Node 20 cannot load this package; it only serves the assets of the API's page.
jest.unstable_mockModule('@fastify/static', () => ({ default: async () => undefined }));

let broker: InProcessBroker;
let inner: MessageBus;
/** Types of the requests that the guard let through. */
let asked: string[];
const running: RunningService[] = [];

beforeAll(() => {
  broker = new InProcessBroker();
  inner = createBus({ service: 'inner', broker });
  const answer = (type: string, reply: unknown) =>
    inner.handle(type, async () => {
      asked.push(type);
      return reply;
    });
  answer('conversation.show.v1', { kind: 'shown', tracker: {} });
  answer('model.show.v1', { file: '/models/nlu.model', fingerprint: 'abc' });
  inner.open();
});
beforeEach(() => {
  asked = [];
});
afterAll(async () => {
  await Promise.all(running.map((service) => service.close()));
  await inner.close();
});

async function start(env: Record<string, string>, host = '127.0.0.1'): Promise<string> {
  const service = await startService(gatewayService, {
    env: { GATEWAY_PORT: '0', ...env },
    host,
    broker,
    namespace: 'test',
    logger: (name) => createLogger(name, 'silent'),
    projectRoot,
  });
  running.push(service);
  return service.url;
}

describe('Credentials', () => {
  const secret = 'a secret that nobody knows';
  const sign = (user: unknown, key = secret, method = 'HS256', expires = '1h') =>
    new SignJWT({ user: user as Record<string, unknown> })
      .setProtectedHeader({ alg: method })
      .setExpirationTime(expires)
      .sign(new TextEncoder().encode(key));
  const bearer = (token: string) => ({ headers: { authorization: `Bearer ${token}` } });
  const [ann, admin] = [
    { username: 'ann', role: 'user' },
    { username: 'root', role: 'admin' },
  ];
  let url: string;
  beforeAll(async () => {
    url = await start({ ENABLE_API: 'true', AUTH_TOKEN: 'open sesame', JWT_SECRET: secret });
  });

  it('with the token give access to everything', async () => {
    expect((await call(`${url}/status?token=open%20sesame`)).status).toBe(200);
    for (const token of ['', 'open', 'open sesame!', 'open sesame&token=open sesame'])
      expect(await call(`${url}/status?token=${token}`)).toMatchObject(failure(401, 'NotAuthenticated'));
  });

  it('of an administrator give access to everything', async () => {
    expect((await call(`${url}/status`, bearer(await sign(admin)))).status).toBe(200);
    expect((await call(`${url}/conversations/ann/tracker`, bearer(await sign(admin)))).status).toBe(200);
  });

  it('of a user give access only to the conversation of that name', async () => {
    const own = bearer(await sign(ann));
    expect((await call(`${url}/conversations/ann/tracker`, own)).status).toBe(200);
    expect(await call(`${url}/conversations/bob/tracker`, own)).toMatchObject(failure(403, 'NotAuthorized'));
    expect(await call(`${url}/status`, own)).toMatchObject(failure(403, 'NotAuthorized'));
    const other = bearer(await sign({ username: 'ann', role: 'guest' }));
    expect(await call(`${url}/conversations/ann/tracker`, other)).toMatchObject(failure(403, 'NotAuthorized'));
  });

  it('that are missing, forged, expired or signed with another method are refused', async () => {
    const unsigned = `${Buffer.from('{"alg":"none"}').toString('base64url')}.${Buffer.from(JSON.stringify({ user: admin })).toString('base64url')}.`;
    const bad = [
      await sign(admin, 'guessed'),
      await sign(admin, secret, 'HS256', '-1h'),
      await sign(admin, secret, 'HS512'),
      await sign('admin'),
      unsigned,
      'nonsense',
    ];
    for (const token of bad)
      expect(await call(`${url}/status`, bearer(token))).toMatchObject(failure(401, 'NotAuthenticated'));
    expect(await call(`${url}/status`)).toMatchObject(failure(401, 'NotAuthenticated'));
    expect(asked).toEqual([]);
  });

  it('are not needed for the version, the greeting and the channels', async () => {
    for (const path of ['', 'version', 'webhooks/rest']) expect((await call(`${url}/${path}`)).status).toBe(200);
  });

  it('may be checked with a public key', async () => {
    const { publicKey, privateKey } = await generateKeyPair('RS256');
    const keyed = await start({ ENABLE_API: 'true', JWT_SECRET: await exportSPKI(publicKey), JWT_METHOD: 'RS256' });
    const token = await new SignJWT({ user: admin }).setProtectedHeader({ alg: 'RS256' }).sign(privateKey);
    expect((await call(`${keyed}/status`, bearer(token))).status).toBe(200);
    expect((await call(`${keyed}/status`, bearer(await sign(admin)))).status).toBe(401);
  });

  it('are required to listen beyond the loopback interface, and must be usable', async () => {
    await expect(start({ ENABLE_API: 'true' }, '0.0.0.0')).rejects.toThrow('--auth-token');
    await expect(start({ ENABLE_API: 'true', JWT_SECRET: 'x', JWT_METHOD: 'RS256' })).rejects.toThrow('public key');
    await expect(start({ ENABLE_API: 'true', JWT_METHOD: 'none' })).rejects.toThrow('JWT_METHOD');
  });
});
