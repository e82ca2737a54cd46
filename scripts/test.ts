/**
 * `npm test` runs all suites, or only those named as arguments (`unit`, `bus`, `integration`, `standalone`, `browser`).
 * The first flag and all arguments after it go to Jest, for example `--testPathPatterns`. The last line of the output is
 * `N passed, N failed`. With `--coverage`, the unit suite measures its coverage and fails below the floor.
 * `--raise-floor` raises the floor to the measured coverage.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root, step } from './checkout.js';
import { judgeCoverage } from './coverage-floor.js';

/** A run that takes longer than this fails. Measuring coverage takes more time. */
const TIME_LIMIT_MS = 45 * 60_000;
const TIME_LIMIT_OF_COVERAGE_MS = 60 * 60_000;
const SUITES = ['unit', 'bus', 'integration', 'standalone', 'browser'];
const COVERAGE = '--coverage';
const RAISE_FLOOR = '--raise-floor';

const given = process.argv.slice(2);
const isMeasured = given.includes(COVERAGE);
const forUs = given.filter((argument) => argument !== COVERAGE && argument !== RAISE_FLOOR);
const firstFlag = forUs.findIndex((argument) => argument.startsWith('-'));
const named = firstFlag === -1 ? forUs : forUs.slice(0, firstFlag);
const forJest = firstFlag === -1 ? [] : forUs.slice(firstFlag);

const unknown = named.filter((name) => !SUITES.includes(name));
if (unknown.length > 0) refuse(`There is no suite ${unknown.join(', ')}. Suites: ${SUITES.join(', ')}.`);
const wanted = named.length > 0 ? named : isMeasured ? ['unit'] : SUITES;
if (isMeasured && !wanted.includes('unit')) refuse(`${COVERAGE} works only with the suite unit.`);
if (isMeasured && forJest.length > 0) refuse(`${COVERAGE} measures all unit tests. Remove ${forJest.join(' ')}.`);
if (!isMeasured && given.includes(RAISE_FLOOR)) refuse(`${RAISE_FLOOR} needs ${COVERAGE}.`);

const reports = mkdtempSync(join(tmpdir(), 'helpdesk-tests-'));
let passed = 0;
let failed = 0;
// Unit tests run in parallel. Suites that start processes run alone, because other load could make them time out.
if (wanted.includes('unit')) {
  const coverage = isMeasured
    ? ['--coverage', '--coverageReporters=json-summary', `--coverageDirectory=${reports}`]
    : [];
  run(['unit'], ['--maxWorkers=100%', ...coverage]);
}
const others = wanted.filter((name) => name !== 'unit');
if (others.length > 0) run(others, ['--runInBand']);
if (isMeasured && failed === 0) {
  const summary = join(reports, 'coverage-summary.json');
  if (!judgeCoverage(summary, given.includes(RAISE_FLOOR))) failed++;
}
rmSync(reports, { recursive: true, force: true });
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 && passed > 0 ? 0 : 1;

function run(suites: readonly string[], flags: readonly string[]): void {
  step(`Tests: ${suites.join(', ')}`);
  const report = join(reports, `${suites.join('-')}.json`);
  const args = ['--selectProjects', ...suites, '--json', `--outputFile=${report}`, ...flags];
  // Patterns may match no test of a suite.
  const more = forJest.length > 0 ? ['--passWithNoTests', ...forJest] : [];
  const { status } = spawnSync(process.execPath, ['node_modules/jest/bin/jest.js', ...args, ...more], {
    cwd: root,
    // Jest writes the report to a file, and the output for people to standard error.
    stdio: ['ignore', 'ignore', 'inherit'],
    timeout: isMeasured ? TIME_LIMIT_OF_COVERAGE_MS : TIME_LIMIT_MS,
    env: { ...process.env, NODE_OPTIONS: '--experimental-vm-modules --no-warnings' },
  });
  const counted = countOf(report);
  passed += counted.passed;
  // If a suite cannot be loaded, there is no failed test to count.
  failed += counted.failed || (status === 0 ? 0 : 1);
}

function countOf(report: string): { passed: number; failed: number } {
  try {
    const { numPassedTests, numFailedTests, numRuntimeErrorTestSuites } = JSON.parse(
      readFileSync(report, 'utf8'),
    ) as Record<'numPassedTests' | 'numFailedTests' | 'numRuntimeErrorTestSuites', number>;
    return { passed: numPassedTests, failed: numFailedTests + numRuntimeErrorTestSuites };
  } catch {
    return { passed: 0, failed: 1 };
  }
}

function refuse(reason: string): never {
  console.error(reason);
  process.exit(2);
}
