import { beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { fingerprintNlu, ModelFileError, NluConfigError, NluModel, trainNlu } from './index.js';
import { decodeModelFile, encodeModelFile } from './pipeline/model-file.js';
import { component, sampleAssistant } from './sample-assistant.fixture.js';

let model: NluModel;
beforeAll(async () => {
  model = await trainNlu(sampleAssistant());
});
const withFallback = () =>
  trainNlu(
    sampleAssistant({
      pipeline: [
        component('WhitespaceTokenizer'),
        component('CountVectorsFeaturizer'),
        component('CountVectorsFeaturizer', { analyzer: 'char_wb', min_ngram: 1, max_ngram: 4 }),
        component('DIETClassifier', { epochs: 150 }),
        component('FallbackClassifier', { threshold: 0.7 }),
        component('DucklingEntityExtractor', { url: 'http://duckling:8000', dimensions: ['email', 'time'] }),
      ],
    }),
  );

describe('a trained assistant', () => {
  it.each([
    ['hello there', 'greet'],
    ['my printer is broken', 'report_outage'],
    ['can you reset the password', 'reset_password'],
    ['please move us from York to Derby', 'move_desk'],
    ['I forgot my pasword', 'reset_password'],
    ['the pritner stoped wokring', 'report_outage'],
  ])('understands "%s" as %s', async (text, intent) => expect((await model.parse(text)).intent.name).toBe(intent));

  it('ranks intents by descending confidence that sums to at most 1', async () => {
    const { intent, intent_ranking: ranking } = await model.parse('my laptop is broken');
    const confidences = ranking.map(({ confidence }) => confidence);
    expect(ranking[0]).toEqual(intent);
    expect(confidences).toEqual([...confidences].sort((a, b) => b - a));
    expect(confidences.reduce((a, b) => a + b, 0)).toBeLessThanOrEqual(1 + 1e-9);
  });

  it('tells roles of the same entity apart by their context', async () => {
    const { entities } = await model.parse('I am moving from Hull to Bath');
    expect(entities.map(({ entity, role, value }) => [entity, role, value])).toEqual([
      ['site', 'from', 'Hull'],
      ['site', 'to', 'Bath'],
    ]);
    expect(entities[0]).toMatchObject({ start: 17, end: 21, extractor: 'DIETClassifier' });
    expect(entities[0]?.confidence_entity).toBeGreaterThan(0.5);
    expect(entities[0]?.confidence_role).toBeLessThanOrEqual(entities[0]?.confidence_entity ?? 0);
  });

  it('maps synonyms from annotations and from the table, ignoring case', async () => {
    expect((await model.parse('the WLAN stopped working')).entities).toEqual([
      expect.objectContaining({ entity: 'device', value: 'wifi', processors: ['EntitySynonymMapper'] }),
    ]);
  });

  it('classifies nothing without a known word', async () => {
    for (const text of ['', '   ', '🙃🙃', '?!'])
      expect(await model.parse(text)).toMatchObject({ intent: { name: 'nlu_fallback' }, entities: [] });
  });

  it('answers a shortcut without the pipeline and an unknown one with it', async () => {
    expect(await model.parse('/move_desk@0.1{"site":"Hull"}')).toMatchObject({
      intent: { name: 'move_desk', confidence: 0.1 },
      entities: [{ entity: 'site', value: 'Hull', extractor: 'RegexMessageHandler' }],
    });
    expect((await model.parse('/forgot my password')).intent.name).toBe('reset_password');
  });

  it('gives valid offsets for any text', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(
          fc.oneof(
            fc.string({ unit: 'binary' }),
            fc.constantFrom('vpn', ' from York to ', 'שלום', 'e\u0301', '\ud800'),
          ),
        ),
        async (parts) => {
          const text = parts.join(' ');
          const understanding = await model.parse(text);
          for (const { start, end } of understanding.entities) {
            expect(start).toBeLessThan(end);
            expect(end).toBeLessThanOrEqual(text.length);
          }
          expect(understanding.text).toBe(text);
        },
      ),
    );
  });

  it('reads very long texts', async () => {
    const { intent } = await model.parse('my printer is broken '.repeat(20_000));
    expect(intent.name).not.toBeNull();
    expect(intent.name).toBe((await model.parse('my printer is broken '.repeat(20))).intent.name);
    expect((await model.parse('a'.repeat(200_000))).text_tokens).toHaveLength(1);
  });
});

describe('a pipeline with a fallback and recognizers', () => {
  it('is confident about clear messages and falls back on gibberish', async () => {
    const sure = await withFallback();
    expect((await sure.parse('I forgot my password')).intent.name).toBe('reset_password');
    expect((await sure.parse('qwzx blorp fnord')).intent).toEqual({ name: 'nlu_fallback', confidence: 0.7 });
    expect((await sure.parse('')).intent).toEqual({ name: 'nlu_fallback', confidence: 0.7 });
  });

  it('notes what has no effect', async () => {
    const { notices } = await withFallback();
    expect(notices).toEqual([expect.stringMatching(/DIETClassifier.*epochs/)]);
  });

  it('extracts by the regexes and lookups that are named like an annotated entity', async () => {
    const extracting = await trainNlu(
      sampleAssistant({ pipeline: [component('WhitespaceTokenizer'), component('RegexEntityExtractor')] }),
    );
    expect(await extracting.parse('the Docking Station, see INC0000001')).toMatchObject({
      intent: { name: null, confidence: 0 },
      entities: [{ entity: 'device', value: 'Docking Station', start: 4, end: 19, extractor: 'RegexEntityExtractor' }],
    });
  });

  it('uses keywords', async () => {
    const keywords = await trainNlu(sampleAssistant({ pipeline: [component('KeywordIntentClassifier')] }));
    expect((await keywords.parse('well hello, you')).intent).toEqual({ name: 'greet', confidence: 1 });
    expect((await keywords.parse('othello')).intent.name).toBeNull();
  });
});

describe('training', () => {
  it('gives the same bytes for the same input and seed', async () => {
    const again = await trainNlu(sampleAssistant());
    expect(again.toBytes().equals(model.toBytes())).toBe(true);
  });

  it('reports its progress', async () => {
    const stages = new Set<string>();
    await trainNlu(sampleAssistant(), { onProgress: (report) => report.stages.forEach((stage) => stages.add(stage)) });
    expect([...stages]).toEqual(
      expect.arrayContaining(['DIETClassifier: intents', 'DIETClassifier: entities', 'done']),
    );
  });

  it('works without examples', async () => {
    const empty = await trainNlu(sampleAssistant({ nlu: { examples: [] } }));
    expect(await empty.parse('hello')).toMatchObject({ entities: [] });
    expect((await empty.parse('/greet')).intent.name).toBe('greet');
  });

  it('uses the default pipeline if it is missing, and none if it is empty', async () => {
    const none = await trainNlu(sampleAssistant({ pipeline: [] }));
    expect(none.info.pipeline).toEqual([]);
    expect(await none.parse('hello')).toMatchObject({ intent: { name: null, confidence: 0 }, entities: [] });
    expect((await none.parse('/greet')).intent.name).toBe('greet');
    expect(model.info.pipeline).toContain('DIETClassifier');
  });

  it('trains a pipeline with components that have no meaning here and names them', async () => {
    const foreign = await trainNlu(
      sampleAssistant({
        pipeline: ['SpacyNLP', 'SpacyTokenizer', 'LanguageModelFeaturizer', 'DIETClassifier', 'ResponseSelector'].map(
          (name) => component(name),
        ),
      }),
    );
    expect((await foreign.parse('I forgot my password')).intent.name).toBe('reset_password');
    expect(foreign.notices).toEqual([
      expect.stringMatching(/^SpacyNLP.*left out/),
      expect.stringMatching(/^SpacyTokenizer.*WhitespaceTokenizer/),
      expect.stringMatching(/^LanguageModelFeaturizer.*CountVectorsFeaturizer/),
    ]);
  });

  it.each([
    ['an unknown component', [component('SpicyNLP')], /SpicyNLP.*Known components:.*DIETClassifier/],
    [
      'a wrong option',
      [component('WhitespaceTokenizer'), component('CountVectorsFeaturizer', { analyzer: 'byte' })],
      /CountVectorsFeaturizer\.analyzer.*word, char_wb, char/,
    ],
    [
      'a number out of range',
      [component('KeywordIntentClassifier'), component('FallbackClassifier', { threshold: 7 })],
      /FallbackClassifier\.threshold.*0 to 1/,
    ],
    ['a missing tokenizer', [component('DIETClassifier')], /DIETClassifier.*tokenizer/],
  ])('refuses %s', async (_what, pipeline, message) => {
    const attempt = trainNlu(sampleAssistant({ pipeline }));
    await expect(attempt).rejects.toBeInstanceOf(NluConfigError);
    await expect(attempt).rejects.toThrow(message);
  });

  it('refuses a dangerous regular expression by name', async () => {
    const input = sampleAssistant({ nlu: { regexes: [{ name: 'evil', pattern: '(a+)+$' }] } });
    await expect(trainNlu(input)).rejects.toThrow(/RegexFeaturizer.*"evil"/);
  });
});

describe('the fingerprint', () => {
  const fingerprint = (changes = {}) => fingerprintNlu(sampleAssistant(changes));

  it('is that of the model and stays the same for the same input', () => {
    expect(model.fingerprint).toBe(fingerprint());
    expect(fingerprint()).toMatch(/^[0-9a-f]{64}$/);
  });

  it('changes with the pipeline and the data', () => {
    const different = [
      fingerprint(),
      fingerprint({ pipeline: [component('WhitespaceTokenizer')] }),
      fingerprint({ pipeline: [component('WhitespaceTokenizer', { spelling_correction: false })] }),
      fingerprint({ pipeline: [] }),
      fingerprint({ nlu: { regexes: [] } }),
      fingerprint({ nlu: { synonyms: [] } }),
    ];
    expect(new Set(different).size).toBe(different.length);
  });

  it('does not depend on where things are written or on the order of options', () => {
    const place = { file: 'nlu.yml', line: 3 };
    const regexes = sampleAssistant().nlu.regexes.map((regex) => ({ ...regex, place }));
    expect(fingerprint({ nlu: { regexes } })).toBe(fingerprint());
    expect(fingerprint({ pipeline: [component('A', { x: 1, y: 2 })] })).toBe(
      fingerprint({ pipeline: [component('A', { y: 2, x: 1 })] }),
    );
  });
});

describe('a model file', () => {
  it('parses like the model that wrote it', async () => {
    const loaded = await NluModel.load(model.toBytes());
    expect(loaded.info).toEqual(model.info);
    expect(loaded.fingerprint).toBe(model.fingerprint);
    for (const text of ['hello', 'move me from Hull to York', 'the wlan is brokn', '/greet', 'docking station'])
      expect(await loaded.parse(text)).toEqual(await model.parse(text));
    expect(loaded.toBytes().equals(model.toBytes())).toBe(true);
  });

  it('is refused when it is foreign, of another version or cut off', async () => {
    const bytes = model.toBytes();
    const other = Buffer.from(bytes);
    other.writeUInt32LE(999, 8);
    for (const refused of [
      Buffer.alloc(0),
      Buffer.from('PK\u0003\u0004 a zip file'),
      other,
      bytes.subarray(0, 20),
      bytes.subarray(0, -1),
    ])
      await expect(NluModel.load(refused)).rejects.toThrow(ModelFileError);
    await expect(NluModel.load(other)).rejects.toThrow(/format 999.*helpdesk train/);
  });

  it('is refused when any byte is changed', async () => {
    const bytes = model.toBytes();
    await fc.assert(
      fc.asyncProperty(fc.nat({ max: bytes.length - 1 }), fc.integer({ min: 1, max: 255 }), async (at, change) => {
        const damaged = Buffer.from(bytes);
        damaged[at]! ^= change;
        await expect(NluModel.load(damaged)).rejects.toThrow(ModelFileError);
      }),
    );
  });

  it('passes its self-test, and fails it when its answers differ from those at training time', async () => {
    expect(await model.selfTest()).toBeUndefined();
    const state = decodeModelFile(model.toBytes()) as { probes: { intent: string }[] };
    state.probes[0]!.intent = 'dance';
    const changed = await NluModel.load(encodeModelFile(state));
    expect(await changed.selfTest()).toMatch(/does not answer as when it was trained/);
  });
});
