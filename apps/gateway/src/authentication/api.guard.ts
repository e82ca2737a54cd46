import { createHash, timingSafeEqual } from 'node:crypto';
import { CanActivate, type ExecutionContext, Inject, Injectable } from '@nestjs/common';
import { type FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import { Check } from 'typebox/value';
import { isLoopback, isLocalRequest, Problem, SETTINGS } from '#service';
import { JwtVerifier } from './jwt.verifier.js';
import { corsOrigins, type GatewaySettings } from '../settings/gateway.settings.js';

const Claims = Type.Object({ user: Type.Object({ username: Type.String(), role: Type.String() }) });

interface User {
  username: string;
  role: string;
}

/**
 * Controls access to the API, as Rasa does. A caller needs the token (`?token=`), or a JSON web token whose `user` has
 * the role `admin`; the role `user` gives access only to the conversation of that name. When neither is configured, the
 * API is open to this machine: the service listens on the loopback only, and refuses requests of foreign web pages.
 */
@Injectable()
export class ApiGuard implements CanActivate {
  constructor(@Inject(SETTINGS) private readonly settings: GatewaySettings) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    const { AUTH_TOKEN, JWT_SECRET } = this.settings;
    if (!AUTH_TOKEN && !JWT_SECRET) return this.admitLocal(request);
    const { token } = request.query as { token?: unknown };
    if (AUTH_TOKEN && typeof token === 'string' && isSame(token, AUTH_TOKEN)) return true;
    const user = await this.userOf(request.headers.authorization);
    if (!user)
      throw new Problem(401, { detail: 'User is not authenticated: send the token or a valid JSON web token.' });
    const { conversationId } = request.params as { conversationId?: string };
    if (user.role === 'admin' || (user.role === 'user' && conversationId === user.username)) return true;
    throw new Problem(403, { detail: 'User has insufficient permissions.' });
  }

  private admitLocal({ headers }: FastifyRequest): true {
    if (isLocalRequest(headers, corsOrigins(this.settings))) return true;
    throw new Problem(403, {
      detail: 'Without --auth-token or --jwt-secret, only this machine can use the API. Configure one of them.',
    });
  }

  private async userOf(authorization = ''): Promise<User | undefined> {
    const { JWT_SECRET, JWT_METHOD } = this.settings;
    const [, token] = /^bearer (\S+)$/i.exec(authorization) ?? [];
    if (!JWT_SECRET || token === undefined) return undefined;
    try {
      const claims = await (await JwtVerifier.with(JWT_SECRET, JWT_METHOD)).claims(token);
      return Check(Claims, claims) ? claims.user : undefined;
    } catch {
      return undefined;
    }
  }
}

/**
 * Refuses to start when the API would be open to anybody: beyond the loopback without credentials, or with a key that
 * cannot check a token.
 * @throws Error naming the settings to configure
 */
export async function refuseOpenDoors(settings: GatewaySettings, host: string): Promise<void> {
  const { AUTH_TOKEN, JWT_SECRET, JWT_METHOD } = settings;
  if (!AUTH_TOKEN && !JWT_SECRET && !isLoopback(host))
    throw new Error(
      `The HTTP API would be open to everybody who can reach ${host}. Set --auth-token or --jwt-secret (AUTH_TOKEN, JWT_SECRET), or listen on 127.0.0.1.`,
    );
  if (!JWT_SECRET) return;
  await JwtVerifier.with(JWT_SECRET, JWT_METHOD).catch(() => {
    throw new Error(`JWT_SECRET is not a public key in PEM, which ${JWT_METHOD} needs.`);
  });
}

/** Compares in constant time. */
const isSame = (given: string, expected: string): boolean => timingSafeEqual(digest(given), digest(expected));
const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
