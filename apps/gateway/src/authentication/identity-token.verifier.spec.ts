import { describe, expect, it } from '@jest/globals';
import { exportSPKI, generateKeyPair, SignJWT, type JWTPayload } from 'jose';
import { readSettings } from '#service';
import { GatewaySettings } from '../settings/gateway.settings.js';
import { IdentityTokenVerifier } from './identity-token.verifier.js';

const SECRET = 'a secret that nobody would guess';
const key = new TextEncoder().encode(SECRET);
const ann = { email: 'ann@example.com', name: 'Ann Field' };

const tokens = (env: Record<string, string> = { IDENTITY_SECRET: SECRET }) =>
  new IdentityTokenVerifier(readSettings(GatewaySettings, env));

const signed = (claims: JWTPayload, by: Parameters<SignJWT['sign']>[0] = key, alg = 'HS256') =>
  new SignJWT({ aud: 'helpdesk', iat: now(), exp: now() + 300, ...claims }).setProtectedHeader({ alg }).sign(by);
const now = () => Math.floor(Date.now() / 1_000);

describe('An identity token', () => {
  it('names the writer', async () => {
    expect(await tokens().read(await signed({ ...ann, email_verified: true }))).toEqual(ann);
    expect(await tokens().read(await signed({ email: ann.email }))).toEqual({ email: ann.email });
  });

  it('that is absent names nobody', async () => {
    for (const nothing of [undefined, null, '']) expect(await tokens().read(nothing)).toBeUndefined();
  });

  it('may be signed with a private key when the public key is configured', async () => {
    const { publicKey, privateKey } = await generateKeyPair('ES256', { extractable: true });
    const env = { IDENTITY_SECRET: await exportSPKI(publicKey), IDENTITY_METHOD: 'ES256' };
    await tokens(env).refuseUselessKey();
    expect(await tokens(env).read(await signed(ann, privateKey, 'ES256'))).toEqual(ann);
    const wrong = tokens({ IDENTITY_SECRET: SECRET, IDENTITY_METHOD: 'ES256' });
    await expect(wrong.refuseUselessKey()).rejects.toThrow(
      'IDENTITY_SECRET is not a public key in PEM, which ES256 needs.',
    );
  });

  it.each<[string, JWTPayload, string]>([
    ['for another audience', { ...ann, aud: 'payroll' }, 'The identity token is not valid.'],
    ['that was issued long ago', { ...ann, iat: now() - 3_600, exp: now() + 300 }, 'The identity token has expired.'],
    ['that has expired', { ...ann, exp: now() - 60 }, 'The identity token has expired.'],
    [
      'without an expiry time',
      { ...ann, exp: undefined } as unknown as JWTPayload,
      'The identity token needs a verified email, iat and exp.',
    ],
    ['without an email address', { name: 'Ann' }, 'The identity token needs a verified email, iat and exp.'],
    [
      'with an unverified email address',
      { ...ann, email_verified: false },
      'The identity token needs a verified email, iat and exp.',
    ],
  ])('%s is refused', async (_, claims, why) => {
    await expect(tokens().read(await signed(claims))).rejects.toThrow(why);
  });

  it('with a foreign signature, without a signature or with another format is refused', async () => {
    const others = await signed(ann, new TextEncoder().encode('another secret, as long as that one'));
    const [, payload] = (await signed(ann)).split('.');
    const none = `${Buffer.from('{"alg":"none"}').toString('base64url')}.${payload}.`;
    for (const token of [others, none, 'x', 'a.b.c', '…'])
      await expect(tokens().read(token)).rejects.toThrow('The identity token is not valid.');
    await expect(tokens().read({})).rejects.toThrow('The identity token must be a string.');
  });

  it('is refused when IDENTITY_SECRET is not set', async () => {
    await expect(tokens({}).read(await signed(ann))).rejects.toThrow('does not accept identity tokens');
  });
});
