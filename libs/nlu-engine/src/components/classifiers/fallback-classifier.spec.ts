import { describe, expect, it } from '@jest/globals';
import { emptyMessage } from '../../component/component.js';
import { nothingPretrained } from '../../component/pretrained.js';
import { fallbackClassifier } from './fallback-classifier.js';

async function classified(...confidences: number[]) {
  const ranking = confidences.map((confidence, at) => ({ name: `intent ${at}`, confidence }));
  const message = { ...emptyMessage('x'), ranking };
  message.intent = ranking[0] ?? message.intent;
  const component = await fallbackClassifier.load({ threshold: 0.7, ambiguityThreshold: 0.125 }, nothingPretrained);
  await component.process(message);
  return message;
}
const fallback = { name: 'nlu_fallback', confidence: 0.7 };

describe('the fallback classifier', () => {
  it('falls back strictly below the threshold', async () => {
    expect((await classified(0.69, 0.1)).intent).toEqual(fallback);
    expect((await classified(0.7, 0.1)).intent.name).toBe('intent 0');
  });

  it('falls back when the first two differ by strictly less than the ambiguity threshold', async () => {
    expect((await classified(0.875, 0.76)).intent).toEqual(fallback);
    expect((await classified(0.875, 0.75)).intent.name).toBe('intent 0');
  });

  it('uses the classifier’s own threshold when configured to choose it automatically', async () => {
    const component = await fallbackClassifier.load({ threshold: 'auto', ambiguityThreshold: 0 }, nothingPretrained);
    const understood = async (confidence: number, lowConfidence?: number) => {
      const message = { ...emptyMessage('x'), ranking: [{ name: 'greet', confidence }] };
      message.intent = message.ranking[0]!;
      await component.process(lowConfidence === undefined ? message : Object.assign(message, { lowConfidence }));
      return message.intent.name;
    };
    expect([await understood(0.44, 0.45), await understood(0.45, 0.45)]).toEqual(['nlu_fallback', 'greet']);
    expect([await understood(0.29), await understood(0.3)]).toEqual(['nlu_fallback', 'greet']);
  });

  it('sees no ambiguity in a single intent', async () => {
    expect((await classified(0.9)).intent.name).toBe('intent 0');
  });

  it('is first in the ranking', async () => {
    expect((await classified(0.5, 0.2)).ranking.map(({ name }) => name)).toEqual([
      'nlu_fallback',
      'intent 0',
      'intent 1',
    ]);
  });

  it('falls back when there is no classification', async () => {
    expect(await classified()).toMatchObject({ intent: fallback, ranking: [fallback] });
  });
});
