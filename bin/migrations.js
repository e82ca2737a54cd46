/** Writes the SQL migrations that are missing after a schema (`apps/<app>/src/<app>.schema.ts`) was changed. */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { prepare, root, run, step } from './prepare.js';

prepare();
for (const app of readdirSync(join(root, 'apps'))) {
  const schema = `apps/${app}/src/${app}.schema.ts`;
  if (!existsSync(join(root, schema))) continue;
  step(app);
  const tool = join(root, 'node_modules/drizzle-kit/bin.cjs');
  run(process.execPath, [
    tool,
    'generate',
    '--dialect',
    'postgresql',
    '--schema',
    schema,
    '--out',
    `apps/${app}/migrations`,
  ]);
}
