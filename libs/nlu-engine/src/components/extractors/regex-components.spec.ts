import { describe, expect, it } from '@jest/globals';
import { NluConfigError } from '../../component/errors.js';
import { type FeatureBlock } from '../../learning/feature-block.js';
import { processed, trained, type Examples } from '../../component/component.fixture.js';
import { regexEntityExtractor } from './regex-entity-extractor.js';
import { regexFeaturizer } from '../featurizers/regex-featurizer.js';

const EXAMPLES: Examples = [['a', 'my [printer](device) and [INC0000001](ticket)']];
const nlu = {
  regexes: [
    { name: 'ticket', pattern: 'INC\\d{4,7}' },
    { name: 'ticket', pattern: 'INC' },
    { name: 'unknown', pattern: 'my' },
  ],
  lookups: [
    { name: 'device', elements: ['docking station'] },
    { name: 'device', elements: ['station', 'mouse'] },
  ],
};

describe('The regex entity extractor', () => {
  async function found(text: string, options: object = {}): Promise<string[]> {
    const { component } = await trained(regexEntityExtractor, EXAMPLES, { nlu, options });
    const [here, loaded] = await processed(regexEntityExtractor, component, text);
    expect(loaded).toEqual(here);
    for (const { start, end, value, extractor } of here?.entities ?? []) {
      expect([value, extractor]).toEqual([text.slice(start, end), 'RegexEntityExtractor']);
    }
    return (here?.entities ?? []).map(({ entity, value }) => `${entity}: ${String(value)}`);
  }

  it.each<[string, string[]]>([
    ['INC0012345 is open', ['ticket: INC0012345']],
    ['inc0012345 and INC1', ['ticket: inc0012345', 'ticket: INC']],
    ['the Docking Station', ['device: Docking Station']],
    ['mouse, station', ['device: mouse', 'device: station']],
    ['mousepad', []],
    ['my unknown', []],
    ['', []],
  ])('in %j finds %j', async (text, expected) => {
    expect(await found(text)).toEqual(expected);
  });

  it('respects its options for case, regexes and lookups', async () => {
    expect(await found('inc0012345 INC0012345', { case_sensitive: true })).toEqual(['ticket: INC0012345']);
    expect(await found('INC0012345 mouse', { use_regexes: false })).toEqual(['device: mouse']);
    expect(await found('INC0012345 mouse', { use_lookup_tables: false })).toEqual(['ticket: INC0012345']);
  });

  it('warns the author of patterns without effect', async () => {
    const { notices } = await trained(regexEntityExtractor, [['a', 'hello']], {
      nlu,
      options: { use_word_boundaries: false },
    });
    expect(notices).toEqual([
      'RegexEntityExtractor: use_word_boundaries: false has no effect; lookups match whole words.',
      'RegexEntityExtractor: no regex or lookup has the name of an annotated entity; it finds nothing.',
    ]);
  });
});

describe('The regex featurizer', () => {
  async function features(text: string, options: object = {}) {
    const { component } = await trained(regexFeaturizer, EXAMPLES, { nlu, options });
    const [here, loaded] = await processed(regexFeaturizer, component, text);
    expect(loaded).toEqual(here);
    return { blocks: here?.features ?? [], tokens: (here?.tokens ?? []).map(({ features }) => features) };
  }
  const lengthOf = ({ values }: FeatureBlock): number => Math.hypot(...values);

  it('has a number for each name that matches, together of length one', async () => {
    const { blocks } = await features('my INC0012345 mouse');
    expect(blocks.map(({ dimension, indices }) => [dimension, [...indices]])).toEqual([[3, [0, 1, 2]]]);
    expect(lengthOf(blocks[0]!)).toBeCloseTo(1, 6);
    const none = await features('hello');
    expect(none.blocks).toEqual([{ dimension: 3, indices: new Int32Array(), values: new Float32Array() }]);
  });

  it('marks where a match begins and goes on', async () => {
    const { tokens } = await features('the docking station', { use_regexes: false });
    expect(tokens).toEqual([[], ['pattern:B:device'], ['pattern:I:device']]);
  });

  it('is case-sensitive by default', async () => {
    expect([...(await features('inc0012345')).blocks[0]!.indices]).toEqual([]);
    expect([...(await features('inc0012345', { case_sensitive: false })).blocks[0]!.indices]).toEqual([0]);
  });

  it('adds nothing when there is nothing to look for', async () => {
    expect((await features('mouse', { use_regexes: false, use_lookup_tables: false })).blocks).toEqual([]);
  });
});

it.each([regexFeaturizer, regexEntityExtractor])(
  'A regex that cannot be used is refused with its place',
  async (type) => {
    const regexes = [{ name: 'ticket', pattern: '(', place: { file: 'nlu.yml', line: 7 } }];
    const training = trained(type, EXAMPLES, { nlu: { regexes } });
    await expect(training).rejects.toThrow(NluConfigError);
    await expect(training).rejects.toThrow(/the regex "ticket" \(nlu\.yml:7\) .*: \($/);
  },
);
