import { describe, expect, it } from '@jest/globals';
import { Findings } from '../model/findings.js';
import { readYaml } from './read-yaml.js';
import { linesOf, valueOf, type YamlMap, type YamlScalar } from './yaml-node.js';

function read(source: string) {
  const findings = new Findings();
  const node = readYaml(source, 'a.yml', findings);
  return { node, value: node && valueOf(node), findings: findings.all };
}

describe('readYaml', () => {
  it('reads YAML 1.2: yes and on are texts, true is not', () => {
    expect(read('a: yes\nb: on\nc: true\nd: 1.5\ne: ~\nf: "1"').value).toEqual({
      a: 'yes',
      b: 'on',
      c: true,
      d: 1.5,
      e: null,
      f: '1',
    });
  });

  it('knows the line and column of keys and values', () => {
    const map = read('a:\n  - b: 1\n    c: 2\n').node as YamlMap;
    const list = map.entries.get('a');
    expect(map.keyPlaces.get('a')).toEqual({ file: 'a.yml', line: 1, column: 1 });
    expect(list?.kind === 'list' && (list.items[0] as YamlMap).keyPlaces.get('c')).toMatchObject({
      line: 3,
      column: 5,
    });
  });

  it.each(['\n', '\r\n'])('knows the line of each line in a literal block (line break %j)', (lineBreak) => {
    const source = ['a: |', '', '    - one', '    - two', 'b: 1'].join(lineBreak);
    const block = (read(source).node as YamlMap).entries.get('a') as YamlScalar;
    expect(linesOf(String(block.value), block).map(({ text, place }) => [text, place.line, place.column])).toEqual([
      ['', 2, 5],
      ['- one', 3, 5],
      ['- two', 4, 5],
      ['', 5, 5],
    ]);
  });

  it('resolves anchors and merge keys, and own keys take precedence', () => {
    expect(read('a: &x {k: 1, l: 2}\nb: *x\nc:\n  <<: *x\n  l: 3\nd:\n  <<: [*x, {m: 4}]').value).toEqual({
      a: { k: 1, l: 2 },
      b: { k: 1, l: 2 },
      c: { k: 1, l: 3 },
      d: { k: 1, l: 2, m: 4 },
    });
  });

  it('decodes \\u escapes only in ASCII texts', () => {
    expect(read('a: caf\\u00e9').value).toEqual({ a: 'café' });
    expect(read('a: é \\u00e9').value).toEqual({ a: 'é \\u00e9' });
  });

  it('ignores a byte order mark', () => {
    expect(read('\uFEFFa: 1').value).toEqual({ a: 1 });
  });

  it.each(['', '# nothing\n', '---\n'])('treats %j as empty', (source) => {
    expect(read(source)).toEqual({ node: undefined, value: undefined, findings: [] });
  });

  it.each([
    ['a: 1\nb: 2\na: 3', 3, 1, /unique/i],
    ['a: [1, 2', 1, 9, /sequence|expected/i],
    ['a:\n\t- b', 2, 1, /tab/i],
    ['a: "b', 1, 6, /quote/i],
    ['a: b: c', 1, 4, /mapping/i],
    ['a: *nobody', 1, 4, /nobody/],
    ['a: 1\n---\nb: 2', 2, 1, /multiple documents/i],
    ['a: &a [*a]', 1, 1, /alias/i],
  ])('refuses %j with its place', (source, line, column, message) => {
    const { node, findings } = read(source);
    expect(node).toBeUndefined();
    expect(findings[0]).toMatchObject({ level: 'error', place: { file: 'a.yml', line, column } });
    expect(findings[0]?.message).toMatch(message);
  });

  it('refuses aliases that expand beyond the size limit of a file', () => {
    const levels = Array.from({ length: 9 }, (_, i) => `a${i + 1}: &a${i + 1} [${`*a${i}, `.repeat(9)}]`);
    const { node, findings } = read(['a0: &a0 [x]', ...levels].join('\n'));
    expect(node).toBeUndefined();
    expect(findings).toHaveLength(1);
  });
});
