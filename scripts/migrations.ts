/** Writes the SQL migrations for changed schemas (`<app>.schema.ts` in any folder of `apps/<app>/src`). */
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
