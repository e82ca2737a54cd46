import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { plainProgram } from '../plain-program.js';

/** The resident memory in bytes of a new process that has loaded the model and parsed the texts. */
export function rssOf(bytes: Buffer, texts: readonly string[]): number {
  const program = plainProgram(join(import.meta.dirname, 'serve-model.process.ts'));
  const folder = mkdtempSync(join(tmpdir(), 'bench-nlu-'));
  try {
    const [model, list] = [join(folder, 'model'), join(folder, 'texts')];
    writeFileSync(model, bytes);
    writeFileSync(list, JSON.stringify(texts));
    const { stdout, stderr, status } = spawnSync(process.execPath, [program, model, list], { encoding: 'utf8' });
    if (status !== 0) throw new Error(`The process with the model failed: ${stderr}`);
    return Number(stdout);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
