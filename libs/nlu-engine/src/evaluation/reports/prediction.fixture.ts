import { type AnnotatedEntity } from '#assistant/model';
import { type Prediction } from './prediction.js';

/** A prediction from a label and a ranking; the first of the ranking is the answer. */
export function predicted(
  expected: string | null,
  ranking: [name: string | null, confidence: number][],
  text = 'a text',
): Prediction {
  const [first = { name: null, confidence: 0 }, ...rest] = ranking.map(([name, confidence]) => ({ name, confidence }));
  return {
    example: { text, intent: expected, entities: [] },
    understanding: { intent: first, intent_ranking: first.name === null ? rest : [first, ...rest], entities: [] },
  };
}

export const span = (entity: string, start: number, end: number): AnnotatedEntity => ({
  entity,
  start,
  end,
  value: `${start}-${end}`,
});

/** A prediction of entities; intents are right. */
export function predictedEntities(
  expected: AnnotatedEntity[],
  found: (AnnotatedEntity & { extractor?: string })[],
): Prediction {
  const right = predicted('any', [['any', 1]]);
  return {
    example: { ...right.example, entities: expected },
    understanding: { ...right.understanding, entities: found },
  };
}
