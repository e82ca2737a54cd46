import { type AnnotatedEntity, type Domain, type NluData, type TrainingExample } from '#assistant/model';
import { type LabelledText } from '../reports/prediction.js';

/** A labelled text, where an entity's value is the text of its span unless it says otherwise. */
export interface LabelledExample extends Omit<LabelledText, 'entities'> {
  readonly entities?: readonly (Omit<AnnotatedEntity, 'value'> & { value?: string })[];
}

/**
 * Training data of labelled texts, with what else there is to learn from. A text without an intent teaches its entities
 * only.
 */
export const nluDataOf = (
  examples: readonly LabelledExample[],
  rest: Partial<Omit<NluData, 'examples'>> = {},
): NluData => ({
  synonyms: [],
  regexes: [],
  lookups: [],
  ...rest,
  examples: examples.map((example): TrainingExample => ({
    ...example,
    intent: example.intent ?? '',
    entities: (example.entities ?? []).map((entity) => ({
      ...entity,
      value: entity.value ?? example.text.slice(entity.start, entity.end),
    })),
  })),
});

/** A domain that declares the intents and entities of training data and nothing else. */
export function domainOf({ examples }: NluData): Domain {
  const intents = sortedUnique(examples.map(({ intent }) => intent).filter((name) => name !== ''));
  const entities = sortedUnique(examples.flatMap((example) => example.entities.map(({ entity }) => entity)));
  return {
    intents: Object.fromEntries(intents.map((name) => [name, { usedEntities: true, isRetrieval: false }])),
    entities: Object.fromEntries(
      entities.map((name) => [name, { roles: [], groups: [], influencesConversation: true }]),
    ),
    slots: {},
    forms: {},
    responses: {},
    actions: [],
    session: { expirationTime: 60, carryOverSlots: true },
  };
}

const sortedUnique = (names: readonly string[]): string[] => [...new Set(names)].sort();
