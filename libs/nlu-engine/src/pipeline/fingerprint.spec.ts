import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { canonicalJson, fingerprintNlu } from './fingerprint.js';
import { component, sampleAssistant } from '../sample-assistant.fixture.js';
import { type TrainingInput } from './training-input.js';

const sample = sampleAssistant({
  pipeline: [component('WhitespaceTokenizer'), component('EntityTagger', { a: 1, b: 2 })],
});
const before = fingerprintNlu(sample);
const { nlu, domain } = sample;

describe('The fingerprint of what a model is trained from', () => {
  it('is a SHA-256 that is the same for the same', () => {
    expect(before).toMatch(/^[0-9a-f]{64}$/);
    expect(fingerprintNlu(structuredClone(sample))).toBe(before);
  });

  it.each<[string, TrainingInput]>([
    ['the language', { ...sample, language: 'de' }],
    ['a further language', { ...sample, languages: { de: {} } }],
    [
      'an option',
      { ...sample, pipeline: [component('WhitespaceTokenizer'), component('EntityTagger', { a: 1, b: 3 })] },
    ],
    ['the order of components', { ...sample, pipeline: [...sample.pipeline!].reverse() }],
    ['no pipeline', { ...sample, pipeline: undefined }],
    ['the order of examples', { ...sample, nlu: { ...nlu, examples: [...nlu.examples].reverse() } }],
    ['an example less', { ...sample, nlu: { ...nlu, examples: nlu.examples.slice(1) } }],
    ['a synonym', { ...sample, nlu: { ...nlu, synonyms: [] } }],
    ['a regex', { ...sample, nlu: { ...nlu, regexes: [{ name: 'ticket', pattern: 'INC\\d{8}' }] } }],
    ['a lookup', { ...sample, nlu: { ...nlu, lookups: [{ name: 'device', elements: ['mouse'] }] } }],
    ['an intent', { ...sample, domain: { ...domain, intents: { ...domain.intents, more: domain.intents['greet']! } } }],
    [
      'an entity',
      { ...sample, domain: { ...domain, entities: { ...domain.entities, more: domain.entities['site']! } } },
    ],
    ['a response of a retrieval intent', { ...sample, domain: { ...domain, responses: { 'utter_faq/hours': [] } } }],
  ])('changes with %s', (_, changed) => {
    expect(fingerprintNlu(changed)).not.toBe(before);
  });

  it('changes with the seed', () => {
    expect(fingerprintNlu(sample, 1)).not.toBe(before);
  });

  it.each<[string, TrainingInput]>([
    [
      'the order of keys',
      { ...sample, pipeline: [component('WhitespaceTokenizer'), component('EntityTagger', { b: 2, a: 1 })] },
    ],
    [
      'places in files',
      {
        ...sample,
        nlu: { ...nlu, examples: nlu.examples.map((each) => ({ ...each, place: { file: 'a.yml', line: 1 } })) },
      },
    ],
    [
      'the order of intents',
      { ...sample, domain: { ...domain, intents: Object.fromEntries(Object.entries(domain.intents).reverse()) } },
    ],
    ['other responses', { ...sample, domain: { ...domain, responses: { utter_greet: [] } } }],
    ['sessions', { ...sample, domain: { ...domain, session: { expirationTime: 1, carryOverSlots: false } } }],
  ])('does not change with %s', (_, changed) => {
    expect(fingerprintNlu(changed)).toBe(before);
  });
});

describe('Canonical JSON', () => {
  const shuffled = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(shuffled);
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(
      Object.entries(value)
        .map(([name, part]) => [name, shuffled(part)])
        .reverse(),
    );
  };

  it('does not show the order of keys at any depth, and is JSON of the same value', () => {
    fc.assert(
      fc.property(fc.jsonValue({ noUnicodeString: false }), (value) => {
        expect(canonicalJson(shuffled(value))).toBe(canonicalJson(value));
        expect(JSON.parse(canonicalJson(value))).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });

  it('shows the order of lists', () => {
    expect(canonicalJson([1, 2])).not.toBe(canonicalJson([2, 1]));
  });
});
