import { describe, expect, it } from '@jest/globals';
import { type StoryStep } from '#assistant';
import { type Understanding } from '#contracts';
import { entityPairs, intentPair } from './compare-message.js';

type UserStep = Extract<StoryStep, { kind: 'user' }>;

const step = (more: Partial<UserStep> = {}): UserStep => ({ kind: 'user', intent: 'faq', entities: [], ...more });
const understanding = (more: Partial<Understanding> = {}): Understanding => ({
  text: 'where can I park',
  intent: { name: 'faq', confidence: 0.9 },
  entities: [],
  intent_ranking: [],
  ...more,
});
const selected = (key: string): Pick<Understanding, 'response_selector'> => ({
  response_selector: { faq: { response: { intent_response_key: key } } },
});

describe('The intents of a message', () => {
  it('are compared by their base intent, or by the full key if the story has one', () => {
    const parsed = understanding(selected('faq/wifi'));
    expect(intentPair(step(), parsed)).toEqual({ expected: 'faq', predicted: 'faq' });
    expect(intentPair(step({ responseKey: 'parking' }), parsed)).toEqual({
      expected: 'faq/parking',
      predicted: 'faq/wifi',
    });
    expect(intentPair(step({ responseKey: 'parking' }), understanding()).predicted).toBe('faq');
  });

  it('are None when there is none', () => {
    expect(intentPair(step(), understanding({ intent: { name: null, confidence: 0 } })).predicted).toBe('None');
  });
});

describe('The entities of a message', () => {
  const leeds = { entity: 'site', value: 'leeds', start: 3, end: 8 };

  it('are compared as sets, regardless of order, extractor and role', () => {
    const two = { entity: 'count', value: 2, start: 0, end: 1, extractor: 'other', role: 'from' };
    const pairs = entityPairs(
      step({ entities: [leeds, { entity: 'count', value: '2', start: 0, end: 1 }] }),
      understanding({ entities: [two, leeds] }),
    );
    expect(pairs.every(({ expected, predicted }) => expected === predicted)).toBe(true);
    expect(pairs).toHaveLength(2);
  });

  it('are compared without their offsets when the story only lists them, or the text is a payload', () => {
    const found = understanding({ entities: [leeds] });
    expect(entityPairs(step({ entities: [{ entity: 'site', value: 'leeds' }] }), found)).toEqual([
      { expected: 'site: leeds', predicted: 'site: leeds' },
    ]);
    const payload = understanding({ text: '/faq{"site":"leeds"}', entities: [{ ...leeds, start: 4, end: 20 }] });
    expect(entityPairs(step({ entities: [leeds] }), payload)[0]?.predicted).toBe('site: leeds');
  });
});
