/** `npm run check`: all checks that do not run the product. Two checks run at a time. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { root, step } from './checkout.js';

const AT_A_TIME = 2;

/** The name of each check and the arguments with which Node runs it. The slowest checks come first. */
const checks: readonly (readonly [name: string, args: readonly string[]])[] = [
  ['Lint', ['node_modules/eslint/bin/eslint.js', '.']],
  ['Types', ['node_modules/typescript/bin/tsc', '--noEmit', '--tsBuildInfoFile', 'dist/.types-checked']],
  ['Types of the chat page', ['node_modules/typescript/bin/tsc', '-p', 'apps/webchat']],
  ['Format', ['node_modules/prettier/bin/prettier.cjs', '--check', '--cache', '--log-level', 'warn', '.']],
  [
    'Import rules',
    [
      'node_modules/dependency-cruiser/bin/dependency-cruise.mjs',
      '--config',
      '.dependency-cruiser.cjs',
      ...['apps', 'libs', 'tests', 'scripts'],
    ],
  ],
  ['Generated documents', ['scripts/run.js', 'generate-docs', '--check']],
  ['Circular imports between folders', ['scripts/run.js', 'checks/folder-circles']],
  ['Sizes of files and folders', ['scripts/run.js', 'checks/file-sizes']],
  ['Links in documents', ['scripts/run.js', 'checks/markdown-links']],
];

const waiting = [...checks];
let failed = 0;
await Promise.all(
  Array.from({ length: AT_A_TIME }, async () => {
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      const [name, args] = next;
      const begun = performance.now();
      const { code, output } = await run(args);
      const seconds = ((performance.now() - begun) / 1_000).toFixed(1);
      step(`${name}: ${code === 0 ? 'passed' : 'failed'} in ${seconds} s`);
      if (output.trim()) console.error(output.trimEnd());
      if (code !== 0) failed++;
    }
  }),
);
step(failed === 0 ? 'All checks passed.' : `${failed} of ${checks.length} checks failed.`);
process.exitCode = failed === 0 ? 0 : 1;

/** Runs a check and collects its output, so that the outputs of parallel checks do not mix. */
async function run(args: readonly string[]): Promise<{ code: number | null; output: string }> {
  const child = spawn(process.execPath, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => (output += text));
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, output };
}
