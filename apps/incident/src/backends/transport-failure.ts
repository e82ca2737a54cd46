import { isAxiosError } from 'axios';
import { harmlessFailure } from '#service';
import { BackendFailure } from '../ports/backend-failure.js';

/** Error code for a connection that our client gave up before it was established. */
export const NO_CONNECTION = 'NO_CONNECTION';

/**
 * Explains as a `BackendFailure` why a request to a ticket system got no answer: `unavailable`, `timeout` or `truncated`.
 * It does not keep the error as its cause: an axios error holds the request with its headers, which are secret.
 * @param system the system's name, for operators
 * @param isWrite whether the request may have changed something if it arrived
 */
export function transportFailure(system: string, error: unknown, isWrite: boolean): BackendFailure {
  const inDoubt = { mayHaveHappened: isWrite };
  if (!isAxiosError(error))
    return new BackendFailure('unavailable', `The request to ${system} could not be made.`, inDoubt);
  const { code = '', response } = error;
  if (code === 'ERR_CANCELED') return new BackendFailure('timeout', `${system} did not answer in time.`, inDoubt);
  if (response !== undefined || code === 'ERR_BAD_RESPONSE')
    return new BackendFailure('truncated', `${system}’s answer is incomplete, corrupt or too large.`, inDoubt);
  const known = code === NO_CONNECTION ? 'not-sent' : harmlessFailure(code);
  if (known === 'not-trusted')
    return new BackendFailure('unavailable', `The certificate of ${system} is not trusted (${code}).`);
  if (known === 'not-sent') return new BackendFailure('unavailable', `${system} cannot be reached (${code}).`);
  return new BackendFailure('unavailable', `The connection to ${system} broke (${code || 'no code'}).`, inDoubt);
}
