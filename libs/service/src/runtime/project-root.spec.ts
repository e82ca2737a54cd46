import { existsSync, readFileSync } from 'node:fs';
import { isAbsolute, join, relative } from 'node:path';
import { expect, it } from '@jest/globals';
import { projectRoot } from './project-root.js';

it('The root of the project is the folder of its package.json, above this code', () => {
  expect(isAbsolute(projectRoot)).toBe(true);
  expect(JSON.parse(readFileSync(join(projectRoot, 'package.json'), 'utf8'))).toHaveProperty('name');
  expect(relative(projectRoot, import.meta.dirname)).toBe(join('libs', 'service', 'src', 'runtime'));
  expect(existsSync(join(projectRoot, 'assistants'))).toBe(true);
});
