/**
 * `npm run bench:dialogue` measures how long the dialogue engine takes for a decision, for loading a large assistant, and
 * for a turn in a long conversation. Prints a markdown table (docs/dialogue-policy.md) and exits with 1 if a bound is
 * missed. `--accuracy` prints how often the learned policy predicts the next action of unseen stories.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { Command } from 'commander';
import { readAssistant } from '#assistant';
import { type TrainedPolicies, trainPolicies } from '#dialogue-engine';
import { root, step } from '../../checkout.js';
import { median } from '../median.js';
import { accuracyTable } from './accuracy.js';
import { generate, SIZE } from './generate-assistant.js';
import { measureDecisions, measureLoading, measureLongConversations } from './measure.js';

type Row = readonly [name: string, value: number, most?: number];

const options = new Command('bench:dialogue')
  .option('--rounds <n>', 'number of rounds; the table shows their median', Number, 5)
  .option('--accuracy', 'next-action accuracy by leaving out one story at a time', false)
  .parse()
  .opts<{ rounds: number; accuracy: boolean }>();

if (options.accuracy) console.log(await accuracyTable(resolve(root, 'assistants')));
else await runTable(options.rounds);

async function runTable(rounds: number): Promise<void> {
  const work = mkdtempSync(join(tmpdir(), 'bench-dialogue-'));
  const folder = join(work, 'assistant');
  try {
    step(`Generating ${SIZE.intents} intents, ${SIZE.rules} rules, ${SIZE.stories} stories`);
    generate(folder, SIZE);
    const { assistant: large } = await readAssistant(folder);
    const { assistant: helpdesk } = await readAssistant(resolve(root, 'assistants/helpdesk'));

    step('Training');
    const trainings: number[] = [];
    const train = (): TrainedPolicies => {
      const start = performance.now();
      const policies = trainPolicies(large);
      trainings.push((performance.now() - start) / 1_000);
      return policies;
    };
    const trained = train();
    while (trainings.length < Math.min(3, rounds)) train();
    // Inside the folder of the assistant, this file would count as a part of it.
    const trainedFile = join(work, 'policies.json');
    writeFileSync(trainedFile, JSON.stringify(trained));

    step('Loading');
    const loading = measureLoading(folder, trainedFile, rounds);
    step('Deciding');
    const small = await measureDecisions(helpdesk, { rounds, dialogues: 200 });
    const big = await measureDecisions(large, { rounds, dialogues: 400, trained });
    step('Continuing conversations of 10 and of 10,000 events');
    const intents = ['greet', 'help', 'thank', 'bot_challenge', 'out_of_scope'];
    const long = await measureLongConversations(helpdesk, intents, { rounds: 101, turns: 200 });

    report([
      ['decision on the helpdesk assistant, p50, ms', small.p50],
      [`decision on the helpdesk assistant, p99 of ${small.decisions}, ms`, small.p99, 0.3],
      ['decision on the generated assistant, p50, ms', big.p50],
      [`decision on the generated assistant, p99 of ${big.decisions}, ms`, big.p99, 2],
      ['loading the generated assistant, s', loading.loading, 3],
      ['– of it reading YAML, s', loading.reading],
      ['– of it learning and checking, s', loading.learning],
      ['– processor time of the whole process, s', loading.processor],
      ['memory that it takes, MB', loading.megabytes, 300],
      ['training the learned policy on it (once, stored with the model), s', median(trainings)],
      ['turn in a conversation of 10 events, ms', long.short],
      ['turn in a conversation of 10,000 events, ms', long.long],
      ['ratio of the two', long.ratio, 1.2],
    ]);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

function report(rows: Row[]): void {
  const lines = rows.map(([name, value, most]) => {
    const bound = most === undefined ? '' : ` (≤ ${most})`;
    return `| ${name} | ${value.toFixed(value >= 10 ? 0 : 3)}${bound} |`;
  });
  console.log(`
${cpus().length} cores, Node ${process.versions.node}; medians of ${options.rounds} rounds; bounds in brackets

| | |
| --- | ---: |
${lines.join('\n')}
`);
  const missed = rows.filter(([, value, most]) => most !== undefined && value > most);
  for (const [name, value, most] of missed) console.error(`Missed: ${name} is ${value.toFixed(3)}, above ${most}.`);
  if (missed.length === 0) console.error('All bounds hold.');
  else process.exitCode = 1;
}
