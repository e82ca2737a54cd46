import { mkdtempSync, rmSync, existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DrizzleQueryError } from 'drizzle-orm/errors';
import fc from 'fast-check';
import { EmbeddedHost } from './embedded-host.js';
import { PostgresHost } from './postgres-host.js';
import { codes, isDuplicate } from './store.js';

const coded = (code: string, message = 'it failed') => Object.assign(new Error(message), { code });
const asQuery = (cause: Error) => new DrizzleQueryError('insert into words values ($1)', ['connection closed'], cause);

describe('The codes of an error', () => {
  it('are its own and those of its causes, from the outside in', () => {
    const inner = Object.assign(coded('ECONNRESET'), { cause: 'a text' });
    const outer = Object.assign(coded('08006'), { cause: inner });
    expect(codes(outer)).toEqual(['08006', 'ECONNRESET']);
  });

  it.each([undefined, null, 'text', {}, { code: '23505' }, Object.assign(new Error('x'), { code: 5 })])(
    'are none of %j',
    (thrown) => {
      expect(codes(thrown)).toEqual([]);
    },
  );

  it('show that a row already exists, even inside a drizzle error', () => {
    expect(isDuplicate(asQuery(coded('23505')))).toBe(true);
    expect(isDuplicate(coded('23505'))).toBe(true);
    expect(isDuplicate(coded('23503'))).toBe(false);
    expect(isDuplicate(new Error('23505'))).toBe(false);
  });
});

describe('A PostgreSQL server', () => {
  // No connection is made before a query.
  const host = new PostgresHost('postgres://u:p@127.0.0.1:1/x');
  afterAll(() => host.close());

  it.each(['08000', '08006', '08P01', '53300', '57P01', '57P03', 'ECONNREFUSED', 'ENOTFOUND', 'EPIPE'])(
    'counts as unavailable with %s, even inside a drizzle error',
    (code) => {
      expect(host.isUnavailable(coded(code))).toBe(true);
      expect(host.isUnavailable(asQuery(coded(code)))).toBe(true);
    },
  );

  it.each(['23505', '22P02', '40001', '42P01', '08', '8006', '57P011', 'econnreset'])(
    'does not count as unavailable with %s: the query is wrong',
    (code) => {
      expect(host.isUnavailable(coded(code))).toBe(false);
      expect(host.isUnavailable(asQuery(coded(code)))).toBe(false);
    },
  );

  it.each([
    'timeout exceeded when trying to connect',
    'Query read timeout',
    'Connection terminated unexpectedly',
    'Client has encountered a connection error and is not queryable',
  ])('counts as unavailable when its driver says: %s', (message) => {
    expect(host.isUnavailable(new Error(message))).toBe(true);
    expect(host.isUnavailable(asQuery(new Error(message)))).toBe(true);
  });

  it('is judged by the cause, not by the text of the query', () => {
    fc.assert(
      fc.property(fc.constantFrom('timeout', 'terminated', 'connection'), fc.string(), (word, text) => {
        const error = new DrizzleQueryError(`select '${word}'`, [text, word], coded('42601', 'syntax error'));
        expect(host.isUnavailable(error)).toBe(false);
      }),
    );
  });

  it.each([undefined, null, 'connection refused', new TypeError('x is not a function')])(
    'is not blamed for %s',
    (thrown) => {
      expect(host.isUnavailable(thrown)).toBe(false);
    },
  );
});

describe('The embedded database', () => {
  let directory: string;
  let host: EmbeddedHost;
  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), 'embedded-'));
    host = new EmbeddedHost(join(directory, 'a', 'b'));
    await host.db.execute('select 1');
  });
  afterAll(async () => {
    await host.close();
    rmSync(directory, { recursive: true, force: true });
  });

  it('creates its folder', () => {
    expect(existsSync(join(directory, 'a', 'b'))).toBe(true);
  });

  it('counts as unavailable once it is closed, and a second close changes nothing', async () => {
    await Promise.all([host.close(), host.close()]);
    const error = await host.db.execute('select 1').then(
      () => undefined,
      (thrown: Error) => thrown.cause,
    );
    expect(error).toBeInstanceOf(Error);
    expect(host.isUnavailable(error)).toBe(true);
  });

  it.each([undefined, 'PGlite is closed', new Error('syntax error')])(
    'does not count as unavailable because of %s',
    (thrown) => {
      expect(host.isUnavailable(thrown)).toBe(false);
    },
  );
});
