import { timingSafeEqual } from 'node:crypto';
import { ApiError } from '../exchange/api-error.js';
import { type Row } from '../data/schema.js';
import { type Instance } from '../instance/instance.js';
import { type Exchange, headerOf } from '../exchange/exchange.js';
import { type Session, sessionOf } from '../access/session.js';

/** The refusal of a request without valid credentials, with one of two possible texts. */
export const unauthenticated = ({ config }: Instance): ApiError =>
  new ApiError(
    401,
    config.otherUnauthenticatedWording ? 'User is not authenticated' : 'User Not Authenticated',
    'Required to provide Auth information',
    { 'WWW-Authenticate': 'Basic realm="Service-now"' },
  );

/**
 * Finds the account of a request by API key, token or password.
 * @throws ApiError 401
 */
export function authenticate(instance: Instance, exchange: Exchange): Session {
  const user = userOf(instance, exchange);
  if (!user || !isUsable(user)) throw unauthenticated(instance);
  return sessionOf(user);
}

function userOf(instance: Instance, exchange: Exchange): Row | undefined {
  const { store } = instance;
  const key = headerOf(exchange, 'x-sn-apikey');
  if (key !== undefined) {
    const found = store.lookUp('api_key', 'token', key)?.find((row) => isSame(row['token']!, key));
    return found && store.get('sys_user', found['user']!);
  }
  const [scheme = '', credentials = ''] = (headerOf(exchange, 'authorization') ?? '').split(' ');
  if (scheme.toLowerCase() === 'bearer') return userOfToken(instance, exchange, credentials);
  if (scheme.toLowerCase() !== 'basic') return undefined;
  const { userName, password } = basicCredentials(credentials);
  const user = checkPassword(instance, userName, password);
  return instance.config.restrictBasicAuth ? undefined : user;
}

/** The two parts of Basic credentials. */
export function basicCredentials(encoded: string): { userName: string; password: string } {
  const text = Buffer.from(encoded, 'base64').toString();
  const colon = text.indexOf(':');
  return colon < 0
    ? { userName: text, password: '' }
    : { userName: text.slice(0, colon), password: text.slice(colon + 1) };
}

/** The account, if the password is correct and the account is not locked. Repeated wrong passwords lock it. */
export function checkPassword(instance: Instance, userName: string, password: string): Row | undefined {
  const { store, config, clock, journal } = instance;
  const user = store.lookUp('sys_user', 'user_name', userName)?.[0];
  if (!user || !isUsable(user)) return undefined;
  const isRight = user['user_password'] !== '' && isSame(user['user_password']!, password);
  const failed = isRight ? 0 : Number(user['failed_attempts'] || 0) + 1;
  if (String(failed) !== (user['failed_attempts'] || '0')) {
    const isLocked = failed >= config.lockOutAfter;
    if (isLocked) journal.suspect(clock.now(), 'locked-out', userName);
    store.put('sys_user', { ...user, failed_attempts: String(failed), locked_out: String(isLocked) });
  }
  return isRight ? user : undefined;
}

export const isUsable = (user: Row): boolean => user['active'] === 'true' && user['locked_out'] !== 'true';

function userOfToken(instance: Instance, { spells, now }: Exchange, token: string): Row | undefined {
  const { store } = instance;
  const grant = store.lookUp('oauth_credential', 'token', token)?.find((row) => isSame(row['token']!, token));
  if (!grant) return undefined;
  if (spells.token === 'revoked') store.remove('oauth_credential', grant['sys_id']!);
  else if (spells.token === 'expired') store.put('oauth_credential', { ...grant, expires: '0' });
  if (spells.token !== 'valid' || Number(grant['expires']) <= now) return undefined;
  return store.get('sys_user', grant['user']!);
}

/** Whether two secrets are equal, compared in constant time. */
export function isSame(left: string, right: string): boolean {
  const [a, b] = [Buffer.from(left), Buffer.from(right)];
  return a.length === b.length && timingSafeEqual(a, b);
}
