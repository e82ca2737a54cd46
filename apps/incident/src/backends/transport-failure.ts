import { isAxiosError } from 'axios';
import { harmlessFailure } from '#service';
import { BackendFailure } from '../ports/backend-failure.js';

/** The code of a connection that a client of ours gave up before it was made. */
export const NO_CONNECTION = 'NO_CONNECTION';

/**
 * Why a request to a ticket system got no answer, as a `BackendFailure`: `unavailable`, `timeout` or `truncated`. The
 * error itself is not its cause: that of axios holds the request with its headers, which are secret.
 * @param system its name, for operators
 * @param isWrite whether it may have changed something if it arrived
 */
export function transportFailure(system: string, error: unknown, isWrite: boolean): BackendFailure {
  const inDoubt = { mayHaveHappened: isWrite };
  if (!isAxiosError(error))
    return new BackendFailure('unavailable', `The request to ${system} could not be made.`, inDoubt);
  const { code = '', response } = error;
  if (code === 'ERR_CANCELED') return new BackendFailure('timeout', `${system} did not answer in time.`, inDoubt);
  if (response !== undefined || code === 'ERR_BAD_RESPONSE')
    return new BackendFailure('truncated', `${system}’s answer broke off, is garbled or is too large.`, inDoubt);
  const known = code === NO_CONNECTION ? 'not-sent' : harmlessFailure(code);
  if (known === 'not-trusted')
    return new BackendFailure('unavailable', `The certificate of ${system} is not trusted (${code}).`);
  if (known === 'not-sent') return new BackendFailure('unavailable', `${system} cannot be reached (${code}).`);
  return new BackendFailure('unavailable', `The connection to ${system} broke (${code || 'no code'}).`, inDoubt);
}
