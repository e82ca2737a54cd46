/** What `bench:dialogue` measures: decisions, loading, and turns of short and of long conversations. */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { DialogueEngine, Tracker } from '#dialogue-engine';
import { decisionPoints, dialoguesOf, idlePorts, messageOf } from './conversations.js';

export const median = (values) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];
const percentile = (values, share) =>
  [...values].sort((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * share))];

/**
 * Milliseconds of a decision in which all policies are asked and all actions scored. Each decision counts with the median
 * of the rounds, so that what else the machine does is left out; each round has conversations of its own.
 */
export async function measureDecisions(assistant, { rounds, dialogues, trained }) {
  const engine = new DialogueEngine(assistant, { trained });
  const times = [];
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
  // The first round warms up.
  const decisions = times[0].map((_, index) => median(times.slice(1).map((round) => round[index])));
  return { decisions: decisions.length, p50: median(decisions), p99: percentile(decisions, 0.99) };
}

/** Seconds and megabytes of a fresh process that reads an assistant's folder and learns it; medians. */
export function measureLoading(folder, trainedFile, rounds) {
  const runs = Array.from({ length: rounds }, () => {
    const program = fileURLToPath(new URL('load.js', import.meta.url));
    const { stdout, stderr, status } = spawnSync(process.execPath, [program, folder, trainedFile], {
      encoding: 'utf8',
    });
    if (status !== 0) throw new Error(`The process that loads the assistant failed: ${stderr}`);
    return JSON.parse(stdout);
  });
  return Object.fromEntries(Object.keys(runs[0]).map((key) => [key, median(runs.map((run) => run[key]))]));
}

/** Milliseconds of a turn, restoring and snapshot included, in a conversation of 10 events and in one of 10,000. */
export async function measureLongConversations(assistant, intents, { rounds, turns }) {
  const engine = new DialogueEngine(assistant);
  const snapshots = { short: await grown(engine, intents, 10), long: await grown(engine, intents, 10_000) };
  const times = { short: [], long: [] };
  for (let round = 0; round <= rounds; round += 1)
    for (const kind of round % 2 ? ['short', 'long'] : ['long', 'short']) {
      const start = performance.now();
      for (let turn = 0; turn < turns; turn += 1) {
        const tracker = Tracker.restore(snapshots[kind], engine.domain);
        await engine.takeTurn(tracker, messageOf(intents[turn % intents.length]), idlePorts());
        tracker.snapshot();
      }
      // The first round warms up.
      if (round > 0) times[kind].push((performance.now() - start) / turns);
    }
  const [short, long] = [median(times.short), median(times.long)];
  return { short, long, ratio: median(times.long.map((time, round) => time / times.short[round])) };
}

async function grown(engine, intents, size) {
  const tracker = Tracker.start('bench', engine.domain);
  const ports = idlePorts();
  let events = 0;
  for (let turn = 0; events < size; turn += 1)
    events += (await engine.takeTurn(tracker, messageOf(intents[turn % intents.length]), ports)).events.length;
  return JSON.parse(JSON.stringify(tracker.snapshot()));
}
