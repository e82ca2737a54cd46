/** The measurements of `bench:dialogue`: decisions, loading, and turns in short and in long conversations. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { type Assistant } from '#assistant';
import { DialogueEngine, Tracker, type TrackerSnapshot, type TrainedPolicies } from '#dialogue-engine';
import { ascending, median, percentile } from '../median.js';
import { plainProgram } from '../plain-program.js';
import { decisionPoints, dialoguesOf, idlePorts, messageOf } from './conversations.js';

/** Times in seconds, memory in megabytes. */
export interface Loading {
  reading: number;
  learning: number;
  loading: number;
  processor: number;
  megabytes: number;
}

/**
 * Milliseconds of a decision that asks all policies and scores all actions. Each decision counts with the median of the
 * rounds, which removes the influence of other work on the machine. Each round uses its own conversations.
 */
export async function measureDecisions(
  assistant: Assistant,
  { rounds, dialogues, trained }: { rounds: number; dialogues: number; trained?: TrainedPolicies },
): Promise<{ decisions: number; p50: number; p99: number }> {
  const engine = new DialogueEngine(assistant, trained ? { trained } : {});
  const times: number[][] = [];
  for (let round = 0; round <= rounds; round += 1) {
    const points = await decisionPoints(engine, dialoguesOf(assistant, dialogues));
    times.push(
      points.map((point) => {
        const start = performance.now();
        engine.predict(point);
        return performance.now() - start;
      }),
    );
  }
  const [warmUp = [], ...counted] = times;
  const decisions = ascending(warmUp.map((_, index) => median(counted.map((round) => round[index]!))));
  return { decisions: decisions.length, p50: percentile(decisions, 0.5), p99: percentile(decisions, 0.99) };
}

/** Medians of new processes that read the folder of an assistant and learn it. */
export function measureLoading(folder: string, trainedFile: string, rounds: number): Loading {
  const program = plainProgram(join(import.meta.dirname, 'load-assistant.process.ts'));
  const runs = Array.from({ length: rounds }, () => {
    const { stdout, stderr, status } = spawnSync(process.execPath, [program, folder, trainedFile], {
      encoding: 'utf8',
    });
    if (status !== 0) throw new Error(`The process that loads the assistant failed: ${stderr}`);
    return JSON.parse(stdout) as Loading;
  });
  const medianOf = (key: keyof Loading) => median(runs.map((run) => run[key]));
  return {
    reading: medianOf('reading'),
    learning: medianOf('learning'),
    loading: medianOf('loading'),
    processor: medianOf('processor'),
    megabytes: medianOf('megabytes'),
  };
}

/** Milliseconds of a turn, including restoring and snapshot, in a conversation of 10 events and in one of 10,000. */
export async function measureLongConversations(
  assistant: Assistant,
  intents: readonly string[],
  { rounds, turns }: { rounds: number; turns: number },
): Promise<{ short: number; long: number; ratio: number }> {
  const engine = new DialogueEngine(assistant);
  const snapshots = { short: await grown(engine, intents, 10), long: await grown(engine, intents, 10_000) };
  const times = { short: [] as number[], long: [] as number[] };
  for (let round = 0; round <= rounds; round += 1)
    for (const kind of round % 2 ? (['short', 'long'] as const) : (['long', 'short'] as const)) {
      const start = performance.now();
      for (let turn = 0; turn < turns; turn += 1) {
        const tracker = Tracker.restore(snapshots[kind], engine.domain);
        await engine.takeTurn(tracker, saidAt(turn, intents), idlePorts());
        tracker.snapshot();
      }
      // The first round is a warm-up.
      if (round > 0) times[kind].push((performance.now() - start) / turns);
    }
  const [short, long] = [median(times.short), median(times.long)];
  return { short, long, ratio: median(times.long.map((time, round) => time / times.short[round]!)) };
}

async function grown(engine: DialogueEngine, intents: readonly string[], size: number): Promise<TrackerSnapshot> {
  const tracker = Tracker.start('bench', engine.domain);
  const ports = idlePorts();
  let events = 0;
  for (let turn = 0; events < size; turn += 1)
    events += (await engine.takeTurn(tracker, saidAt(turn, intents), ports)).events.length;
  return JSON.parse(JSON.stringify(tracker.snapshot())) as TrackerSnapshot;
}

const saidAt = (turn: number, intents: readonly string[]) => messageOf(intents[turn % intents.length]!);
