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
  ])('%s has its own name in a log', (name, error) => {
    expect(String(error)).toBe(`${name}: down`);
  });

  it('distinguish an unroutable message from an unavailable broker, and both mean not accepted', () => {
    expect(new UnroutableError('x')).toBeInstanceOf(BusUnavailableError);
    expect(new BusUnavailableError('x')).not.toBeInstanceOf(UnroutableError);
  });

  it('keep the delay that a dependency asked for, and the cause', () => {
    const cause = new Error('429');
    const error = new RetryableError('busy', 30_000, { cause });
    expect([error.retryAfterMs, error.cause]).toEqual([30_000, cause]);
    expect(new RetryableError('busy').retryAfterMs).toBe(0);
  });
});
