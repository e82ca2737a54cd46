/** Writes the SQL migrations that are missing after a schema (`apps/<app>/src/<app>.schema.ts`) was changed. */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { root, runNode, step } from './checkout.js';

for (const app of readdirSync(join(root, 'apps'))) {
  const schema = `apps/${app}/src/${app}.schema.ts`;
  if (!existsSync(join(root, schema))) continue;
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
