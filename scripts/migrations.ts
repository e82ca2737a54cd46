/** Writes the SQL migrations that are missing after a schema (`<app>.schema.ts` somewhere in `apps/<app>/src`) changed. */
import { basename } from 'node:path';
import { runNode, step } from './checkout.js';
import { trackedFiles } from './tracked-files.js';

for (const schema of trackedFiles().filter((file) => /^apps\/[^/]+\/src\/.*\.schema\.ts$/.test(file))) {
  const app = basename(schema, '.schema.ts');
  step(app);
  const out = `apps/${app}/migrations`;
  runNode([
    'node_modules/drizzle-kit/bin.cjs',
    'generate',
    '--dialect',
    'postgresql',
    '--schema',
    schema,
    '--out',
    out,
  ]);
}
