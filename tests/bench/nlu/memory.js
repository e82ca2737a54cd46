/**
 * Memory of a process that serves a model. Run as a program it is that process:
 * `node memory.js <model file> <texts file>` prints its resident bytes after parsing the texts.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { NluModel } from '#nlu-engine';
import { pretrained } from '#nlu-pretrained';

/** Resident bytes of a fresh process after it loaded the model and parsed the texts. */
export function rssOf(bytes, texts) {
  const folder = mkdtempSync(join(tmpdir(), 'bench-nlu-'));
  try {
    const [model, list] = ['model', 'texts'].map((name) => join(folder, name));
    writeFileSync(model, bytes);
    writeFileSync(list, JSON.stringify(texts));
    const { stdout, stderr, status } = spawnSync(process.execPath, [fileURLToPath(import.meta.url), model, list], {
      encoding: 'utf8',
    });
    if (status !== 0) throw new Error(`The process with the model failed: ${stderr}`);
    return Number(stdout);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [, , model, list] = process.argv;
  const nlu = await NluModel.load(readFileSync(model), pretrained);
  for (const text of JSON.parse(readFileSync(list, 'utf8'))) await nlu.parse(text);
  process.stdout.write(String(process.memoryUsage().rss));
}
