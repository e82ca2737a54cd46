import { describe, expect, it } from '@jest/globals';
import {
  BusUnavailableError,
  PermanentError,
  RequestFailedError,
  RequestTimeoutError,
  RetryableError,
  UnroutableError,
} from './errors.js';

describe('The errors of the bus', () => {
  it.each([
    ['RetryableError', new RetryableError('down')],
    ['PermanentError', new PermanentError('down')],
    ['BusUnavailableError', new BusUnavailableError('down')],
    ['UnroutableError', new UnroutableError('down')],
    ['RequestTimeoutError', new RequestTimeoutError('down')],
    ['RequestFailedError', new RequestFailedError('down')],
  ])('%s says its own name in a log', (name, error) => {
    expect(String(error)).toBe(`${name}: down`);
  });

  it('tell a message that nobody takes from a broker that is away, and count both as not accepted', () => {
    expect(new UnroutableError('x')).toBeInstanceOf(BusUnavailableError);
    expect(new BusUnavailableError('x')).not.toBeInstanceOf(UnroutableError);
  });

  it('keep how long a dependency asked to wait, and what failed underneath', () => {
    const cause = new Error('429');
    const error = new RetryableError('busy', 30_000, { cause });
    expect([error.retryAfterMs, error.cause]).toEqual([30_000, cause]);
    expect(new RetryableError('busy').retryAfterMs).toBe(0);
  });
});
