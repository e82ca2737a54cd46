import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Findings } from '../model/findings.js';
import { readYaml } from './read-yaml.js';
import { expandVariables, type Environment } from './variables.js';
import { valueOf } from './yaml-node.js';

function expanded(yaml: string, environment: Environment = {}) {
  const findings = new Findings();
  const node = readYaml(yaml, 'endpoints.yml', findings);
  if (!node) throw new Error('The text has no value.');
  const result = expandVariables(node, environment, findings);
  return { value: valueOf(result), isSame: result === node, findings: findings.all };
}

describe('A variable of the environment', () => {
  it.each<[string, Environment, unknown]>([
    ['${URL}', { URL: 'http://x' }, 'http://x'],
    ['a: ${URL}', { URL: 'http://x' }, { a: 'http://x' }],
    ['- http://${HOST}:${PORT}/x', { HOST: 'h', PORT: '80' }, ['http://h:80/x']],
    ['${URL:-http://y}', {}, 'http://y'],
    ['${URL:-http://y}', { URL: '' }, 'http://y'],
    ['${URL:-http://y}', { URL: 'http://x' }, 'http://x'],
    ['a${URL:-}b', {}, 'ab'],
    ['a${URL}b', { URL: '' }, 'ab'],
    ['${A}', { A: '${B}', B: 'no' }, '${B}'],
  ])('in %s with %j gives %j', (yaml, environment, value) => {
    expect(expanded(yaml, environment)).toEqual({ value, isSame: false, findings: [] });
  });

  it.each(['"${URL}"', "'${URL}'", '|\n  ${URL}\n', 'a: "${URL}"'])(
    'is not expanded in %j, which is quoted',
    (yaml) => {
      expect(expanded(yaml, { URL: 'http://x' })).toMatchObject({ isSame: true, findings: [] });
    },
  );

  it.each(['$URL', '5', 'true', '{}', '[a, b]'])('is not in %s', (yaml) => {
    expect(expanded(yaml, { URL: 'http://x' })).toMatchObject({ isSame: true, findings: [] });
  });

  it('that is not set causes an error with its name and place, and stays unchanged', () => {
    const { value, findings } = expanded('a: 1\nb:\n  - x${URL}y', {});
    expect(value).toEqual({ a: 1, b: ['x${URL}y'] });
    expect(findings).toEqual([
      {
        level: 'error',
        message: 'the environment variable URL is not set',
        place: { file: 'endpoints.yml', line: 3, column: 5 },
      },
    ]);
  });

  it('is replaced by any literal value, even one that looks like a replacement pattern', () => {
    const value = fc.oneof(fc.string(), fc.constantFrom('$&', "$'", '$1', '$$'));
    fc.assert(
      fc.property(value, (value) => {
        expect(expanded('a: <${URL}>', { URL: value }).value).toEqual({ a: `<${value}>` });
      }),
    );
  });
});
