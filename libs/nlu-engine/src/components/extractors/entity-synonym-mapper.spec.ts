import { describe, expect, it } from '@jest/globals';
import { type Entity } from '#contracts';
import { processed, trained, type Examples } from '../../component/component.fixture.js';
import { entitySynonymMapper } from './entity-synonym-mapper.js';

const EXAMPLES: Examples = [
  ['a', 'the [wlan|wifi](device)'],
  ['a', 'the [printer](device)'],
];
const synonyms = [
  { value: 'New York', surface: 'big apple' },
  { value: 'old', surface: 'twice' },
  { value: 'new', surface: 'Twice' },
];
const entity = (value: unknown, more: Partial<Entity> = {}): Entity => ({
  entity: 'x',
  value,
  start: 0,
  end: 1,
  ...more,
});

async function mapped(...entities: Entity[]) {
  const { component } = await trained(entitySynonymMapper, EXAMPLES, { nlu: { synonyms } });
  const [here, loaded] = await processed(entitySynonymMapper, component, 'text', { before: { entities } });
  expect(loaded?.entities).toEqual(here?.entities);
  return here?.entities ?? [];
}

describe('The synonym mapper', () => {
  it.each([
    ['wlan', 'wifi'],
    ['WLAN', 'wifi'],
    ['Big Apple', 'New York'],
    ['NEW YORK', 'New York'],
    ['twice', 'new'],
    ['printer', 'printer'],
    ['unknown', 'unknown'],
    ['', ''],
  ])('makes %j %j', async (value, expected) => {
    expect((await mapped(entity(value)))[0]?.value).toBe(expected);
  });

  it('adds itself to the processors of a mapped entity', async () => {
    const [mappedOne, kept] = await mapped(entity('wlan', { processors: ['Other'] }), entity('printer'));
    expect(mappedOne?.processors).toEqual(['Other', 'EntitySynonymMapper']);
    expect(kept).not.toHaveProperty('processors');
  });

  it('does not change values that are not text or not in the table', async () => {
    const value = { from: 1 };
    expect((await mapped(entity(value), entity(5))).map((each) => each.value)).toEqual([value, 5]);
  });
});
