import { type StoryStep } from '#assistant';
import { type Understanding } from '#contracts';

type UserStep = Extract<StoryStep, { kind: 'user' }>;

/** Expected and predicted label; equal when the prediction is correct. */
export interface Pair {
  expected: string;
  predicted: string;
}

/** The label for nothing. */
export const NOTHING = 'None';

/** The intents of a message: base intents, or the full keys of retrieval intents if the story has one. */
export function intentPair({ intent, responseKey }: UserStep, understanding: Understanding): Pair {
  const predicted = understanding.intent.name ?? NOTHING;
  if (responseKey === undefined) return { expected: intent, predicted };
  return { expected: `${intent}/${responseKey}`, predicted: selectedKey(understanding, predicted) ?? predicted };
}

function selectedKey({ response_selector }: Understanding, intent: string): string | undefined {
  const selectors = (response_selector ?? {}) as Record<string, { response?: { intent_response_key?: unknown } }>;
  const key = (selectors[intent] ?? selectors['default'])?.response?.intent_response_key;
  return typeof key === 'string' && key.startsWith(`${intent}/`) ? key : undefined;
}

interface ComparedEntity {
  entity: string;
  value: unknown;
  start?: number;
  end?: number;
}

/**
 * The entities of a message as unordered sets of type, offsets and value as text. Offsets count only when the story
 * annotates the text, and not when it lists the entities beside it.
 */
export function entityPairs({ entities }: UserStep, understanding: Understanding): Pair[] {
  const hasPlaces = entities.every(({ start }) => start !== undefined) && !understanding.text?.startsWith('/');
  const labelled = (all: readonly ComparedEntity[]): Map<string, string> =>
    new Map(all.map((each) => [keyOf(each, hasPlaces), `${each.entity}: ${textOf(each.value)}`]));
  const [wanted, found] = [labelled(entities), labelled(understanding.entities)];
  return [
    ...[...wanted].map(([key, expected]) => ({ expected, predicted: found.has(key) ? expected : NOTHING })),
    ...[...found].filter(([key]) => !wanted.has(key)).map(([, predicted]) => ({ expected: NOTHING, predicted })),
  ];
}

const keyOf = ({ entity, value, start, end }: ComparedEntity, hasPlaces: boolean): string =>
  JSON.stringify([entity, textOf(value), ...(hasPlaces ? [start, end] : [])]);

const textOf = (value: unknown): string => (typeof value === 'string' ? value : (JSON.stringify(value) ?? NOTHING));
