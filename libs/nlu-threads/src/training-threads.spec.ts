import { on } from 'node:events';
import { Worker } from 'node:worker_threads';
import { describe, expect, it } from '@jest/globals';
import { domainOf, nluDataOf, trainNlu } from '#nlu-engine';
import { type JobInput, runJob, type TrainingJobs } from '#nlu-engine/training-jobs';
import { TrainingThreads } from './training-threads.js';

/** A thread runs only compiled code; the build runs before the tests. */
const COMPILED = new URL('../../../dist/libs/nlu-threads/src/training.worker.js', import.meta.url);
/** Replacements for it. */
const DIES = new URL(
  `data:text/javascript,import { parentPort } from 'node:worker_threads'; parentPort.on('message', () => process.exit(1));`,
);
const IS_SILENT = new URL(
  `data:text/javascript,import { parentPort } from 'node:worker_threads'; parentPort.on('message', () => undefined);`,
);
const IS_MISSING = new URL('file:///nowhere/training.worker.js');

const nlu = nluDataOf([
  { text: 'my printer is broken', intent: 'report', entities: [{ entity: 'device', start: 3, end: 10 }] },
  { text: 'the laptop does not start', intent: 'report', entities: [{ entity: 'device', start: 4, end: 10 }] },
  { text: 'I forgot my password', intent: 'reset' },
  { text: 'please reset my password', intent: 'reset' },
]);
const INPUT = { language: 'en', nlu, domain: domainOf(nlu) };

/** Two rows with one distinct feature each, each in its own class. */
const SVMS: JobInput<'svms'> = {
  rows: {
    count: 2,
    dimension: 3,
    starts: Int32Array.from([0, 2, 4]),
    indices: Int32Array.from([0, 2, 1, 2]),
    values: Float32Array.from([1, 1, 1, 1]),
  },
  labels: Int32Array.from([0, 1]),
  from: 0,
  to: 2,
  foldOf: Int32Array.from([0, 0]),
  folds: 0,
  tested: new Int32Array(),
  seed: 1,
};

const using = async <T>(threads: TrainingThreads, work: (jobs: TrainingJobs) => Promise<T>): Promise<T> => {
  try {
    return await work(threads);
  } finally {
    await threads.close();
  }
};

const noReport = (): Promise<void> => Promise.resolve();

describe('training in threads', () => {
  it('gives the same model as training in one thread, byte for byte, and reports its progress', async () => {
    const alone = await trainNlu(INPUT);
    const stages = new Set<string>();
    const together = await using(new TrainingThreads(2, COMPILED), (jobs) =>
      trainNlu(INPUT, {
        jobs,
        onProgress: (report) => report.stages.forEach((stage) => stages.add(stage)),
      }),
    );
    expect(together.toBytes().equals(alone.toBytes())).toBe(true);
    expect([...stages]).toEqual(expect.arrayContaining(['DIETClassifier: intents', 'DIETClassifier: entities']));
  });

  it('runs in threads that receive a job as a message and send the result', async () => {
    const thread = new Worker(COMPILED);
    thread.postMessage({ name: 'svms', input: SVMS });
    for await (const [said] of on(thread, 'message') as AsyncIterable<[{ result?: unknown }]>) {
      if (!said.result) continue;
      expect(said.result).toEqual(await runJob('svms', SVMS, noReport));
      break;
    }
    await thread.terminate();
  });

  it('can have more jobs than threads', async () => {
    const results = await using(new TrainingThreads(2, COMPILED), (jobs) =>
      Promise.all([1, 2, 3, 4, 5].map(() => jobs.run('svms', SVMS, noReport))),
    );
    const expected = await runJob('svms', SVMS, noReport);
    expect(expected.weights[0]).toBeGreaterThan(0);
    expect(results).toEqual([1, 2, 3, 4, 5].map(() => expected));
  });

  it.each([
    ['whose threads die', DIES],
    ['that has none', IS_MISSING],
  ])('runs in this thread with a pool %s', async (_, script) => {
    const expected = await runJob('svms', SVMS, noReport);
    const results = await using(new TrainingThreads(1, script), (jobs) =>
      Promise.all([1, 2, 3].map(() => jobs.run('svms', SVMS, noReport))),
    );
    expect(results).toEqual([expected, expected, expected]);
  });

  it('ends with its pool, which rejects unfinished jobs', async () => {
    const threads = new TrainingThreads(1, IS_SILENT);
    const jobs = [1, 2].map(() => threads.run('svms', SVMS, noReport));
    const ended = Promise.allSettled(jobs);
    await threads.close();
    expect((await ended).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  });
});
