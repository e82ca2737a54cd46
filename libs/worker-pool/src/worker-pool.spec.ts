import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { ThreadEnded, WorkerPool, type WorkerPoolOptions } from './worker-pool.js';

/** A thread runs only compiled code; the build runs before the tests. */
const COMPILED = new URL('../../../dist/libs/worker-pool/src/index.js', import.meta.url);

/**
 * A thread whose tasks are words. `die` ends it, `die once` ends it if the given file exists, `throw` throws an error,
 * `never` has no result. Other words return in capitals, with the number of letters as progress. The first thread that
 * finds the file with the suffix `.broken` removes it and fails to load.
 */
const SCRIPT = `
import { existsSync, rmSync } from 'node:fs';
import { workerData } from 'node:worker_threads';
import { takeTasks } from '${COMPILED.href}';
if (existsSync(workerData + '.broken')) { rmSync(workerData + '.broken', { force: true }); throw new Error('cannot load'); }
takeTasks(async (word, report) => {
  if (word === 'die') process.exit(1);
  if (word === 'die once' && existsSync(workerData)) { rmSync(workerData); process.exit(1); }
  if (word === 'throw') throw new Error('not this word');
  if (word === 'never') await new Promise(() => undefined);
  for (let letters = 1; letters <= word.length; letters++) report(letters);
  return word.toUpperCase();
});
`;

describe('a pool of threads', () => {
  let folder: string;
  let script: URL;
  let file: string;
  let pool: WorkerPool<string, string, number> | undefined;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'worker-pool-'));
    file = join(folder, 'file');
    await writeFile(join(folder, 'worker.mjs'), SCRIPT);
    script = pathToFileURL(join(folder, 'worker.mjs'));
  });
  afterEach(async () => {
    await pool?.terminate();
    await rm(folder, { recursive: true });
  });

  const start = (options: Partial<WorkerPoolOptions> = {}) =>
    (pool = new WorkerPool<string, string, number>({ script, size: 1, workerData: file, ...options }));

  it('gives each task its own result and progress, for any number of tasks', async () => {
    const threads = start({ size: 2 });
    await fc.assert(
      fc.asyncProperty(fc.array(fc.stringMatching(/^[a-c]{1,9}$/), { maxLength: 20 }), async (words) => {
        const progress = words.map((): number[] => []);
        const results = await Promise.all(
          words.map((word, at) => threads.run(word, (letters) => progress[at]!.push(letters))),
        );
        expect(results).toEqual(words.map((word) => word.toUpperCase()));
        expect(progress).toEqual(words.map((word) => [...word].map((_, at) => at + 1)));
      }),
      { numRuns: 20 },
    );
  });

  it('starts tasks in order of arrival', async () => {
    const words = ['a', 'b', 'c', 'd'];
    const done: string[] = [];
    start();
    await Promise.all(words.map(async (word) => done.push(await pool!.run(word))));
    expect(done).toEqual(['A', 'B', 'C', 'D']);
  });

  it('rejects only the task whose thread ended, and replaces the thread', async () => {
    start({ restartDelayMs: 1 });
    const ended = expect(pool!.run('die')).rejects.toThrow(ThreadEnded);
    expect(await pool!.run('next')).toBe('NEXT');
    await ended;
  });

  it('reports the error that ended a thread', async () => {
    const error: unknown = await start()
      .run('throw')
      .catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(ThreadEnded);
    expect(error).toMatchObject({ message: 'not this word', cause: { message: 'not this word' } });
  });

  it('rejects waiting and later tasks when no thread is left', async () => {
    start();
    const results = await Promise.allSettled([pool!.run('die'), pool!.run('waits')]);
    results.push(...(await Promise.allSettled([pool!.run('later')])));
    expect(results).toEqual(results.map(() => ({ status: 'rejected', reason: expect.any(ThreadEnded) })));
  });

  it('retries a task as often as configured, before waiting tasks', async () => {
    await writeFile(file, '');
    start({ attempts: 2, restartDelayMs: 1 });
    const done: string[] = [];
    const tried = ['die once', 'waits'].map(async (word) => done.push(await pool!.run(word)));
    await Promise.all(tried);
    expect(done).toEqual(['DIE ONCE', 'WAITS']);
    await expect(pool!.run('die')).rejects.toThrow(ThreadEnded);
  });

  it('is ready when all threads are', async () => {
    await start({ size: 2, waitUntilReady: true }).ready();
    expect(await pool!.run('a')).toBe('A');
  });

  it('is ended when a thread ends before it is ready', async () => {
    await writeFile(`${file}.broken`, '');
    await expect(start({ size: 2, waitUntilReady: true, restartDelayMs: 1 }).ready()).rejects.toThrow('cannot load');
    await expect(pool!.run('a')).rejects.toThrow('closed');
  });

  it('replaces a thread until one starts', async () => {
    await writeFile(`${file}.broken`, '');
    start({ waitUntilReady: true, restartDelayMs: 1 });
    expect(await pool!.run('a')).toBe('A');
    expect(existsSync(`${file}.broken`)).toBe(false);
  });

  it('finishes its tasks before it closes, including retries', async () => {
    await writeFile(file, '');
    start({ attempts: 2, restartDelayMs: 1 });
    const results = Promise.all(['a', 'die once', 'b'].map((word) => pool!.run(word)));
    await Promise.all([pool!.close(), pool!.close()]);
    expect(await results).toEqual(['A', 'DIE ONCE', 'B']);
    expect(existsSync(file)).toBe(false);
    await expect(pool!.run('later')).rejects.toThrow('closed');
  });

  it('rejects unfinished tasks when it is terminated', async () => {
    start({ attempts: 2, restartDelayMs: 1 });
    const results = Promise.allSettled(['never', 'waits'].map((word) => pool!.run(word)));
    await pool!.terminate();
    const closed = expect.objectContaining({ message: expect.stringContaining('closed') });
    expect(await results).toEqual([1, 2].map(() => ({ status: 'rejected', reason: closed })));
  });

  it('rejects a task that cannot be cloned, and continues', async () => {
    start();
    await expect(pool!.run((() => undefined) as unknown as string)).rejects.toThrow('could not be cloned');
    expect(await pool!.run('a')).toBe('A');
  });
});
