import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from '@jest/globals';

const ROOT = resolve(import.meta.dirname, '../../..');

describe('the README', () => {
  it('has an example that runs unchanged and understands its message', async () => {
    const readme = await readFile(resolve(ROOT, 'libs/nlu-engine/README.md'), 'utf8');
    const [, example = ''] = /```js\n(.*?)```/s.exec(readme) ?? [];
    const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', example], {
      cwd: ROOT,
      env: { ...process.env, NODE_OPTIONS: '' },
    });
    expect(stdout.split('\n')).toEqual(['report_outage device printer', '[]', 'reset_password', '']);
  });
});
