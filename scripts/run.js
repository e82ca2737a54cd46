/**
 * Runs a developer's tool: `node scripts/run.js <name> [arguments]` is `scripts/<name>.ts`, after what is missing was
 * installed and built. Plain JavaScript, as a fresh clone has no packages. A tool uses the built product.
 */
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { prepare, root } from '../bin/prepare.js';

prepare();
const { register } = await import('tsx/esm/api');
// Here and not by `node --import tsx`, which processes and threads started by a bench would inherit and be slowed by.
register();
const [, , name, ...args] = process.argv;
const tool = join(root, 'scripts', `${name}.ts`);
process.argv.splice(1, Infinity, tool, ...args);
await import(pathToFileURL(tool).href);
