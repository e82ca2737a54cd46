import { BackendFailure } from '../../../ports/backend-failure.js';
import { envelope, type Answer } from './answer.js';
import { type Exchange } from './exchange.js';

/** How our account authenticates to the instance. */
export type Credentials =
  | { kind: 'basic'; user: string; password: string }
  | { kind: 'api-key'; key: string }
  | { kind: 'client-credentials'; clientId: string; clientSecret: string }
  | { kind: 'password'; clientId: string; clientSecret: string; user: string; password: string };

/** The headers that authenticate us to the instance. */
export interface Authorization {
  headers(): Promise<Record<string, string>>;
  /** Reports that the instance rejected these headers. The next ones differ, if possible. */
  refused(headers: Record<string, string>): void;
}

/** @param timeoutMs longest wait for a token */
export function authorizationFor(
  credentials: Credentials,
  exchange: Exchange,
  { now, timeoutMs }: { now: () => number; timeoutMs: number },
): Authorization {
  if (credentials.kind === 'api-key') return fixed({ 'x-sn-apikey': credentials.key });
  if (credentials.kind === 'basic') {
    const pair = Buffer.from(`${credentials.user}:${credentials.password}`).toString('base64');
    return fixed({ Authorization: `Basic ${pair}` });
  }
  return new TokenAuthorization(credentials, exchange, now, timeoutMs);
}

const fixed = (headers: Record<string, string>): Authorization => ({
  headers: () => Promise.resolve(headers),
  refused: () => undefined,
});

interface Token {
  access: string;
  refresh?: string | undefined;
  /** When to fetch the next token. Milliseconds since 1970. */
  renewAt: number;
}

/** Longest time before expiry at which a token is renewed. */
const MARGIN_MS = 60_000;

/** OAuth 2 access tokens, kept in memory only. Concurrent calls share the one request for the next token. */
class TokenAuthorization implements Authorization {
  private token: Token | undefined;
  private fetching: Promise<Token> | undefined;

  constructor(
    private readonly credentials: Extract<Credentials, { clientId: string }>,
    private readonly exchange: Exchange,
    private readonly now: () => number,
    private readonly timeoutMs: number,
  ) {}

  async headers(): Promise<Record<string, string>> {
    if (!this.token || this.now() >= this.token.renewAt) {
      this.fetching ??= this.fetch().finally(() => (this.fetching = undefined));
      this.token = await this.fetching;
    }
    return bearer(this.token);
  }

  refused(headers: Record<string, string>): void {
    // Another call may have fetched the next token meanwhile.
    if (this.token && headers['Authorization'] === bearer(this.token).Authorization)
      this.token = { ...this.token, renewAt: 0 };
  }

  private async fetch(): Promise<Token> {
    const { clientId, clientSecret, ...rest } = this.credentials;
    const client = { client_id: clientId, client_secret: clientSecret };
    const refresh = this.token?.refresh;
    if (rest.kind === 'client-credentials') return this.ask({ grant_type: 'client_credentials', ...client });
    if (refresh !== undefined) {
      try {
        return await this.ask({ grant_type: 'refresh_token', refresh_token: refresh, ...client });
      } catch (error) {
        // A refresh token expires; the password remains valid.
        if (!(error instanceof BackendFailure) || error.kind !== 'unauthenticated') throw error;
      }
    }
    return this.ask({ grant_type: 'password', username: rest.user, password: rest.password, ...client });
  }

  private async ask(form: Record<string, string>): Promise<Token> {
    const answer = await this.exchange.send({
      method: 'POST',
      target: '/oauth_token.do',
      headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams(form).toString(),
      isWrite: false,
      // Many calls share this request, so it must not end with the first of them.
      signal: AbortSignal.timeout(this.timeoutMs),
    });
    return this.read(answer);
  }

  private read(answer: Answer): Token {
    if (answer.status !== 200) throw refusal(answer);
    const { access_token: access, refresh_token: refresh, expires_in: seconds } = envelope(answer, false);
    if (typeof access !== 'string' || access === '')
      throw new BackendFailure('unexpected', 'ServiceNow answered the request for a token without one.');
    const lifeMs = Number(seconds) * 1000 || MARGIN_MS;
    const margin = Math.min(MARGIN_MS, lifeMs / 10);
    // The instance returns the same token until it expires, so renewing it earlier gains nothing.
    const isTheSame = access === this.token?.access && this.token.renewAt > 0;
    return {
      access,
      ...(typeof refresh === 'string' && refresh !== '' && { refresh }),
      renewAt: this.now() + lifeMs - (isTheSame ? 0 : margin),
    };
  }
}

function refusal({ status, body }: Answer): BackendFailure {
  if (status >= 500 || status === 429)
    return new BackendFailure('unavailable', `ServiceNow gives out no tokens at the moment (status ${status}).`);
  if (status >= 300 && status < 400)
    return new BackendFailure('redirected', 'ServiceNow sends requests for tokens elsewhere; that is not followed.');
  const reason = /"error"\s*:\s*"([a-z_]{1,40})"/.exec(body)?.[1] ?? `status ${status}`;
  return new BackendFailure('unauthenticated', `ServiceNow gives us no token (${reason}).`);
}

const bearer = ({ access }: Token) => ({ Authorization: `Bearer ${access}` });
