import { createHash, timingSafeEqual } from 'node:crypto';
import { type CanActivate, type ExecutionContext, Inject, Injectable } from '@nestjs/common';
import { isLocalRequest, Problem, SETTINGS } from '#service';
import { type IncidentSettings } from '../settings/incident.settings.js';

/** Inject whether the service listens for this machine only. */
export const IS_LOCAL = Symbol('is local');

/** Who may use the HTTP API and the desk: who knows the token, or everybody on this machine while there is none. */
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
      throw new Problem(403, { detail: 'Set INCIDENT_API_TOKEN to use this beyond the machine it runs on.' });
    }
    if (isEqual(headers['authorization'] ?? '', `Bearer ${token}`)) return true;
    throw new Problem(401, { detail: 'Send Authorization: Bearer <INCIDENT_API_TOKEN>.' });
  }
}

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
const isEqual = (a: string, b: string): boolean => timingSafeEqual(digest(a), digest(b));
