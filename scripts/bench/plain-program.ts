import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import ts from 'typescript';
import { root } from '../checkout.js';

/**
 * A program of a bench as plain JavaScript; returns its file. So its process loads no compiler, which would count in what
 * it takes of time and memory. The program imports packages and the product's libraries, but no other file.
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
