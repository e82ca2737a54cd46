import { describe, expect, it } from '@jest/globals';
import { ModelFileError, NluModel, nothingPretrained, type Pretrained, trainNlu, WordClasses } from '../../index.js';
import { annotated, component, domainOf, sampleAssistant } from '../../sample-assistant.fixture.js';

const knowing = (table: string): Pretrained => ({
  ...nothingPretrained,
  wordClasses: (language) => Promise.resolve(language === 'en' ? new WordClasses(table) : undefined),
});
const NAMES = ['ida', 'tom', 'eva', 'max', 'kim', 'leo', 'ann', 'bob', 'pia', 'udo', 'jim', 'liv'];
const THINGS = ['door', 'desk', 'lamp', 'cable', 'hall', 'fork', 'belt', 'soup', 'grid', 'wine', 'yard', 'milk'];
const TABLE = knowing(`en-1\nFirstName\t${NAMES.join(' ')} zoe\nNoun\t${THINGS.join(' ')} rug\n`);

const input = {
  ...sampleAssistant({
    pipeline: ['WhitespaceTokenizer', 'LexicalSyntacticFeaturizer', 'EntityTagger'].map((name) => component(name)),
  }),
  domain: domainOf(['tell'], ['person']),
  nlu: {
    ...sampleAssistant().nlu,
    examples: [...NAMES.map((name) => `call [${name}](person)`), ...THINGS.map((thing) => `call ${thing}`)].map(
      (source) => annotated('tell', source),
    ),
  },
};

const namesIn = async (model: NluModel, text: string): Promise<string[]> =>
  (await model.parse(text)).entities.map(({ value }) => String(value));

describe('the lexical featurizer', () => {
  it('distinguishes words that differ only in their class', async () => {
    const model = await trainNlu(input, { pretrained: TABLE });
    expect(await namesIn(model, 'call zoe')).toEqual(['zoe']);
    expect(await namesIn(model, 'call rug')).toEqual([]);
  });

  it('uses no classes in a language without a table', async () => {
    const model = await trainNlu({ ...input, language: 'xx' }, { pretrained: TABLE });
    expect(await namesIn(model, 'call ida')).toEqual(['ida']);
    const loaded = await NluModel.load(model.toBytes());
    expect(await namesIn(loaded, 'call ida')).toEqual(['ida']);
  });

  it('is loaded with the table that it was trained with, and with no other', async () => {
    const bytes = (await trainNlu(input, { pretrained: TABLE })).toBytes();
    const loaded = await NluModel.load(bytes, TABLE);
    expect(await namesIn(loaded, 'call zoe')).toEqual(['zoe']);
    const other = knowing('en-2\nFirstName\tzoe\n');
    await expect(NluModel.load(bytes, other)).rejects.toThrow(ModelFileError);
    await expect(NluModel.load(bytes, other)).rejects.toThrow(/word classes en-1, but here is en-2.*helpdesk train/);
    await expect(NluModel.load(bytes)).rejects.toThrow(/here is none/);
  });
});
