import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { stringify } from 'yaml';
import { Findings } from '../model/findings.js';
import { readYaml } from './read-yaml.js';
import {
  emptyRecord,
  Expectation,
  isNull,
  linesOf,
  placeOf,
  valueOf,
  type YamlMap,
  type YamlNode,
} from './yaml-node.js';

function read(yaml: string) {
  const findings = new Findings();
  return { node: readYaml(yaml, 'a.yml', findings), findings, expect: new Expectation(findings) };
}

describe('A YAML value', () => {
  it('has the written value', () => {
    const value = fc.jsonValue({ maxDepth: 3 }).filter((value) => !JSON.stringify(value).includes('__proto__'));
    fc.assert(
      fc.property(value, (value) => {
        const json = JSON.parse(JSON.stringify(value)) as unknown;
        const { node, findings } = read(stringify({ value: json }, { lineWidth: 0 }));
        expect(findings.all).toEqual([]);
        expect(node && valueOf(node)).toEqual({ value: json });
      }),
    );
  });

  it('is null when it is missing or written so', () => {
    const { node } = read('a: ~\nb:\nc: ""\nd: 0');
    const { entries } = node as YamlMap;
    expect([...entries].map(([key, value]) => [key, isNull(value)])).toEqual([
      ['a', true],
      ['b', true],
      ['c', false],
      ['d', false],
    ]);
    expect(isNull(undefined)).toBe(true);
  });

  it('knows the places of its keys, and returns its own place for a missing key', () => {
    const map = read('a: 1\nb:\n  c: 2').node as YamlMap;
    expect(placeOf(map, 'b')).toMatchObject({ file: 'a.yml', line: 2, column: 1 });
    expect(placeOf(map, 'x')).toEqual(map.place);
  });

  it('with several lines has a place for each line of a literal block', () => {
    const lines = (yaml: string) => {
      const value = (read(yaml).node as YamlMap).entries.get('a');
      if (value?.kind !== 'scalar') throw new Error('no scalar');
      return linesOf(String(value.value), value).map(({ text, place }) => [text, place.line]);
    };
    expect(lines('a: |-\n  - one\n  - two')).toEqual([
      ['- one', 2],
      ['- two', 3],
    ]);
    expect(lines('a: "one\\ntwo"')).toEqual([
      ['one', 1],
      ['two', 1],
    ]);
  });
});

describe('An expectation for a value', () => {
  type Kind = 'map' | 'items' | 'text' | 'number' | 'boolean' | 'texts';
  const take = (yaml: string, kind: Kind) => {
    const { node, findings, expect: expectation } = read(`value: ${yaml}`);
    const value = (node as YamlMap).entries.get('value');
    const taken = expectation[kind](value, 'the thing') as
      YamlNode | YamlNode[] | string | number | boolean | undefined;
    return { taken, messages: findings.all.map(({ message }) => message) };
  };

  it.each<[string, Kind, unknown]>([
    ['abc', 'text', 'abc'],
    ['1.50', 'text', '1.50'],
    ['true', 'text', 'true'],
    ['1.5', 'number', 1.5],
    ['false', 'boolean', false],
    ['abc', 'texts', ['abc']],
    ['[a, 1.0, true]', 'texts', ['a', '1.0', 'true']],
    ['', 'text', undefined],
    ['~', 'number', undefined],
    ['', 'items', []],
    ['', 'texts', []],
  ])('%j as %s is %j', (yaml, kind, expected) => {
    expect(take(yaml, kind)).toEqual({ taken: expected, messages: [] });
  });

  it.each<[string, Kind, string]>([
    ['[]', 'map', 'the thing must be a mapping of names to values'],
    ['abc', 'map', 'the thing must be a mapping of names to values'],
    ['abc', 'items', 'the thing must be a list'],
    ['{}', 'items', 'the thing must be a list'],
    ['[]', 'text', 'the thing must be a text'],
    ['"5"', 'number', 'the thing must be a number'],
    ['yes', 'boolean', 'the thing must be true or false'],
    ['1', 'boolean', 'the thing must be true or false'],
    ['{}', 'texts', 'the thing must be a list'],
    ['[a, []]', 'texts', 'each item of the thing must be a text'],
  ])('%j as %s is an error: %s', (yaml, kind, message) => {
    expect(take(yaml, kind).messages).toEqual([message]);
  });

  it('warns of each unknown key, at its place', () => {
    const { node, findings, expect: expectation } = read('a: 1\nb: 2\nc: 3');
    expectation.onlyKeys(node as YamlMap, ['b'], 'the thing');
    expect(findings.all.map(({ level, message, place }) => [level, message, place?.line])).toEqual([
      ['warning', '"a" of the thing is not supported', 1],
      ['warning', '"c" of the thing is not supported', 3],
    ]);
  });
});

it('A record of an assistant has no undeclared names', () => {
  const record = emptyRecord<number>();
  for (const name of ['constructor', '__proto__', 'toString']) expect(record[name]).toBeUndefined();
  record['__proto__'] = 1;
  expect(Object.keys(record)).toEqual(['__proto__']);
});
