import { describe, expect, it } from '@jest/globals';
import { NluModel, trainNlu } from '../../index.js';
import { annotated, component, domainOf, sampleAssistant } from '../../sample-assistant.fixture.js';

const pipeline = ['WhitespaceTokenizer', 'LexicalSyntacticFeaturizer', 'EntityTagger'].map((name) => component(name));

const trainOn = (examples: string[], seed = 1): Promise<NluModel> =>
  trainNlu(
    {
      ...sampleAssistant({ pipeline }),
      domain: domainOf(['order'], ['item']),
      nlu: { ...sampleAssistant().nlu, examples: examples.map((source) => annotated('order', source)) },
    },
    { seed },
  );

const ROOMS = [
  'send it to room [Oslo](room)',
  'the beamer in room [Rome](room) is dark',
  'nobody is in room [Paris](room) now',
  'please heat room [Lima](room)',
  'I am in room [Cairo](room)',
  'it is cold',
  'nobody sent it to me',
  'please send the beamer',
  'the heating is dark and cold now',
];

describe('the entity tagger', () => {
  it('recognizes an unknown word by its context', async () => {
    const model = await trainOn(ROOMS);
    expect((await model.parse('the beamer in room Quito is dark')).entities).toEqual([
      expect.objectContaining({ entity: 'room', value: 'Quito', extractor: 'EntityTagger' }),
    ]);
    expect((await model.parse('please send the projector')).entities).toEqual([]);
  });

  it('has confidences between one half and one', async () => {
    const model = await trainNlu(sampleAssistant({ pipeline }));
    const { entities } = await model.parse('move my desk from Leeds to Derby');
    expect(entities.map(({ role }) => role)).toEqual(['from', 'to']);
    for (const { confidence_entity: ofEntity = 0, confidence_role: ofRole = 0 } of entities) {
      expect(ofEntity).toBeGreaterThan(0.5);
      expect(ofEntity).toBeLessThanOrEqual(1);
      expect(ofRole).toBeLessThanOrEqual(ofEntity);
    }
  });

  it('distinguishes groups of the same entity', async () => {
    const sizes = ['small', 'large', 'medium'];
    const examples = sizes.flatMap((one) =>
      sizes.map((two) => {
        const example = annotated('order', `first a [${one}](size) screen then a [${two}](size) one`);
        return { ...example, entities: example.entities.map((entity, at) => ({ ...entity, group: `${at + 1}` })) };
      }),
    );
    const model = await trainNlu({
      ...sampleAssistant({ pipeline }),
      nlu: { ...sampleAssistant().nlu, examples },
    });
    expect((await model.parse('first a large screen then a small one')).entities).toMatchObject([
      { entity: 'size', value: 'large', group: '1' },
      { entity: 'size', value: 'small', group: '2' },
    ]);
  });

  it('includes the point at the end of an abbreviation', async () => {
    const model = await trainOn([
      'pay in [u. s. d.](currency) please',
      'the price in [u. s. d.](currency)',
      'convert it to [u. s. d.](currency)',
      'the price is high.',
    ]);
    expect((await model.parse('convert it to u. s. d.')).entities).toMatchObject([{ value: 'u. s. d.' }]);
  });

  it('is the same, byte by byte, for the same examples and seed', async () => {
    const [one, same, other] = await Promise.all([trainOn(ROOMS, 4), trainOn(ROOMS, 4), trainOn(ROOMS, 5)]);
    expect(same.toBytes().equals(one.toBytes())).toBe(true);
    expect(other.toBytes().equals(one.toBytes())).toBe(false);
  });

  it('tags as before when it is loaded', async () => {
    const model = await trainOn(ROOMS);
    const loaded = await NluModel.load(model.toBytes());
    for (const text of ['is anybody in room Oslo', 'nobody', 'room Madrid', ''])
      expect(await loaded.parse(text)).toEqual(await model.parse(text));
  });

  it('finds nothing without annotations', async () => {
    const model = await trainOn(['hello', 'good morning']);
    expect((await model.parse('hello')).entities).toEqual([]);
  });
});
