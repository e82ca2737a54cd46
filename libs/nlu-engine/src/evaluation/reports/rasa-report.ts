import { type EntityScores } from './entity-report.js';
import { type IntentReport } from './intent-report.js';
import { hasIntent, isRight, type Prediction, topIntent } from './prediction.js';
import { meanOf, ratio, type Scores } from './scores.js';

/** Intents that one is most often confused with, in Rasa's report of it. */
const CONFUSED_WITH = 3;

/** `intent_report.json` as Rasa writes it: scores by intent, `accuracy`, `macro avg` and `weighted avg`. */
export const rasaIntentReport = ({ perIntent, confusions, accuracy }: IntentReport): Record<string, unknown> => ({
  ...Object.fromEntries(
    perIntent.map(({ intent, ...scores }) => {
      const others = confusions.filter(({ expected, predicted }) => expected === intent && predicted !== null);
      const confusedWith: Record<string, number> = Object.fromEntries(
        others.slice(0, CONFUSED_WITH).map(({ predicted, count }) => [String(predicted), count]),
      );
      return [intent, { ...rasaScores(scores), confused_with: confusedWith }];
    }),
  ),
  accuracy,
  ...averages(perIntent),
});

/** The same of entities, by type. */
export const rasaEntityReport = ({ perEntity, ...micro }: EntityScores): Record<string, unknown> => ({
  ...Object.fromEntries(perEntity.map(({ entity, ...scores }) => [entity, rasaScores(scores)])),
  'micro avg': rasaScores(micro),
  ...averages(perEntity),
});

/** `intent_errors.json`: texts whose top intent is wrong, the surest first. */
export const intentErrors = (predictions: readonly Prediction[]) =>
  predictions
    .filter((prediction) => hasIntent(prediction.example) && !isRight(prediction))
    .map((prediction) => ({
      text: prediction.example.text,
      intent: prediction.example.intent,
      intent_prediction: topIntent(prediction),
    }))
    .sort((a, b) => b.intent_prediction.confidence - a.intent_prediction.confidence);

/** `entity_errors.json`: texts whose entities differ from the expected ones in span or type. */
export const entityErrors = (predictions: readonly Prediction[]) =>
  predictions
    .filter(({ example, understanding }) => spans(example.entities) !== spans(understanding.entities))
    .map(({ example, understanding }) => ({
      text: example.text,
      entities: example.entities,
      predicted_entities: understanding.entities,
    }));

const spans = (entities: readonly { entity: string; start: number; end: number }[]): string =>
  JSON.stringify(entities.map(({ entity, start, end }) => [start, end, entity].join()).sort());

function averages(all: readonly Scores[]): Record<string, unknown> {
  const support = all.reduce((sum, each) => sum + each.support, 0);
  const average = (of: (values: number[], weights: number[]) => number) => {
    const figure = (name: 'precision' | 'recall' | 'f1') =>
      of(
        all.map((each) => each[name]),
        all.map((each) => each.support),
      );
    return rasaScores({ precision: figure('precision'), recall: figure('recall'), f1: figure('f1'), support });
  };
  return {
    'macro avg': average((values) => meanOf(values)),
    'weighted avg': average((values, weights) =>
      ratio(
        values.reduce((sum, value, at) => sum + value * weights[at]!, 0),
        support,
      ),
    ),
  };
}

const rasaScores = ({ precision, recall, f1, support }: Scores) => ({ precision, recall, 'f1-score': f1, support });
