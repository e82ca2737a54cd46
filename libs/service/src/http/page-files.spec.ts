import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type FastifyReply } from 'fastify';
import { PageFiles } from './page-files.js';

describe('The files of a page', () => {
  let directory: string;
  let files: PageFiles;
  beforeAll(() => {
    directory = mkdtempSync(join(tmpdir(), 'page-'));
    for (const name of [
      'index.html',
      'page.css',
      'page.js',
      'icon.svg',
      'page.spec.ts',
      'tsconfig.json',
      '.env',
      'README.md',
    ])
      writeFileSync(join(directory, name), `content of ${name}`);
    mkdirSync(join(directory, 'more'));
    writeFileSync(join(directory, 'more', 'inner.js'), 'inner');
    files = new PageFiles(directory);
  });
  afterAll(() => rmSync(directory, { recursive: true }));

  function sent(name: string) {
    const headers: Record<string, string> = {};
    const reply = {
      type: (type: string) => reply.header('content-type', type),
      header: (key: string, value: string) => {
        headers[key] = value;
        return reply;
      },
    };
    const content = files.send(name, reply as unknown as FastifyReply, "default-src 'self'");
    return { content: content?.toString(), headers };
  }

  it.each([
    ['index.html', 'text/html; charset=utf-8'],
    ['page.css', 'text/css; charset=utf-8'],
    ['page.js', 'text/javascript; charset=utf-8'],
    ['icon.svg', 'image/svg+xml'],
  ])('are sent with their media type and security headers: %s', (name, type) => {
    expect(sent(name)).toEqual({
      content: `content of ${name}`,
      headers: {
        'content-type': type,
        'content-security-policy': "default-src 'self'",
        'x-content-type-options': 'nosniff',
        'cache-control': 'no-cache',
      },
    });
  });

  it.each([
    'page.spec.ts',
    'tsconfig.json',
    '.env',
    'README.md',
    'more',
    'more/inner.js',
    'inner.js',
    '../index.html',
    './index.html',
    'INDEX.HTML',
    'constructor',
    '__proto__',
    '',
  ])('include no others: %j', (name) => {
    expect(sent(name)).toEqual({ content: undefined, headers: {} });
  });

  it('are those read at the start', () => {
    writeFileSync(join(directory, 'page.js'), 'changed');
    writeFileSync(join(directory, 'late.js'), 'late');
    expect(sent('page.js').content).toBe('content of page.js');
    expect(sent('late.js').content).toBeUndefined();
  });

  it('cause an error at once when the folder does not exist', () => {
    expect(() => new PageFiles(join(directory, 'missing'))).toThrow('ENOENT');
  });
});
