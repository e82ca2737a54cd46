import {
  type Assistant,
  type Domain,
  type FormAssistance,
  type ResponseVariation,
  type Rule,
  type SlotDefinition,
  type SlotMapping,
  type Story,
  type StoryStep,
} from '#assistant/model';

/** The parts of an assistant that a test sets; everything else has the formats' defaults. */
export interface Sketch {
  intents?: string[];
  entities?: string[];
  slots?: Record<string, Partial<SlotDefinition>>;
  forms?: Record<string, string[]>;
  responses?: Record<string, string | ResponseVariation[]>;
  actions?: string[];
  rules?: Rule[];
  stories?: Story[];
  policies?: { name: string; options?: Record<string, unknown> }[];
  session?: Partial<Domain['session']>;
  assistance?: Partial<FormAssistance>;
}

const IMPLICIT_INTENTS = ['restart', 'back', 'out_of_scope', 'session_start', 'nlu_fallback'];

const UNASSISTED: FormAssistance = {
  commands: [],
  commandConfidence: 0,
  affirmIntent: 'affirm',
  denyIntent: 'deny',
  skippedValues: {},
  retryLimit: 0,
};

const slotOf = (definition: Partial<SlotDefinition> = {}): SlotDefinition => ({
  type: 'text',
  influencesConversation: false,
  initialValue: null,
  values: [],
  minValue: 0,
  maxValue: 1,
  mappings: [],
  ...definition,
});

export function assistantOf(sketch: Sketch): Assistant {
  const named = <Value>(names: string[], value: Value) => Object.fromEntries(names.map((name) => [name, value]));
  const slots = Object.entries(sketch.slots ?? {}).map(([name, definition]) => [name, slotOf(definition)] as const);
  return {
    directory: '/assistant',
    language: 'en',
    config: {
      pipeline: [],
      policies: (sketch.policies ?? [{ name: 'RulePolicy' }]).map(({ name, options = {} }) => ({ name, options })),
      ...(sketch.assistance && { formAssistance: { ...UNASSISTED, ...sketch.assistance } }),
    },
    domain: {
      intents: named([...(sketch.intents ?? []), ...IMPLICIT_INTENTS], {
        usedEntities: true as const,
        isRetrieval: false,
      }),
      entities: named(sketch.entities ?? [], { roles: [], groups: [], influencesConversation: true }),
      slots: Object.fromEntries([
        ...slots,
        ['requested_slot', slotOf()],
        ['session_started_metadata', slotOf({ type: 'any' })],
        ...(sketch.assistance ? [['refused_answers', slotOf({ type: 'any' })] as const] : []),
      ]),
      forms: Object.fromEntries(
        Object.entries(sketch.forms ?? {}).map(([name, requiredSlots]) => [
          name,
          { requiredSlots, ignoredIntents: [] },
        ]),
      ),
      responses: Object.fromEntries(
        Object.entries(sketch.responses ?? {}).map(([name, said]) => [
          name,
          typeof said === 'string' ? [{ text: said }] : said,
        ]),
      ),
      actions: sketch.actions ?? [],
      session: { expirationTime: 60, carryOverSlots: true, ...sketch.session },
    },
    nlu: { examples: [], synonyms: [], regexes: [], lookups: [] },
    rules: sketch.rules ?? [],
    stories: sketch.stories ?? [],
    handoffHosts: {},
  };
}

export const intent = (name: string, entities: string[] = []): StoryStep => ({
  kind: 'user',
  intent: name,
  entities: entities.map((entity) => ({ entity, value: '' })),
});
export const action = (name: string): StoryStep => ({ kind: 'action', name });
export const loop = (name: string | null): StoryStep => ({ kind: 'loop', name });
export const slot = (name: string, value: unknown): StoryStep => ({ kind: 'slot', name, value, isNamedOnly: false });
export const checkpoint = (name: string): StoryStep => ({ kind: 'checkpoint', name, slots: [] });
export const or = (...alternatives: StoryStep[]): StoryStep => ({ kind: 'or', alternatives });

export const story = (name: string, ...steps: StoryStep[]): Story => ({ name, steps });
export const rule = (name: string, steps: StoryStep[], options: Partial<Rule> = {}): Rule => ({
  name,
  steps,
  condition: [],
  waitsForUserInput: true,
  isConversationStart: false,
  ...options,
});

/** A slot mapping with the defaults. */
export const mapping = (type: SlotMapping['type'], options: Partial<SlotMapping> = {}): SlotMapping => ({
  type,
  intents: [],
  notIntents: [],
  conditions: [],
  ...options,
});
