import { createHash, timingSafeEqual } from 'node:crypto';
import { type CanActivate, type ExecutionContext, Inject, Injectable } from '@nestjs/common';
import { isLocalRequest, Problem, SETTINGS } from '#service';
import { type IncidentSettings } from '../settings/incident.settings.js';

/** Injects whether the service listens on the loopback interface only. */
export const IS_LOCAL = Symbol('is local');

/** Guards the HTTP API and the desk: a request needs the token. Without a configured token, only local requests pass. */
@Injectable()
export class ApiGuard implements CanActivate {
  constructor(
    @Inject(SETTINGS) private readonly settings: IncidentSettings,
    @Inject(IS_LOCAL) private readonly isLocal: boolean,
  ) {}

  canActivate(context: ExecutionContext): boolean {
    const { INCIDENT_API_TOKEN: token } = this.settings;
    const { headers } = context.switchToHttp().getRequest<{ headers: Record<string, string | undefined> }>();
    if (token === undefined) {
      if (this.isLocal && isLocalRequest(headers)) return true;
      throw new Problem(403, { detail: 'Set INCIDENT_API_TOKEN to allow requests from other machines.' });
    }
    if (isEqual(headers['authorization'] ?? '', `Bearer ${token}`)) return true;
    throw new Problem(401, { detail: 'Send Authorization: Bearer <INCIDENT_API_TOKEN>.' });
  }
}

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
const isEqual = (a: string, b: string): boolean => timingSafeEqual(digest(a), digest(b));
