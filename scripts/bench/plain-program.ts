import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import ts from 'typescript';
import { root } from '../checkout.js';

/**
 * Compiles a program of a benchmark to plain JavaScript and returns the path of the file. Its process then loads no
 * compiler, which would distort the measured time and memory. The program may import only packages and the libraries of
 * the product.
 */
export function plainProgram(file: string): string {
  const { outputText } = ts.transpileModule(readFileSync(file, 'utf8'), {
    compilerOptions: { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2023 },
    fileName: file,
  });
  const folder = join(root, 'dist/bench');
  mkdirSync(folder, { recursive: true });
  const program = join(folder, basename(file).replace(/\.ts$/, '.js'));
  writeFileSync(program, outputText);
  return program;
}
