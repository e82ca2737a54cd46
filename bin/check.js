/** `npm run check`: everything that is proved without running the product. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { prepare, root, run, step } from './prepare.js';

prepare();
const tool = (path) => join(root, 'node_modules', path);
const checks = [
  ['Types', [tool('typescript/bin/tsc'), '--noEmit', '--incremental', 'false']],
  ['Lint', [tool('eslint/bin/eslint.js'), '.']],
  ['Format', [tool('prettier/bin/prettier.cjs'), '--check', '--log-level', 'warn', '.']],
  [
    'Who may import whom',
    [
      tool('dependency-cruiser/bin/dependency-cruise.mjs'),
      '--config',
      '.dependency-cruiser.cjs',
      'apps',
      'libs',
      'tests',
    ],
  ],
  ['Generated documents', ['bin/generate-docs.js', '--check']],
];
for (const [name, args] of checks) {
  if (!existsSync(join(root, args[0])) && !existsSync(args[0])) throw new Error(`${args[0]} is missing`);
  step(name);
  run(process.execPath, args);
}
step('All checks passed.');
