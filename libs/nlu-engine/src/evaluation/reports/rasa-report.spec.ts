import { describe, expect, it } from '@jest/globals';
import { reportEntities } from './entity-report.js';
import { reportIntents } from './intent-report.js';
import { predicted, predictedEntities, span } from './prediction.fixture.js';
import { entityErrors, intentErrors, rasaEntityReport, rasaIntentReport } from './rasa-report.js';

describe("Rasa's report files", () => {
  const predictions = [
    predicted('a', [['a', 0.9]], 'one'),
    predicted('a', [['b', 0.6]], 'two'),
    predicted('a', [['b', 0.8]], 'three'),
    predicted('b', [['b', 0.9]], 'four'),
    predicted(null, [['b', 0.9]], 'five'),
  ];

  it('have scores by intent, what it is confused with, and averages', () => {
    expect(rasaIntentReport(reportIntents(predictions)!)).toEqual({
      a: { precision: 1, recall: 1 / 3, 'f1-score': 1 / 2, support: 3, confused_with: { b: 2 } },
      b: { precision: 1 / 3, recall: 1, 'f1-score': 1 / 2, support: 1, confused_with: {} },
      accuracy: 1 / 2,
      'macro avg': { precision: 2 / 3, recall: 2 / 3, 'f1-score': 1 / 2, support: 4 },
      'weighted avg': { precision: 10 / 12, recall: 1 / 2, 'f1-score': 1 / 2, support: 4 },
    });
  });

  it('list the errors of intents, the surest first', () => {
    expect(intentErrors(predictions)).toEqual([
      { text: 'three', intent: 'a', intent_prediction: { name: 'b', confidence: 0.8 } },
      { text: 'two', intent: 'a', intent_prediction: { name: 'b', confidence: 0.6 } },
    ]);
  });

  it('have scores by entity, and the texts with other entities than expected', () => {
    const right = predictedEntities([span('site', 0, 4)], [span('site', 0, 4)]);
    const wrong = predictedEntities([span('site', 0, 4)], [span('date', 0, 4)]);
    const report = rasaEntityReport(reportEntities([right, wrong])!.exact);
    expect(report).toMatchObject({
      site: { precision: 1, recall: 1 / 2, 'f1-score': 2 / 3, support: 2 },
      date: { support: 0 },
      'micro avg': { precision: 1 / 2, recall: 1 / 2, 'f1-score': 1 / 2, support: 2 },
    });
    expect(entityErrors([right, wrong])).toEqual([
      { text: 'a text', entities: [span('site', 0, 4)], predicted_entities: [span('date', 0, 4)] },
    ]);
  });
});
