/**
 * `npm run bench:nlu -- --data DIR` measures the accuracy, the calibration, and the training and parse times of this
 * engine's pipelines on public data sets. Tests nlp.js on the same splits in the same run. Prints a markdown table
 * (docs/nlu.md) and exits with 1 if a pipeline misses a bound.
 */
import { writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { resolve } from 'node:path';
import { Command } from 'commander';
import { readAssistant } from '#assistant';
import { root, step } from '../../checkout.js';
import { ablate, ablationSets } from './ablation.js';
import { bounds, type Figures, missedBounds } from './bounds.js';
import { columns } from './columns.js';
import { readSet } from './data.js';
import { pipelines } from './pipelines.js';
import { groupsOf } from './rows.js';

interface Options {
  data: string;
  only?: string[];
  pipelines?: string[];
  seed: number;
  json?: string;
  ablation: boolean;
}

const names = (value: string): string[] => value.split(',').map((name) => name.trim());
const options = new Command('bench:nlu')
  .requiredOption('--data <dir>', 'folder with hwu64/dialoglue, hwu64/kfold_1, snips, askubuntu and chatbot')
  .option('--only <groups>', 'groups of rows, separated by commas (default: all)', names)
  .option(
    '--pipelines <names>',
    `columns, separated by commas: ${Object.keys(columns).join(', ')} (default: all)`,
    names,
  )
  .option('--seed <n>', 'random seed for splits and held-out intents', Number, 1)
  .option('--json <file>', 'also write the figures to this file')
  .option('--ablation', 'measure the contribution of each part of the light pipeline by cross-validation', false)
  .parse()
  .opts<Options>();

if (options.ablation) await runAblation();
else await runTable();

async function runTable(): Promise<void> {
  const shown = chosen(options.pipelines, Object.keys(columns), 'column');
  const groups = await groupsOf({ data: resolve(options.data), root, seed: options.seed });
  const figures: Figures = Object.fromEntries(shown.map((column) => [column, {}]));
  for (const group of chosen(options.only, Object.keys(groups), 'group'))
    for (const column of shown) {
      step(`${group}: ${column}`);
      Object.assign(figures[column]!, await groups[group]!.measure(columns[column]!));
    }
  if (Object.values(figures).every((rows) => Object.keys(rows).length === 0)) {
    console.error(`Nothing was measured: ${options.data} contains no data set.`);
    process.exit(1);
  }
  console.log(tableOf(shown, figures));
  if (options.json) writeFileSync(options.json, `${JSON.stringify(figures, null, 2)}\n`);
  const missed = missedBounds(figures);
  for (const line of missed) console.error(`Missed: ${line}`);
  if (missed.length === 0) console.error('All bounds hold for the measured rows.');
  else process.exitCode = 1;
}

async function runAblation(): Promise<void> {
  const { assistant } = await readAssistant(resolve(root, 'assistants/helpdesk'));
  const all = ablationSets({
    hwu: readSet(resolve(options.data), 'hwu64/dialoglue'),
    helpdesk: assistant.nlu,
    seed: options.seed,
  });
  const wanted = chosen(
    options.only,
    all.map(({ key }) => key),
    'set',
  );
  await ablate(
    pipelines.light,
    all.filter(({ key }) => wanted.includes(key)),
    options.seed,
    (line) => console.log(line),
  );
}

/** Ends the process if a name is unknown. */
function chosen(wanted: readonly string[] | undefined, known: readonly string[], kind: string): string[] {
  const unknown = (wanted ?? []).filter((name) => !known.includes(name));
  if (unknown.length > 0) {
    console.error(`Unknown ${kind} ${unknown.join(', ')}. Choose from: ${known.join(', ')}.`);
    process.exit(2);
  }
  return known.filter((name) => !wanted || wanted.includes(name));
}

function tableOf(shown: readonly string[], figures: Figures): string {
  const rows = [...new Set(shown.flatMap((column) => Object.keys(figures[column]!)))];
  const cell = (column: string, row: string): string => {
    const value = figures[column]?.[row];
    if (value === undefined || value === null) return '–';
    const { least, most } = bounds[row]?.[column] ?? {};
    const bound = least !== undefined ? ` (≥ ${least})` : most !== undefined ? ` (≤ ${most})` : '';
    return `${value.toFixed(value >= 100 ? 0 : 3)}${bound}`;
  };
  const lines = rows.map((row) => `| ${[row, ...shown.map((column) => cell(column, row))].join(' | ')} |`);
  return `
${cpus().length} cores, Node ${process.versions.node}, seed ${options.seed}; bounds in brackets

| | ${shown.join(' | ')} |
| --- |${shown.map(() => ' ---: |').join('')}
${lines.join('\n')}
`;
}
