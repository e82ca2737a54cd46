import { randomBytes } from 'node:crypto';
import { BackendFailure } from '../../ports/backend-failure.js';
import { type IncidentBackend } from '../../ports/incident-backend.js';
import { type Caller, type Incident, type NewIncident } from '../../ports/incident.js';

/** Acts on incidents in the ticket system directly, as a person at the desk does. Incidents are named by number. */
export interface Desk {
  /** Adds a comment that the caller may read. */
  comment(number: string, text: string): Promise<void>;
  /** Adds a note that only the desk may read. */
  note(number: string, text: string): Promise<void>;
  move(number: string, to: 'in-progress' | 'resolved' | 'closed'): Promise<void>;
}

/** A backend with its test environment. */
export interface BackendHarness {
  backend: IncidentBackend;
  /** Addresses of two people in the system. */
  callers: readonly [string, string];
  /** An address that nobody has there. */
  stranger: string;
  desk: Desk;
  close(): Promise<void>;
}

/** The backend under test with two of its callers. `open` must have resolved before anything else is used. */
export class ContractSubject {
  harness!: BackendHarness;
  ann!: Caller;
  bob!: Caller;

  get backend(): IncidentBackend {
    return this.harness.backend;
  }

  async open(start: () => Promise<BackendHarness>): Promise<void> {
    this.harness = await start();
    const [ann, bob] = this.harness.callers;
    this.ann = await this.callerOf(ann);
    this.bob = await this.callerOf(bob);
  }

  about(caller: Caller, more: Partial<NewIncident> = {}): NewIncident {
    return {
      caller,
      title: 'Outlook asks for a password',
      description: 'Since this morning.',
      priority: 'medium',
      ...more,
    };
  }

  opened(caller: Caller, more?: Partial<NewIncident>): Promise<Incident> {
    return this.backend.create(newOperation(), this.about(caller, more));
  }

  async asItStands(incident: Incident): Promise<Incident> {
    const found = await this.backend.get(incident.number);
    if (!found) throw new Error(`${incident.number} is gone.`);
    return found;
  }

  private async callerOf(email: string): Promise<Caller> {
    const caller = await this.backend.findCaller(email);
    if (!caller) throw new Error(`The harness promised that somebody has the address ${email}.`);
    return caller;
  }
}

export const newOperation = (): string => randomBytes(32).toString('hex');

export async function failureOf(promise: Promise<unknown>): Promise<BackendFailure> {
  const outcome = await promise.then(
    () => 'nothing failed',
    (error: unknown) => error,
  );
  if (!(outcome instanceof BackendFailure)) throw new Error(`Expected a BackendFailure: ${String(outcome)}`);
  return outcome;
}
