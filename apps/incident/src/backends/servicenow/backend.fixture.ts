import { HttpService } from '@nestjs/axios';
import axios from 'axios';
import { pino } from 'pino';
import { ServiceNowBackend } from './servicenow.backend.js';
import { type ClientOptions } from './client/servicenow.client.js';
import { type ServiceNowConfig } from './client/servicenow.config.js';

/** A configuration for a local instance. Its account is the simulator's service account. */
export const configFor = (origin: string, more: Partial<ServiceNowConfig> = {}): ServiceNowConfig => ({
  origin,
  publicOrigin: origin,
  credentials: { kind: 'basic', user: 'svc.helpdesk', password: 'svc.helpdesk' },
  account: 'svc.helpdesk',
  concurrency: 8,
  connectTimeoutMs: 1_000,
  readTimeoutMs: 5_000,
  writeTimeoutMs: 5_000,
  priorities: {
    low: { impact: '3', urgency: '2' },
    medium: { impact: '2', urgency: '2' },
    high: { impact: '2', urgency: '1' },
  },
  contactType: 'chat',
  closeCode: 'Resolved by caller',
  correlationDisplay: 'helpdesk-assistant',
  numberPrefixes: ['INC'],
  articles: true,
  ...more,
});

export interface ObservedBackend {
  backend: ServiceNowBackend;
  /** Every logged line, as JSON. */
  lines: string[];
  /** Every delay before a retry, in milliseconds. No delay takes real time. */
  pauses: number[];
}

/** A backend whose log lines and retry delays the test can read. It does not really wait. */
export function observedBackend(
  origin: string,
  config: Partial<ServiceNowConfig> = {},
  surroundings: Partial<ClientOptions> = {},
): ObservedBackend {
  const lines: string[] = [];
  const pauses: number[] = [];
  const logger = pino({ level: 'trace' }, { write: (line: string) => void lines.push(line) });
  const backend = new ServiceNowBackend(configFor(origin, config), {
    http: new HttpService(axios.create()),
    logger,
    wait: (ms) => {
      pauses.push(ms);
      return Promise.resolve();
    },
    ...surroundings,
  });
  return { backend, lines, pauses };
}
