import { Injectable } from '@nestjs/common';
import { BackendFailure } from '../../ports/backend-failure.js';
import { type Caller } from '../../ports/incident.js';
import { IncidentBackend, type Capabilities } from '../../ports/incident-backend.js';

const unsupported = (): Promise<never> =>
  Promise.reject(new BackendFailure('unsupported', 'Local mode keeps no incidents.'));

/** Runs without a ticket system: accepts every caller, stores nothing, and answers with what would be done. */
@Injectable()
export class LocalModeBackend extends IncidentBackend {
  readonly name = 'local-mode';
  readonly capabilities: Capabilities = {
    keepsIncidents: false,
    knowsCallers: false,
    transitions: [],
    files: false,
    articles: false,
    createHorizonMs: 0,
  };

  findCaller(email: string): Promise<Caller> {
    return Promise.resolve({ id: email.toLowerCase(), email });
  }
  check(): Promise<void> {
    return Promise.resolve();
  }
  readonly create = unsupported;
  readonly findByOperation = unsupported;
  readonly get = unsupported;
  readonly listForCaller = unsupported;
  readonly comments = unsupported;
  readonly comment = unsupported;
  readonly transition = unsupported;
  readonly attach = unsupported;
  readonly hasFile = unsupported;
  readonly changesSince = unsupported;
  readonly findArticles = unsupported;
}
