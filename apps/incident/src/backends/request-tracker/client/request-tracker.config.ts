import { type Priority } from '#contracts';
import { SettingsError } from '#service';
import { type IncidentState } from '../../../ports/incident.js';
import { type RequestTrackerSettings } from './request-tracker.settings.js';
import { fieldName, type QueryValue } from './ticket-query.js';

/** The validated configuration of the backend. Holds secrets. */
export interface RequestTrackerConfig {
  /** Base address of the REST interface, without a trailing slash. */
  api: string;
  /** Value of the `Authorization` header. */
  authorization: string;
  /** Our account: its name, or its number when only a token is configured. */
  account?: string;
  /** CA certificate, PEM. */
  ca?: string;
  queue: string;
  operationField: QueryValue<'field'>;
  statuses: StatusMap;
  priorities: Record<Priority, number>;
  concurrency: number;
  readTimeoutMs: number;
  writeTimeoutMs: number;
}

/** The meaning of each status of a queue, in order of preference. Statuses are in lower case, as in RT. */
export type StatusMap = ReadonlyMap<string, IncidentState>;

/**
 * The Request Tracker configuration in the settings, or `undefined` when they do not mention one.
 * @throws SettingsError that names what is missing or contradictory, and never includes a value
 */
export function requestTrackerConfig(settings: RequestTrackerSettings): RequestTrackerConfig | undefined {
  const { RT_URL: url, RT_CA: ca } = settings;
  if (url === undefined) return undefined;
  const operationField = fieldName(settings.RT_OPERATION_FIELD);
  if (operationField === undefined) throw new SettingsError('RT_OPERATION_FIELD is not the name of a custom field.');
  const { low, medium, high } = {
    low: settings.RT_PRIORITY_LOW,
    medium: settings.RT_PRIORITY_MEDIUM,
    high: settings.RT_PRIORITY_HIGH,
  };
  if (!(low < medium && medium < high))
    throw new SettingsError('RT_PRIORITY_LOW, RT_PRIORITY_MEDIUM and RT_PRIORITY_HIGH must rise.');
  return {
    api: `${addressOf(url, settings.RT_ALLOW_HTTP)}/REST/2.0`,
    ...accountIn(settings),
    ...(ca !== undefined && { ca }),
    queue: settings.RT_QUEUE,
    operationField,
    statuses: statusMap(settings.RT_STATUSES),
    priorities: { low, medium, high },
    concurrency: settings.RT_CONCURRENCY,
    readTimeoutMs: settings.RT_READ_TIMEOUT_MS,
    writeTimeoutMs: settings.RT_WRITE_TIMEOUT_MS,
  };
}

function accountIn(settings: RequestTrackerSettings): Pick<RequestTrackerConfig, 'authorization' | 'account'> {
  const { RT_TOKEN: token, RT_USER: user, RT_PASSWORD: password } = settings;
  if (token !== undefined && password !== undefined) throw new SettingsError('Set RT_TOKEN or RT_PASSWORD, not both.');
  if (token !== undefined) {
    if (!/^[\w-]+$/.test(token)) throw new SettingsError('RT_TOKEN is not an authentication token.');
    // A token contains its version, the number of its account, and the secret.
    const account = user ?? /^\d+-(\d+)-/.exec(token)?.[1];
    return { authorization: `token ${token}`, ...(account !== undefined && { account }) };
  }
  if (user === undefined || password === undefined)
    throw new SettingsError(
      'RT_URL needs RT_TOKEN, or RT_USER and RT_PASSWORD; append _FILE to a name to read the value from a file.',
    );
  return { authorization: `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`, account: user };
}

function addressOf(url: string, mayBePlain: boolean): string {
  const wrong = new SettingsError('RT_URL is not an address such as https://rt.example.com.');
  if (!URL.canParse(url)) throw wrong;
  const { protocol, hostname, origin, pathname, search, hash, username, password } = new URL(url);
  if (!/^https?:$/.test(protocol) || search || hash || username || password) throw wrong;
  const isLoopback = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(hostname);
  if (protocol === 'http:' && !isLoopback && !mayBePlain)
    throw new SettingsError('RT_URL must begin with https://; RT_ALLOW_HTTP=true would allow plain HTTP.');
  return origin + pathname.replace(/\/+$/, '');
}

function statusMap(text: string): StatusMap {
  const pairs = text.split(',').map((pair) => {
    const [status = '', state = ''] = pair.split('=');
    return [status.trim().toLowerCase(), state.trim() as IncidentState] as const;
  });
  const meanings = new Set(pairs.map(([, state]) => state));
  for (const state of ['new', 'in-progress', 'resolved', 'canceled'] as const)
    if (!meanings.has(state)) throw new SettingsError(`RT_STATUSES names no status that means ${state}.`);
  return new Map(pairs);
}
