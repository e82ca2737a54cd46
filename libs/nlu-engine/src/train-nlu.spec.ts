import { beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type NluData, type TrainingExample } from '#assistant/model';
import { pretrained } from '#nlu-pretrained';
import { NluModel, trainNlu, type TrainingInput } from './index.js';
import { annotated, component, domainOf, sampleAssistant } from './sample-assistant.fixture.js';

const PIPELINE = [
  component('WhitespaceTokenizer'),
  component('RegexFeaturizer'),
  component('LexicalSyntacticFeaturizer'),
  component('CountVectorsFeaturizer'),
  component('LinearIntentClassifier'),
  component('EntityTagger'),
  component('EntitySynonymMapper'),
  component('FallbackClassifier', { threshold: 0.4, epochs: 3 }),
];

const withNlu = (changes: Partial<NluData>): TrainingInput => sampleAssistant({ pipeline: PIPELINE, nlu: changes });
const withExamples = (change: (examples: TrainingExample[]) => TrainingExample[]): TrainingInput =>
  withNlu({ examples: change(sampleAssistant().nlu.examples) });
const withPipeline = (pipeline: TrainingInput['pipeline']): TrainingInput => ({ ...withNlu({}), pipeline });

/** Trains anew from an earlier model and says which of the two expensive components were trained on the way. */
async function retrained(input: TrainingInput, previous: NluModel): Promise<{ model: NluModel; trained: string[] }> {
  const stages = new Set<string>();
  const model = await trainNlu(input, {
    previous,
    onProgress: (report) => report.stages.forEach((stage) => stages.add(stage)),
  });
  return { model, trained: [...stages].filter((stage) => stage.includes(': ')).sort() };
}

const INTENTS = 'LinearIntentClassifier: intents';
const ENTITIES = 'EntityTagger: entities';

describe('training from an earlier model', () => {
  let previous: NluModel;
  beforeAll(async () => {
    previous = await trainNlu(withNlu({}));
  });

  it.each<[what: string, input: TrainingInput, trained: string[]]>([
    ['nothing', withNlu({}), []],
    ['a synonym', withNlu({ synonyms: [{ value: 'wifi', surface: 'hotspot' }] }), []],
    [
      'the threshold of the fallback',
      withPipeline([...PIPELINE.slice(0, -1), component('FallbackClassifier', { threshold: 0.6 })]),
      [],
    ],
    [
      'an element of a lookup that no example has',
      withNlu({ lookups: [{ name: 'device', elements: ['tablet'] }] }),
      [],
    ],
    [
      'an element of a lookup that examples have',
      withNlu({ lookups: [{ name: 'device', elements: ['mouse', 'printer'] }] }),
      [ENTITIES, INTENTS],
    ],
    ['the names of the domain', { ...withNlu({}), domain: domainOf(['greet', 'dance'], ['site']) }, []],
    [
      'an annotation',
      withExamples((examples) => examples.map((example, at) => (at === 6 ? { ...example, entities: [] } : example))),
      [ENTITIES],
    ],
    [
      'the intent of an example',
      withExamples((examples) => examples.map((example, at) => (at === 0 ? { ...example, intent: 'wave' } : example))),
      [ENTITIES, INTENTS],
    ],
    [
      'an example',
      withExamples((examples) => [...examples, annotated('report_outage', 'the [radio](device) is silent')]),
      [ENTITIES, INTENTS],
    ],
    [
      'an option of a featurizer for intents',
      withPipeline(PIPELINE.map((one) => (one.name.startsWith('Count') ? component(one.name, { max_ngram: 3 }) : one))),
      [INTENTS],
    ],
  ])('after a change of %s trains only what learns from it, with the same result', async (_what, input, trained) => {
    const again = await retrained(input, previous);
    expect(again.trained).toEqual(trained);
    expect(again.model.toBytes().equals((await trainNlu(input)).toBytes())).toBe(true);
  });

  it('works from a model that was read from its file', async () => {
    const input = withNlu({ synonyms: [] });
    const again = await retrained(input, await NluModel.load(previous.toBytes()));
    expect(again.trained).toEqual([]);
    expect(again.model.toBytes().equals((await trainNlu(input)).toBytes())).toBe(true);
  });

  it('trains everything for another seed', async () => {
    const other = await trainNlu(withNlu({}), { seed: 1, previous });
    expect(other.toBytes().equals((await trainNlu(withNlu({}), { seed: 1 })).toBytes())).toBe(true);
    expect(other.toBytes().equals(previous.toBytes())).toBe(false);
  });

  it('trains what had no word vectors when there are some, and the other way round', async () => {
    const input = withPipeline([...PIPELINE.slice(0, 4), component('WordVectorsFeaturizer'), ...PIPELINE.slice(4)]);
    const [without, withVectors] = [await trainNlu(input), await trainNlu(input, { pretrained })];
    expect(withVectors.toBytes().equals(without.toBytes())).toBe(false);
    const now = await trainNlu(input, { pretrained, previous: without });
    expect(now.toBytes().equals(withVectors.toBytes())).toBe(true);
    const back = await trainNlu(input, { previous: withVectors });
    expect(back.toBytes().equals(without.toBytes())).toBe(true);
  });

  it('repeats the notices of components that it did not train', async () => {
    const input = withPipeline([...PIPELINE, component('DucklingEntityExtractor', { dimensions: ['aura'] })]);
    const first = await trainNlu(input);
    const { model } = await retrained({ ...input, nlu: { ...input.nlu, synonyms: [] } }, first);
    expect(first.notices).toEqual([expect.stringMatching(/epochs/), expect.stringMatching(/aura/)]);
    expect(model.notices).toEqual(first.notices);
  });

  it('gives the bytes of a training from scratch after any changes', async () => {
    const examples = sampleAssistant().nlu.examples;
    const change = fc.record({
      examples: fc.subarray(examples, { minLength: 1 }),
      synonyms: fc.subarray([
        { value: 'wifi', surface: 'wireless' },
        { value: 'vpn', surface: 'tunnel' },
      ]),
      regexes: fc.subarray([
        { name: 'ticket', pattern: 'INC\\d{7}' },
        { name: 'place', pattern: 'from \\w+' },
      ]),
      lookups: fc.subarray([
        { name: 'device', elements: ['mouse', 'laptop'] },
        { name: 'site', elements: ['York', 'Hull'] },
      ]),
      threshold: fc.constantFrom(0.2, 0.5),
    });
    let earlier = previous;
    await fc.assert(
      fc.asyncProperty(change, async ({ threshold, ...nlu }) => {
        const pipeline = [...PIPELINE.slice(0, -1), component('FallbackClassifier', { threshold })];
        const input = { ...withNlu(nlu), pipeline };
        const model = await trainNlu(input, { previous: earlier });
        earlier = model;
        expect(model.toBytes().equals((await trainNlu(input)).toBytes())).toBe(true);
      }),
      { numRuns: 15 },
    );
  });
});

describe('odd training data', () => {
  const train = (examples: TrainingExample[]): Promise<NluModel> => trainNlu(sampleAssistant({ nlu: { examples } }));
  const example = (intent: string, text: string): TrainingExample => annotated(intent, text);

  it('may have an intent with a single example', async () => {
    const model = await train([
      ...sampleAssistant().nlu.examples,
      example('order_lunch', 'a pizza with cheese please'),
    ]);
    expect(model.info.intents).toContain('order_lunch');
    expect((await model.parse('a pizza with cheese please')).intent.name).toBe('order_lunch');
    expect((await model.parse('I forgot my password')).intent.name).toBe('reset_password');
  });

  it('may have a single intent, which then is what every text with a known word or letters means', async () => {
    const model = await train(['hello', 'good morning', 'hi there'].map((text) => example('greet', text)));
    expect((await model.parse('good morning')).intent.name).toBe('greet');
    expect((await model.parse('😶')).intent.name).toBe('nlu_fallback');
  });

  it('may have a single example', async () => {
    const model = await train([example('greet', 'hello')]);
    expect((await model.parse('hello')).intent.name).toBe('greet');
  });

  it('may be nothing: everything is unknown and shortcuts work', async () => {
    for (const examples of [[], [example('greet', '   ')]]) {
      const model = await train(examples);
      expect(model.info.examples).toBe(0);
      expect(await model.parse('hello')).toMatchObject({ intent: { name: 'nlu_fallback' }, entities: [] });
      expect((await model.parse('/greet')).intent.name).toBe('greet');
      expect(await (await NluModel.load(model.toBytes())).parse('hello')).toEqual(await model.parse('hello'));
    }
  });

  it('may teach entities only', async () => {
    const pipeline = [
      component('WhitespaceTokenizer'),
      component('LexicalSyntacticFeaturizer'),
      component('EntityTagger'),
    ];
    const model = await trainNlu(sampleAssistant({ pipeline }));
    expect(await model.parse('I am moving from Hull to Bath')).toMatchObject({
      intent: { name: null, confidence: 0 },
      entities: [{ value: 'Hull' }, { value: 'Bath' }],
    });
  });

  it('may have words that are no features of anything', async () => {
    const model = await train([example('greet', '🙂'), example('greet', '...'), example('leave', '👋 !!')]);
    expect((await model.parse('🙂')).intent.name).toBe('greet');
    expect(await model.parse('…')).toMatchObject({ entities: [] });
  });

  it('counts an example that is repeated in its intent once, and one of two intents for both', async () => {
    const twice = [example('greet', 'hello'), example('greet', 'hello'), example('leave', 'bye now')];
    const both = [...twice, example('leave', 'hello')];
    expect((await train(twice)).info.examples).toBe(2);
    const model = await train(both);
    expect(model.info.examples).toBe(3);
    expect((await model.parse('hello')).intent.name).toBe('nlu_fallback');
  });

  it('may have annotations that cut words or overlap', async () => {
    const odd: TrainingExample = {
      text: 'the printserver is down',
      intent: 'report_outage',
      entities: [
        { entity: 'device', start: 4, end: 9, value: 'print' },
        { entity: 'ticket', start: 6, end: 15, value: 'intserver' },
      ],
    };
    const model = await train([...sampleAssistant().nlu.examples, odd]);
    expect((await model.parse('the printserver is down')).intent.name).toBe('report_outage');
  });
});
