import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './checkout.js';

const FILE = join(root, 'coverage-floor.json');
/** The floor should be raised if the coverage exceeds it by more than this many points. */
const SLACK = 1;

const KINDS = ['lines', 'branches', 'functions'] as const;
/** Coverage in per cent. */
export type Coverage = Record<(typeof KINDS)[number], number>;

/** The highest floor in whole per cent that this coverage reaches, but never lower than the previous floor. */
export function raisedFloor(floor: Coverage, measured: Coverage): Coverage {
  const raised = { ...floor };
  for (const kind of KINDS) raised[kind] = Math.max(floor[kind], Math.floor(measured[kind]));
  return raised;
}

/**
 * Prints the coverage and the floor. Returns false if any kind of coverage is below its floor.
 * @param summary path of Jest's `coverage-summary.json`
 * @param mayRaise whether to write a higher floor
 */
export function judgeCoverage(summary: string, mayRaise: boolean): boolean {
  const { total } = JSON.parse(readFileSync(summary, 'utf8')) as { total: Record<keyof Coverage, { pct: number }> };
  const measured = { lines: total.lines.pct, branches: total.branches.pct, functions: total.functions.pct };
  const floor = JSON.parse(readFileSync(FILE, 'utf8')) as Coverage;
  for (const kind of KINDS)
    console.error(`Coverage of ${kind}: ${measured[kind].toFixed(2)} %, the floor is ${floor[kind]} %`);
  const missed = KINDS.filter((kind) => measured[kind] < floor[kind]);
  if (missed.length > 0) console.error(`Below the floor of coverage-floor.json: ${missed.join(', ')}.`);
  if (mayRaise) writeFileSync(FILE, `${JSON.stringify(raisedFloor(floor, measured), null, 2)}\n`);
  else if (KINDS.some((kind) => measured[kind] > floor[kind] + SLACK))
    console.error('The floor can rise: `npm test -- --coverage --raise-floor`.');
  return missed.length === 0;
}
