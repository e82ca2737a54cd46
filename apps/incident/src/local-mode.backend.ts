import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { IncidentBackend, type FindOutcome, type OpenOutcome } from './incident-backend.js';

const STATES = ['awaiting triage', 'in progress', 'on hold', 'closed'] as const;

/** No ticket system is connected: says what would be done. Every answer is marked as such. */
@Injectable()
export class LocalModeBackend extends IncidentBackend {
  open(): Promise<OpenOutcome> {
    return Promise.resolve({ kind: 'would-open' });
  }

  /** A made-up state, the same one whenever the same address asks. */
  findByCaller(email: string): Promise<FindOutcome> {
    const [digest = 0] = createHash('sha256').update(email.toLowerCase()).digest();
    return Promise.resolve({ kind: 'made-up', state: STATES[digest % STATES.length] ?? STATES[0] });
  }
}
