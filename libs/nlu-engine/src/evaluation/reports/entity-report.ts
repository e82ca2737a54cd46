import { type Prediction } from './prediction.js';
import { type Scores, scoresOf } from './scores.js';

/** How well entities are found: with exactly the same span, and with any overlap; the type must always agree. */
export interface EntityReport {
  exact: EntityScores;
  overlap: EntityScores;
}
export interface EntityScores extends Scores {
  /** By name. */
  perEntity: (Scores & { entity: string })[];
}

interface Span {
  entity: string;
  start: number;
  end: number;
}
type Agrees = (a: Span, b: Span) => boolean;

const isSame: Agrees = (a, b) => a.start === b.start && a.end === b.end;
const overlaps: Agrees = (a, b) => a.start < b.end && b.start < a.end;

/**
 * Judges the entities; null when no text has any. Roles, groups and values are not compared. What a recogniser of dates
 * and numbers found counts only for types that the labels know, as nobody labels every number.
 */
export function reportEntities(predictions: readonly Prediction[]): EntityReport | null {
  const known = new Set(predictions.flatMap(({ example }) => example.entities.map(({ entity }) => entity)));
  if (known.size === 0) return null;
  const judged = predictions.map(({ example, understanding }) => ({
    expected: example.entities,
    found: understanding.entities.filter(
      ({ entity, extractor }) => extractor !== 'DucklingEntityExtractor' || known.has(entity),
    ),
  }));
  return { exact: scoreSpans(judged, isSame), overlap: scoreSpans(judged, overlaps) };
}

function scoreSpans(judged: { expected: readonly Span[]; found: readonly Span[] }[], agrees: Agrees): EntityScores {
  const total = { right: 0, found: 0, support: 0 };
  const byEntity = new Map<string, typeof total>();
  const count = (entity: string, what: keyof typeof total, number: number): void => {
    const counts = byEntity.get(entity) ?? { right: 0, found: 0, support: 0 };
    byEntity.set(entity, counts);
    counts[what] += number;
    total[what] += number;
  };
  for (const { expected, found } of judged)
    for (const entity of new Set([...expected, ...found].map((span) => span.entity))) {
      const [wanted, got] = [ofType(expected, entity), ofType(found, entity)];
      count(entity, 'support', wanted.length);
      count(entity, 'found', got.length);
      count(entity, 'right', countMatches(wanted, got, agrees));
    }
  const perEntity = [...byEntity].map(([entity, counts]) => ({ entity, ...scoresOf(counts) }));
  return { ...scoresOf(total), perEntity: perEntity.sort((a, b) => (a.entity < b.entity ? -1 : 1)) };
}

/** From left to right, each span is used at most once. */
function countMatches(expected: readonly Span[], found: readonly Span[], agrees: Agrees): number {
  const free = [...found];
  let matches = 0;
  for (const span of expected) {
    const at = free.findIndex((other) => agrees(span, other));
    if (at < 0) continue;
    free.splice(at, 1);
    matches++;
  }
  return matches;
}

const ofType = (spans: readonly Span[], entity: string): Span[] =>
  spans.filter((span) => span.entity === entity).sort((a, b) => a.start - b.start || a.end - b.end);
