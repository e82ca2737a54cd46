import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { isLoopback, isLocalRequest } from './local-request.js';

describe('A loopback address', () => {
  it.each(['localhost', '127.0.0.1', '127.255.0.9', '::1', '[::1]'])('is %s', (host) => {
    expect(isLoopback(host)).toBe(true);
  });

  it.each([
    undefined,
    '',
    '0.0.0.0',
    '10.0.0.1',
    '127.0.0.1.evil.example',
    'localhost.evil.example',
    'evil-localhost',
    '127.evil.example',
    '::2',
    'example.com',
  ])('is not %j', (host) => {
    expect(isLoopback(host)).toBe(false);
  });
});

describe('A request from this machine', () => {
  it.each([
    [undefined, 'localhost:5005'],
    [undefined, '127.0.0.1'],
    [undefined, '[::1]:5005'],
    ['http://localhost:3000', 'localhost:5005'],
    ['http://[::1]', '127.0.0.1:5005'],
  ])('with origin %j to host %j is local', (origin, host) => {
    expect(isLocalRequest({ origin, host })).toBe(true);
  });

  it.each([
    [undefined, undefined],
    [undefined, ''],
    [undefined, 'rebound.evil.example:5005'],
    ['http://localhost:3000', 'rebound.evil.example'],
    ['https://evil.example', 'localhost:5005'],
    ['https://localhost.evil.example', 'localhost:5005'],
    ['null', 'localhost:5005'],
    ['', 'localhost:5005'],
    [undefined, 'local host'],
  ])('with origin %j to host %j is not local', (origin, host) => {
    expect(isLocalRequest({ origin, host })).toBe(false);
  });

  it('may come from a remote page that is allowed by its full origin', () => {
    const page = { origin: 'https://portal.example', host: 'localhost:5005' };
    expect(isLocalRequest(page, ['https://portal.example'])).toBe(true);
    expect(isLocalRequest(page, true)).toBe(true);
    expect(isLocalRequest(page, ['https://portal.example:8443', 'portal.example', ''])).toBe(false);
    expect(isLocalRequest(page, [])).toBe(false);
  });

  it('is never local with a foreign host name, whichever pages are allowed', () => {
    fc.assert(
      fc.property(fc.domain(), fc.option(fc.webUrl(), { nil: undefined }), (host, origin) => {
        expect(isLocalRequest({ origin, host }, true)).toBe(false);
      }),
    );
  });
});
