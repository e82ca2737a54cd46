/**
 * `npm test`: installs and builds what is missing, then runs every suite. Arguments name suites (`unit`, `bus`,
 * `integration`, `standalone`, `browser`); without any all of them run. The last line is `N passed, N failed`.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { prepare, root, step } from './prepare.js';

/** A run that hangs fails after this long. */
const TIME_LIMIT_MS = 25 * 60_000;
const SUITES = ['unit', 'bus', 'integration', 'standalone', 'browser'];

const unknown = process.argv.slice(2).filter((name) => !SUITES.includes(name));
if (unknown.length > 0) {
  console.error(`There is no suite ${unknown.join(', ')}. Suites: ${SUITES.join(', ')}.`);
  process.exit(2);
}
prepare();

const wanted = process.argv.length > 2 ? process.argv.slice(2) : SUITES;
// Unit tests share the cores; what starts processes of its own runs alone, so that it measures nothing but itself.
const runs = [wanted.filter((name) => name === 'unit'), wanted.filter((name) => name !== 'unit')];
const reports = mkdtempSync(join(tmpdir(), 'helpdesk-tests-'));
let passed = 0;
let failed = 0;
for (const [i, suites] of runs.entries()) {
  if (suites.length === 0) continue;
  step(`Tests: ${suites.join(', ')}`);
  const report = join(reports, `${i}.json`);
  const args = [
    '--selectProjects',
    ...suites,
    '--json',
    `--outputFile=${report}`,
    i === 0 ? '--maxWorkers=100%' : '--runInBand',
  ];
  const { status } = spawnSync(process.execPath, [join(root, 'node_modules/jest/bin/jest.js'), ...args], {
    cwd: root,
    // The report goes to its file; what a person reads comes on standard error.
    stdio: ['ignore', 'ignore', 'inherit'],
    timeout: TIME_LIMIT_MS,
    env: { ...process.env, NODE_OPTIONS: '--experimental-vm-modules --no-warnings' },
  });
  const counted = countOf(report);
  passed += counted.passed;
  // A suite that could not be loaded has no failed test to count.
  failed += counted.failed || (status === 0 ? 0 : 1);
}
rmSync(reports, { recursive: true, force: true });
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed === 0 && passed > 0 ? 0 : 1);

function countOf(report) {
  try {
    const { numPassedTests, numFailedTests, numRuntimeErrorTestSuites } = JSON.parse(readFileSync(report, 'utf8'));
    return { passed: numPassedTests, failed: numFailedTests + numRuntimeErrorTestSuites };
  } catch {
    return { passed: 0, failed: 1 };
  }
}
