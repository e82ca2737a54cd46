import { describe, expect, it } from '@jest/globals';
import { emptyMessage, type LabelledMessage } from '../component/component.js';
import { nothingPretrained } from '../component/pretrained.js';
import { component, sampleAssistant } from '../sample-assistant.fixture.js';
import { TracedData } from './training-trace.js';

function world() {
  const messages: LabelledMessage[] = ['hello', 'bye'].map((text) => ({
    ...emptyMessage(text),
    label: 'greet',
    annotations: [],
  }));
  const nlu = { ...sampleAssistant().nlu, language: 'en', responses: {} };
  return { messages, nlu, traced: new TracedData(messages, nlu, nothingPretrained, 7) };
}
const tagger = component('EntityTagger', { a: 1 });

describe('What a component looks at in its training', () => {
  it('is recorded by part', async () => {
    const read = new Set<string>();
    const { messages, nlu, pretrained } = world().traced.watched(read);
    expect([...read]).toEqual([]);
    expect(messages.map(({ label }) => label)).toEqual(['greet', 'greet']);
    expect(nlu.lookups).toHaveLength(1);
    await pretrained.wordVectors('de');
    await pretrained.sentenceEncoder('en');
    expect([...read]).toEqual(['messages.label', 'nlu.lookups', 'wordVectors.de', 'sentenceEncoder.en']);
  });

  it('may be written to: a component adds to the messages', () => {
    const { messages, traced } = world();
    const [watched] = traced.watched(new Set()).messages;
    watched?.features.push({ indices: new Int32Array(), values: new Float32Array(), dimension: 3 });
    expect(messages[0]?.features).toHaveLength(1);
  });
});

describe('The fingerprint of a training', () => {
  it('depends on what was read', async () => {
    const [one, other] = [world(), world()];
    other.messages[0] = { ...other.messages[0]!, label: 'goodbye' };
    const changed = new TracedData(other.messages, other.nlu, nothingPretrained, 7);
    const of = (traced: TracedData, read: string[]) => traced.fingerprint(tagger, read);
    expect(await of(changed, ['messages.text'])).toBe(await of(one.traced, ['messages.text']));
    expect(await of(changed, ['messages.label'])).not.toBe(await of(one.traced, ['messages.label']));
    expect(await of(one.traced, ['nlu.lookups'])).not.toBe(await of(one.traced, ['nlu.regexes']));
  });

  it('depends on name, options, seed and the number of messages', async () => {
    const { messages, nlu, traced } = world();
    const all = await Promise.all([
      traced.fingerprint(tagger, []),
      traced.fingerprint(component('EntityTagger', { a: 2 }), []),
      traced.fingerprint(component('DIETClassifier', { a: 1 }), []),
      new TracedData(messages, nlu, nothingPretrained, 8).fingerprint(tagger, []),
      new TracedData(messages.slice(1), nlu, nothingPretrained, 7).fingerprint(tagger, []),
    ]);
    expect(new Set(all).size).toBe(5);
    expect(await world().traced.fingerprint(tagger, [])).toBe(all[0]);
  });

  it('depends on the numbers of features and on how they are cut into blocks', async () => {
    const of = (...blocks: [number[], number][]) => {
      const { messages, traced } = world();
      messages[0]!.features = blocks.map(([values, dimension]) => ({
        indices: Int32Array.from(values.keys()),
        values: Float32Array.from(values),
        dimension,
      }));
      return traced.fingerprint(tagger, ['messages.features']);
    };
    const all = await Promise.all([
      of(),
      of([[1], 2]),
      of([[1], 3]),
      of([[2], 2]),
      of([[1, 2], 2]),
      of([[1], 2], [[2], 2]),
    ]);
    expect(new Set(all).size).toBe(all.length);
  });

  it('does not depend on places in files', async () => {
    const { messages, nlu, traced } = world();
    const placed = { ...nlu, lookups: nlu.lookups.map((each) => ({ ...each, place: { file: 'a.yml', line: 3 } })) };
    const other = new TracedData(messages, placed, nothingPretrained, 7);
    expect(await other.fingerprint(tagger, ['nlu.lookups'])).toBe(await traced.fingerprint(tagger, ['nlu.lookups']));
  });

  it('is computed anew after a component changed the messages', async () => {
    const { messages, traced } = world();
    const before = await traced.fingerprint(tagger, ['messages.intent']);
    messages[0]!.intent = { name: 'greet', confidence: 1 };
    traced.messagesChanged();
    expect(await traced.fingerprint(tagger, ['messages.intent'])).not.toBe(before);
  });
});
