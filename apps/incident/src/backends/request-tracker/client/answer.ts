import { BackendFailure } from '../../../ports/backend-failure.js';

/** A complete HTTP response. Header names are in lower case. */
export interface Answer {
  status: number;
  headers: Readonly<Record<string, string>>;
  body: string;
}

/** How long to pause when the server is overloaded and sends no Retry-After. Milliseconds. */
const PAUSE_MS = 30_000;
const LONGEST_PAUSE_MS = 60 * 60_000;

/**
 * The JSON of a response, checked in this order: status, media type, JSON. Every other response becomes a failure.
 * @param isWrite whether the request changes anything
 * @throws BackendFailure
 */
export function dataOf(answer: Answer, isWrite: boolean): unknown {
  const { status, headers, body } = answer;
  const message = `Request Tracker answered with status ${status}.`;
  const mayHaveHappened = isWrite;
  if (status >= 300 && status < 400)
    throw new BackendFailure('redirected', `Request Tracker redirects elsewhere (status ${status}); check RT_URL.`);
  if (status >= 500) throw new BackendFailure('unavailable', message, { mayHaveHappened, ...pauseIn(answer) });
  if (status >= 400) throw refusalOf(answer);
  if (status !== 200 && status !== 201) throw new BackendFailure('ambiguous', message, { mayHaveHappened });
  if (!headers['content-type']?.toLowerCase().startsWith('application/json'))
    throw new BackendFailure('not-json', 'Request Tracker answered with a page instead of data; check RT_URL.', {
      mayHaveHappened,
    });
  try {
    return JSON.parse(body) as unknown;
  } catch {
    // The parser's message would include part of the response.
    throw new BackendFailure('truncated', 'Request Tracker sent an incomplete answer.', { mayHaveHappened });
  }
}

/** The failure for a status from 400 to 499: nothing was done. */
function refusalOf(answer: Answer): BackendFailure {
  const { status, body } = answer;
  switch (status) {
    case 401:
      return new BackendFailure('unauthenticated', 'Request Tracker does not accept our account.');
    case 403:
      return new BackendFailure('forbidden', 'Our account may not do this in Request Tracker.');
    case 404:
      return new BackendFailure('not-found', 'Request Tracker has no such record, or our account may not see it.');
    case 408:
      return new BackendFailure('timeout', 'The request did not reach Request Tracker in time.');
    case 429:
      return new BackendFailure('rate-limited', 'Too many calls for Request Tracker.', {
        retryAfterMs: PAUSE_MS,
        ...pauseIn(answer),
      });
    case 409:
    case 412:
    case 413:
    case 422:
      return new BackendFailure('rejected', `Request Tracker refused the change (status ${status}).`);
    default:
      // RT also uses this status for missing rights.
      return /permission denied/i.test(body)
        ? new BackendFailure('forbidden', 'Our account may not do this in Request Tracker.')
        : new BackendFailure('bad-request', `Request Tracker does not understand the request (status ${status}).`);
  }
}

function pauseIn({ headers }: Answer): { retryAfterMs?: number } {
  const retryAfter = headers['retry-after'];
  if (retryAfter === undefined) return {};
  const ms = /^\d+$/.test(retryAfter) ? Number(retryAfter) * 1_000 : Date.parse(retryAfter) - Date.now();
  return ms > 0 ? { retryAfterMs: Math.min(ms, LONGEST_PAUSE_MS) } : {};
}
