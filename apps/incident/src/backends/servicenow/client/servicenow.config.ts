import { type Priority } from '#contracts';
import { SettingsError } from '#service';
import { type Credentials } from './authorization.js';
import { readCredentialsFile } from './credentials-file.js';
import { type ServiceNowSettings } from './servicenow.settings.js';

/** The validated configuration of the backend. Holds secrets. */
export interface ServiceNowConfig {
  /** Scheme, host and port. */
  origin: string;
  /** The address that people use in a browser. */
  publicOrigin: string;
  credentials: Credentials;
  /** The `user_name` of our account, if known. */
  account?: string;
  /** CA certificate, PEM. */
  ca?: string;
  concurrency: number;
  connectTimeoutMs: number;
  readTimeoutMs: number;
  writeTimeoutMs: number;
  priorities: Record<Priority, { impact: string; urgency: string }>;
  contactType: string;
  closeCode: string;
  correlationDisplay: string;
  numberPrefixes: string[];
  articles: boolean;
}

/**
 * The ServiceNow configuration in the settings: how to reach the instance, `local-mode` when a credentials file selects
 * it, or `undefined` when the settings do not mention an instance.
 * @throws SettingsError that names what is missing or contradictory, and never includes a value
 */
export function serviceNowConfig(settings: ServiceNowSettings): ServiceNowConfig | 'local-mode' | undefined {
  const {
    SERVICENOW_URL: url,
    SERVICENOW_INSTANCE: instance,
    SERVICENOW_CREDENTIALS: file,
    SERVICENOW_CA: ca,
    SERVICENOW_USER: user,
  } = settings;
  const given = Object.entries({
    SERVICENOW_URL: url,
    SERVICENOW_INSTANCE: instance,
    SERVICENOW_CREDENTIALS_FILE: file,
  })
    .filter(([, value]) => value !== undefined)
    .map(([name]) => name);
  if (given.length === 0) return undefined;
  if (given.length > 1) throw new SettingsError(`Set one of ${given.join(' and ')}, not both.`);

  const common = {
    ...(ca !== undefined && { ca }),
    concurrency: settings.SERVICENOW_CONCURRENCY,
    connectTimeoutMs: settings.SERVICENOW_CONNECT_TIMEOUT_MS,
    readTimeoutMs: settings.SERVICENOW_READ_TIMEOUT_MS,
    writeTimeoutMs: settings.SERVICENOW_WRITE_TIMEOUT_MS,
    priorities: {
      low: impactAndUrgency(settings.SERVICENOW_PRIORITY_LOW),
      medium: impactAndUrgency(settings.SERVICENOW_PRIORITY_MEDIUM),
      high: impactAndUrgency(settings.SERVICENOW_PRIORITY_HIGH),
    },
    contactType: settings.SERVICENOW_CONTACT_TYPE,
    closeCode: settings.SERVICENOW_CLOSE_CODE,
    correlationDisplay: settings.SERVICENOW_CORRELATION_DISPLAY,
    numberPrefixes: settings.SERVICENOW_NUMBER_PREFIXES.split(','),
    articles: settings.SERVICENOW_ARTICLES,
  };
  const mayBePlain = settings.SERVICENOW_ALLOW_HTTP;
  const { SERVICENOW_PUBLIC_URL: publicUrl } = settings;
  const forPeople = (origin: string) =>
    publicUrl === undefined ? origin : originOf(publicUrl, 'SERVICENOW_PUBLIC_URL', mayBePlain);
  if (file !== undefined) {
    const found = readCredentialsFile(file);
    if (found === 'local-mode') return found;
    const credentials = { kind: 'basic', user: found.user, password: found.password } as const;
    const origin = originOf(found.instance, 'snow_instance', mayBePlain);
    return { ...common, origin, publicOrigin: forPeople(origin), credentials, account: found.user };
  }
  const origin =
    url !== undefined
      ? originOf(url, 'SERVICENOW_URL', mayBePlain)
      : originOf(instance ?? '', 'SERVICENOW_INSTANCE', mayBePlain);
  return {
    ...common,
    origin,
    publicOrigin: forPeople(origin),
    credentials: credentialsIn(settings),
    ...(user !== undefined && { account: user }),
  };
}

function credentialsIn(settings: ServiceNowSettings): Credentials {
  const kind = settings.SERVICENOW_AUTH;
  const missing: string[] = [];
  const secret = (name: 'SERVICENOW_PASSWORD' | 'SERVICENOW_CLIENT_SECRET' | 'SERVICENOW_API_KEY'): string => {
    const value = settings[name];
    if (value === undefined) missing.push(`${name} or ${name}_FILE`);
    return value ?? '';
  };
  const name = (key: 'SERVICENOW_USER' | 'SERVICENOW_CLIENT_ID'): string => {
    const value = settings[key];
    if (value === undefined) missing.push(key);
    return value ?? '';
  };
  const client = () => ({ clientId: name('SERVICENOW_CLIENT_ID'), clientSecret: secret('SERVICENOW_CLIENT_SECRET') });
  const login = () => ({ user: name('SERVICENOW_USER'), password: secret('SERVICENOW_PASSWORD') });
  const credentials = ((): Credentials => {
    switch (kind) {
      case 'basic':
        return { kind, ...login() };
      case 'api-key':
        return { kind, key: secret('SERVICENOW_API_KEY') };
      case 'client-credentials':
        return { kind, ...client() };
      case 'password':
        return { kind, ...client(), ...login() };
    }
  })();
  if (missing.length > 0) throw new SettingsError(`SERVICENOW_AUTH=${kind} needs ${missing.join(', ')}.`);
  return credentials;
}

/** The origin for `acme`, `acme.service-now.com` or a whole URL. */
function originOf(text: string, name: string, mayBePlain: boolean): string {
  const host = text.includes('.') || text.includes(':') ? text : `${text}.service-now.com`;
  const address = /^https?:\/\//i.test(text) ? text : `https://${host}`;
  const wrong = new SettingsError(`${name} is not the address of an instance, such as https://acme.service-now.com.`);
  if (!URL.canParse(address)) throw wrong;
  const { protocol, hostname, origin, pathname, search, hash, username, password } = new URL(address);
  if (pathname !== '/' || search || hash || username || password || !/^[\w.:[\]-]+$/.test(hostname)) throw wrong;
  const isLoopback = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(hostname);
  if (protocol === 'http:' && !isLoopback && !mayBePlain)
    throw new SettingsError(`${name} must begin with https://; SERVICENOW_ALLOW_HTTP=true would allow plain HTTP.`);
  return origin;
}

const impactAndUrgency = (pair: string) => {
  const [impact = '', urgency = ''] = pair.split('/');
  return { impact, urgency };
};
