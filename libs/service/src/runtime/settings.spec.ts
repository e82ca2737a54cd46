import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Type } from 'typebox';
import { readSettings, SettingsError } from './settings.js';

const schema = Type.Object({
  PORT: Type.Integer({ default: 5005, minimum: 0, maximum: 65_535, description: 'port of the test' }),
  URL: Type.String({ pattern: '^https?://', description: 'where it is' }),
  LEVEL: Type.Union([Type.Literal('low'), Type.Literal('high')], { default: 'low' }),
  IS_LOUD: Type.Boolean({ default: false }),
  NOTE: Type.Optional(Type.String()),
});

const messageOf = (env: Record<string, string | undefined>): string => {
  try {
    readSettings(schema, env);
  } catch (error) {
    if (error instanceof SettingsError) return error.message;
  }
  return '';
};

describe('Settings', () => {
  it('have their defaults where the environment sets nothing', () => {
    expect(readSettings(schema, { URL: 'http://x.example' })).toEqual({
      PORT: 5005,
      URL: 'http://x.example',
      LEVEL: 'low',
      IS_LOUD: false,
    });
  });

  it('also have their defaults for empty and blank variables', () => {
    expect(readSettings(schema, { URL: 'http://x.example', PORT: '', LEVEL: '  ', NOTE: ' ' })).toMatchObject({
      PORT: 5005,
      LEVEL: 'low',
    });
  });

  it('are converted to numbers and booleans, and trimmed', () => {
    const env = { URL: ' http://x.example ', PORT: '80', IS_LOUD: 'true' };
    expect(readSettings(schema, env)).toMatchObject({ URL: 'http://x.example', PORT: 80, IS_LOUD: true });
  });

  it('contain no other variables and are immutable', () => {
    const settings = readSettings(schema, { URL: 'http://x.example', OTHER: 'x' });
    expect(settings).not.toHaveProperty('OTHER');
    expect(Object.isFrozen(settings)).toBe(true);
  });

  it('are refused with one line per error', () => {
    const lines = messageOf({ PORT: '70000', LEVEL: 'medium', IS_LOUD: 'perhaps' }).split('\n');
    expect(lines).toHaveLength(4);
    expect(lines).toEqual(
      expect.arrayContaining([
        'URL is not set (where it is)',
        expect.stringMatching(/^PORT .* \(port of the test\)$/),
        expect.stringMatching(/^LEVEL /),
        expect.stringMatching(/^IS_LOUD /),
      ]),
    );
  });

  it('are refused when they violate the schema', () => {
    for (const PORT of ['-1', 'x', '0x', 'Infinity', 'NaN', '65536']) {
      expect(messageOf({ URL: 'http://x.example', PORT })).toMatch(/^PORT /);
    }
    expect(messageOf({ URL: 'ftp://x.example' })).toMatch(/^URL /);
  });

  it('are read from the file in NAME_FILE, without surrounding white space', async () => {
    const file = join(await mkdtemp(join(tmpdir(), 'settings-')), 'url');
    await writeFile(file, 'http://from.file.example\n');
    expect(readSettings(schema, { URL_FILE: file })).toMatchObject({ URL: 'http://from.file.example' });
    expect(messageOf({ URL: 'http://x.example', URL_FILE: file })).toBe(
      'URL and URL_FILE are both set: leave one of them out',
    );
    expect(messageOf({ URL_FILE: `${file}.gone` })).toBe('URL_FILE names a file that cannot be read (ENOENT)');
    await writeFile(file, '\n');
    expect(messageOf({ URL_FILE: file })).toBe('URL is not set (where it is)');
  });

  it('never show their values, which may be secrets', () => {
    const secret = fc.string({ unit: 'grapheme-ascii', minLength: 12, maxLength: 40 }).map((text) => `s3cret-${text}`);
    fc.assert(
      fc.property(secret, secret, secret, (PORT, URL, LEVEL) => {
        const message = messageOf({ PORT, URL, LEVEL });
        expect(message).toContain('URL');
        expect(message).not.toContain('s3cret');
      }),
    );
  });
});
