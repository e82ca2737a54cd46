import { Inject, Injectable } from '@nestjs/common';
import { type IncidentAction } from '#contracts';
import { SETTINGS } from '#service';
import { IncidentBackend } from '../ports/incident-backend.js';
import { OPEN_STATES, type Incident, type Transition } from '../ports/incident.js';
import { type IncidentSettings } from '../settings/incident.settings.js';

const DAY_MS = 86_400_000;

/** Decides which actions callers may take on their incidents in the current state, for both chat and HTTP. */
@Injectable()
export class ActionRulesService {
  constructor(
    private readonly backend: IncidentBackend,
    @Inject(SETTINGS) private readonly settings: IncidentSettings,
  ) {}

  mayDo(action: IncidentAction, incident: Incident, now = new Date()): boolean {
    if (action.kind === 'move') return this.mayMove(action.to, incident, now);
    const { state } = incident;
    const isAlive = state !== 'closed' && state !== 'canceled';
    return isAlive && (action.kind === 'comment' || this.backend.capabilities.files);
  }

  /** The names of the possible actions, for buttons. */
  available(incident: Incident, now = new Date()): string[] {
    const moves = (['resolve', 'cancel', 'reopen', 'escalate'] as const).filter((to) =>
      this.mayMove(to, incident, now),
    );
    const comment = this.mayDo({ kind: 'comment', text: '' }, incident, now) ? ['comment'] : [];
    const attach = this.mayDo({ kind: 'attach', fileId: '' }, incident, now) ? ['attach'] : [];
    return [...comment, ...attach, ...moves];
  }

  private mayMove(to: Transition, { state, resolvedAt }: Incident, now: Date): boolean {
    if (!this.backend.capabilities.transitions.includes(to)) return false;
    if (to !== 'reopen') return OPEN_STATES.has(state);
    const age = now.getTime() - (resolvedAt ?? now).getTime();
    return state === 'resolved' && age <= this.settings.INCIDENT_REOPEN_DAYS * DAY_MS;
  }
}
