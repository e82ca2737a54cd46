/** Writes the SQL migrations that are missing after a schema (a `*.schema.ts` below `apps/<app>/src`) was changed. */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { prepare, root, run, step } from './prepare.js';

prepare();
for (const app of readdirSync(join(root, 'apps'))) {
  const [schema] = schemasOf(app);
  if (!schema) continue;
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

/** The schema files of an app, from the root of the project. */
function schemasOf(app) {
  const source = join('apps', app, 'src');
  if (!existsSync(join(root, source))) return [];
  return readdirSync(join(root, source), { recursive: true })
    .filter((file) => file.endsWith('.schema.ts'))
    .map((file) => join(source, file));
}
