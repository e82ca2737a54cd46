import { writeFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type ParsePool, startParsePool } from './parse-pool.js';

/**
 * Stands in for the compiled `parse.worker`. Reverses each text. Exits at the text "die", and at "die once" while the
 * file named in its data exists.
 */
const STAND_IN = `
import { existsSync, rmSync } from 'node:fs';
import { parentPort, workerData, threadId } from 'node:worker_threads';
const said = new TextDecoder().decode(workerData);
if (said === 'broken') throw new Error('no model');
parentPort.on('message', (task) => {
  const texts = task.map(({ text }) => text);
  if (texts[0] === 'die') process.exit(1);
  if (texts[0] === 'die once' && existsSync(said)) { rmSync(said); process.exit(1); }
  const result = texts.map((text) => ({ result: { text: [...text].reverse().join(''), threadId } }));
  parentPort.postMessage({ result });
});
parentPort.postMessage('ready');
`;

const toParse = (...texts: string[]) => texts.map((text) => ({ text, context: {} }));

describe('A pool of parsing threads', () => {
  let folder: string;
  let script: URL;
  let once: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'parse-pool-'));
    once = join(folder, 'once');
    await writeFile(join(folder, 'worker.mjs'), STAND_IN);
    script = pathToFileURL(join(folder, 'worker.mjs'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  const start = (size: number, data = once): Promise<ParsePool> => startParsePool(Buffer.from(data), size, script);
  const textsOf = (parsed: { result: { text: string } }[]): string[] => parsed.map(({ result }) => result.text);

  it('gives each task its own result, however many wait', async () => {
    const pool = await start(2);
    const tasks = Array.from({ length: 50 }, (_, at) => `${at} abc`);
    const answers = await Promise.all(tasks.map((text) => pool.run(toParse(text, 'xy'))));
    expect(answers.map(textsOf)).toEqual(tasks.map((text) => [[...text].reverse().join(''), 'yx']));
    await pool.close();
  });

  it('finishes its tasks before it ends', async () => {
    const pool = await start(1);
    const answers = ['a', 'b', 'c'].map((text) => pool.run(toParse(text)));
    await pool.close();
    expect((await Promise.all(answers)).map(textsOf)).toEqual([['a'], ['b'], ['c']]);
  });

  it('retries a task whose thread died, and loses only that task when the next thread dies as well', async () => {
    await writeFile(once, '');
    const pool = await start(2);
    const answers = await Promise.allSettled(['die once', 'a', 'die', 'b'].map((text) => pool.run(toParse(text))));
    expect(answers.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected', 'fulfilled']);
    expect(textsOf(await pool.run(toParse('still there')))).toEqual(['ereht llits']);
    await pool.close();
  });

  it('does not start when a thread cannot load the model', async () => {
    await expect(start(2, 'broken')).rejects.toThrow('no model');
  });
});
