import { checkPassword, isSame, isUsable } from '../authentication/authentication.js';
import { type Row } from '../data/schema.js';
import { type Instance } from '../instance/instance.js';
import { type Answer, type Exchange, headerOf, json } from '../exchange/exchange.js';

const refused = (status: number, error: string, description: string): Answer =>
  json(status, { error, error_description: description });

/** `POST /oauth_token.do`: tokens for passwords, refresh tokens and client credentials, as in RFC 6749. */
export function issueToken(instance: Instance, exchange: Exchange): Answer {
  const type = headerOf(exchange, 'content-type') ?? '';
  if (exchange.method !== 'POST' || !type.startsWith('application/x-www-form-urlencoded'))
    return refused(500, 'server_error', 'An unexpected error occurred');
  const form = new URLSearchParams(exchange.body.toString());
  const client = instance.store.lookUp('oauth_entity', 'client_id', form.get('client_id') ?? '')?.[0];
  if (!client || !isSame(client['client_secret']!, form.get('client_secret') ?? ''))
    return refused(401, 'invalid_client', 'The client is not known');
  switch (form.get('grant_type')) {
    case 'password':
      return byPassword(instance, exchange, client, form);
    case 'refresh_token':
      return byRefreshToken(instance, exchange, client, form.get('refresh_token') ?? '');
    case 'client_credentials':
      return byClientCredentials(instance, exchange, client);
    default:
      return refused(400, 'unsupported_grant_type', 'This kind of grant is not supported');
  }
}

function byPassword(instance: Instance, exchange: Exchange, client: Row, form: URLSearchParams): Answer {
  const isOff = instance.property('glide.oauth.inbound.ropc.grant_type.disabled') === 'true';
  const user = isOff ? undefined : checkPassword(instance, form.get('username') ?? '', form.get('password') ?? '');
  return user ? granted(instance, exchange, client, user) : refused(401, 'access_denied', 'access_denied');
}

function byRefreshToken(instance: Instance, exchange: Exchange, client: Row, token: string): Answer {
  const grant = token === '' ? undefined : instance.store.lookUp('oauth_credential', 'refresh_token', token)?.[0];
  const user = grant && instance.store.get('sys_user', grant['user']!);
  const isValid =
    grant?.['client'] === client['client_id'] &&
    Number(grant?.['renewable_until']) > exchange.now &&
    user &&
    isUsable(user);
  return isValid
    ? granted(instance, exchange, client, user)
    : refused(401, 'invalid_grant', 'The refresh token is not valid');
}

function byClientCredentials(instance: Instance, exchange: Exchange, client: Row): Answer {
  const isOn = instance.property('glide.oauth.inbound.client.credential.grant_type.enabled') === 'true';
  const user = isOn ? instance.store.get('sys_user', client['user'] ?? '') : undefined;
  if (!user || !isUsable(user))
    return refused(401, 'invalid_grant', 'There is no OAuth application user set for the client');
  return granted(instance, exchange, client, user);
}

/** The token. A valid token is returned again, with its remaining lifetime. */
function granted(instance: Instance, { now }: Exchange, client: Row, user: Row): Answer {
  const { store, chance, config } = instance;
  const clientId = client['client_id']!;
  const earlier = [...store.rows('oauth_credential')].find(
    (row) => row['client'] === clientId && row['user'] === user['sys_id'] && Number(row['renewable_until']) > now,
  );
  const isValid = earlier !== undefined && Number(earlier['expires']) > now;
  const grant: Row = isValid
    ? earlier
    : {
        sys_id: earlier?.['sys_id'] ?? chance.id(),
        client: clientId,
        user: user['sys_id']!,
        token: chance.id() + chance.id(),
        expires: String(now + config.accessTokenSeconds * 1_000),
        refresh_token: earlier?.['refresh_token'] ?? chance.id() + chance.id(),
        renewable_until: earlier?.['renewable_until'] ?? String(now + config.refreshTokenSeconds * 1_000),
      };
  if (!isValid) store.put('oauth_credential', grant);
  return json(200, {
    access_token: grant['token'],
    refresh_token: grant['refresh_token'],
    scope: 'useraccount',
    token_type: 'Bearer',
    expires_in: Math.floor((Number(grant['expires']) - now) / 1_000),
  });
}
