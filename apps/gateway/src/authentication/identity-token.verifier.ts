import { Inject, Injectable } from '@nestjs/common';
import { errors } from 'jose';
import { Type } from 'typebox';
import { Check } from 'typebox/value';
import { type UserMessage } from '#contracts';
import { SETTINGS } from '#service';
import { JwtVerifier } from './jwt.verifier.js';
import { type GatewaySettings } from '../settings/gateway.settings.js';

export type Identity = NonNullable<UserMessage['identity']>;

/** Maximum age of a token, counted from its `iat`. */
const MAX_AGE = '5m';
const CLOCK_TOLERANCE_S = 30;

const Claims = Type.Object({
  email: Type.String({ minLength: 3, maxLength: 254, pattern: '^[^\\s@]+@[^\\s@]+$' }),
  /** Absent counts as verified, because some portals leave it out. `false` is refused. */
  email_verified: Type.Optional(Type.Literal(true)),
  name: Type.Optional(Type.String({ maxLength: 200 })),
  iat: Type.Number(),
  exp: Type.Number(),
});

/** A token that was refused. `message` gives the reason, for the maker of the token. */
export class IdentityRefused extends Error {
  override readonly name = 'IdentityRefused';
}

/**
 * Reads the signed tokens with which an embedding portal asserts the writer's identity. They are JSON web tokens with
 * `email`, `iat`, `exp` and the audience of this assistant, at most five minutes old, signed with `IDENTITY_METHOD`.
 */
@Injectable()
export class IdentityTokenVerifier {
  private readonly verifier: Promise<JwtVerifier> | undefined;

  constructor(@Inject(SETTINGS) private readonly settings: GatewaySettings) {
    const { IDENTITY_SECRET: secret, IDENTITY_METHOD: method } = settings;
    if (secret === undefined) return;
    this.verifier = JwtVerifier.with(secret, method);
    this.verifier.catch(() => undefined);
  }

  /** @throws Error naming the setting to configure, when the key cannot check any token */
  async refuseUselessKey(): Promise<void> {
    await this.verifier?.catch(() => {
      throw new Error(`IDENTITY_SECRET is not a public key in PEM, which ${this.settings.IDENTITY_METHOD} needs.`);
    });
  }

  /**
   * The identity that a token asserts.
   * @param token undefined or empty gives no identity
   * @throws IdentityRefused
   */
  async read(token: unknown): Promise<Identity | undefined> {
    if (token === undefined || token === null || token === '') return undefined;
    if (!this.verifier)
      throw new IdentityRefused('This assistant does not accept identity tokens (IDENTITY_SECRET is not set).');
    if (typeof token !== 'string') throw new IdentityRefused('The identity token must be a string.');
    const { IDENTITY_AUDIENCE } = this.settings;
    try {
      const claims = await (
        await this.verifier
      ).claims(token, {
        audience: IDENTITY_AUDIENCE,
        maxTokenAge: MAX_AGE,
        clockTolerance: CLOCK_TOLERANCE_S,
      });
      if (!Check(Claims, claims)) throw new IdentityRefused('The identity token needs a verified email, iat and exp.');
      return { email: claims.email, ...(claims.name !== undefined && { name: claims.name }) };
    } catch (error) {
      if (error instanceof IdentityRefused) throw error;
      const isExpired = error instanceof errors.JWTExpired;
      throw new IdentityRefused(isExpired ? 'The identity token has expired.' : 'The identity token is not valid.', {
        cause: error,
      });
    }
  }
}
