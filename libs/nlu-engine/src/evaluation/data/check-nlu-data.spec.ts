import { describe, expect, it } from '@jest/globals';
import { type TrainingExample } from '#assistant/model';
import { checkNluData, suggestMerges } from './check-nlu-data.js';
import { reportIntents } from '../reports/intent-report.js';
import { predicted } from '../reports/prediction.fixture.js';

const example = (intent: string, text: string, line: number): TrainingExample => ({
  text,
  intent,
  entities: [],
  place: { file: 'data/nlu.yml', line },
});
const data = (examples: TrainingExample[]) => ({ examples, synonyms: [], regexes: [], lookups: [] });

describe('The check of training data', () => {
  it('reports a text under two intents, with both places', () => {
    const warnings = checkNluData(data([example('greet', 'hello', 4), example('help', 'Hello!', 9)]), {
      minExamples: 1,
    });
    expect(warnings).toEqual([
      {
        level: 'warning',
        check: 'two-intents',
        message: '"Hello!" is an example of help and also of greet: "hello" (data/nlu.yml:4)',
        place: { file: 'data/nlu.yml', line: 9 },
      },
    ]);
  });

  it('names texts that almost repeat another, of the same intent or of another one', () => {
    const text = 'the printer on the second floor does not print';
    const warnings = checkNluData(
      data([example('outage', text, 1), example('outage', `${text}s`, 2), example('other', `${text}!?s`, 3)]),
      { minExamples: 1 },
    );
    expect(warnings.map(({ check, place }) => [check, place?.line])).toEqual([
      ['near-duplicate', 2],
      ['near-duplicate', 3],
    ]);
    expect(warnings[0]!.message).toContain('adds little');
    expect(warnings[1]!.message).toContain('almost the same');
  });

  it('names intents with few examples', () => {
    const few = data([example('greet', 'hello', 4), example('greet', 'good morning', 5), example('bye', 'see you', 8)]);
    expect(checkNluData(few).map(({ message }) => message)).toEqual([
      'greet has 2 examples; write at least 5',
      'bye has 1 example; write at least 5',
    ]);
    expect(checkNluData(few, { minExamples: 2 }).map(({ place }) => place)).toEqual([
      { file: 'data/nlu.yml', line: 8 },
    ]);
  });

  it('reports nothing for clean data', () => {
    const texts = ['reset my password', 'I forgot it', 'locked out', 'new password please', 'cannot log in'];
    expect(checkNluData(data(texts.map((text, at) => example('reset', text, at))))).toEqual([]);
  });
});

describe('The suggestion to merge', () => {
  const answers = (expected: string, name: string, count: number) =>
    Array.from({ length: count }, () => predicted(expected, [[name, 1]]));

  it('reports each pair once that is confused more often than distinguished, and no other', () => {
    const report = reportIntents([
      ...answers('a', 'b', 3),
      ...answers('b', 'a', 2),
      ...answers('a', 'a', 2),
      ...answers('b', 'b', 2),
      ...answers('c', 'a', 1),
      ...answers('c', 'c', 9),
    ])!;
    expect(suggestMerges(report)).toEqual([
      {
        level: 'warning',
        check: 'merge-intents',
        message: 'a and b are taken for each other in 5 of 9 cases; merge them or make their examples more different',
      },
    ]);
  });
});
