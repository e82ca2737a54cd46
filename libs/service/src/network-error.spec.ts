import { describe, expect, it } from '@jest/globals';
import { harmlessFailure } from './network-error.js';

describe('A request that failed', () => {
  it.each(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH'])('with %s was not sent', (code) => {
    expect(harmlessFailure(code)).toBe('not-sent');
  });

  it.each([
    'CERT_HAS_EXPIRED',
    'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
    'DEPTH_ZERO_SELF_SIGNED_CERT',
    'ERR_TLS_CERT_ALTNAME_INVALID',
  ])('with %s went to a server that is not trusted', (code) => {
    expect(harmlessFailure(code)).toBe('not-trusted');
  });

  it.each(['ECONNRESET', 'ETIMEDOUT', 'EPIPE', 'ERR_CANCELED', '', undefined])('with %s may have been sent', (code) => {
    expect(harmlessFailure(code)).toBeUndefined();
  });
});
