import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { step } from './prepare.js';

/** What `read` makes of the unpacked folder of an npm package, such as `compromise@14.17.0`, which is gone afterwards. */
export async function fromPackage(name, read) {
  step(`Fetching ${name}…`);
  const folder = mkdtempSync(join(tmpdir(), 'from-package-'));
  try {
    const [{ filename }] = JSON.parse(execFileSync('npm', ['pack', name, '--json'], { cwd: folder }).toString());
    execFileSync('tar', ['xzf', filename], { cwd: folder });
    return await read(join(folder, 'package'));
  } finally {
    rmSync(folder, { recursive: true });
  }
}
