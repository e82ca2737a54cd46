/** Checks that the relative links and images of all documents lead to a file, and that anchors lead to a heading. */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { root } from '../checkout.js';
import { trackedFiles } from '../tracked-files.js';
import { anchorsOf, linksOf } from './markdown.js';

const read = (file: string): string => readFileSync(join(root, file), 'utf8');

const documents = trackedFiles().filter((file) => file.endsWith('.md') && existsSync(join(root, file)));
const broken = documents.flatMap((file) =>
  linksOf(read(file)).flatMap(({ target, line }) => {
    const problem = problemOf(file, target);
    return problem ? [`${file}:${line}: ${target}: ${problem}`] : [];
  }),
);
if (broken.length > 0) {
  console.error(broken.join('\n'));
  process.exitCode = 1;
}

function problemOf(document: string, target: string): string | undefined {
  // External links are not checked.
  if (/^([a-z][a-z0-9+.-]*:|\/\/)/i.test(target)) return undefined;
  const [path = '', anchor] = decodeURIComponent(target).split('#', 2);
  const file = path === '' ? document : join(path.startsWith('/') ? '' : dirname(document), path);
  if (file.startsWith('..')) return 'is outside of the repository';
  if (!existsSync(join(root, file))) return 'there is no such file';
  if (anchor && file.endsWith('.md') && !anchorsOf(read(file)).has(anchor)) return 'there is no such heading';
  return undefined;
}
