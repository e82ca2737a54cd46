/** Checks that no folders of the product import each other in a circle. Type imports count, specs and fixtures do not. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { root } from '../checkout.js';
import { trackedFiles } from '../tracked-files.js';
import { findFolderCircle, type Import } from './folder-graph.js';

const { imports: names } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
  imports: Record<string, { source: string }>;
};

const files = new Set(
  trackedFiles().filter(
    (file) =>
      /^(apps|libs)\/.*\.ts$/.test(file) && !/\.(spec|fixture|d)\.ts$/.test(file) && existsSync(join(root, file)),
  ),
);
const imports = [...files].flatMap((from) =>
  specifiersOf(from).flatMap((specifier): Import[] => {
    const to = resolved(from, specifier);
    return to !== undefined && files.has(to) ? [{ from, to }] : [];
  }),
);
if (imports.length === 0) throw new Error('No file contains an import.');
const circle = findFolderCircle(imports);
if (circle) {
  console.error('These folders import each other in a circle:');
  for (const { from, to } of circle) console.error(`  ${from} imports ${to}`);
  process.exitCode = 1;
}

function specifiersOf(file: string): string[] {
  return ts.preProcessFile(readFileSync(join(root, file), 'utf8')).importedFiles.map(({ fileName }) => fileName);
}

/** The file of this repository that an import refers to, or undefined for a package. */
function resolved(from: string, specifier: string): string | undefined {
  if (specifier.startsWith('#')) return names[specifier] && join(names[specifier].source);
  return specifier.startsWith('.') ? join(from, '..', specifier).replace(/\.js$/, '.ts') : undefined;
}
