/**
 * The model of an assistant as its YAML says it, after reading and validation. Formats: Rasa 3.x. Everything that
 * trains, decides or answers works from this model and never from files.
 */

/** Where something was written, for messages to the person who wrote it. `line` and `column` count from 1. */
export interface Place {
  /** Path relative to the assistant's folder. */
  file: string;
  line: number;
  column?: number;
}

export type Level = 'error' | 'warning';

/** Something wrong with an assistant's files. Errors refuse the assistant; warnings name what is ignored. */
export interface Finding {
  level: Level;
  message: string;
  place?: Place;
}

/** A whole assistant, ready to train and to run. */
export interface Assistant {
  /** Absolute path of its folder. */
  directory: string;
  /** The default language; the others are in `config.languages`. */
  language: string;
  config: Config;
  domain: Domain;
  nlu: NluData;
  stories: Story[];
  rules: Rule[];
  /** Hosts that a conversation may be handed to, by key; from `handoff_hosts` in `endpoints.yml`. */
  handoffHosts: Record<string, HandoffHost>;
}

export interface HandoffHost {
  title: string;
  /** Base URL of the host's REST channel; a host without one is listed but cannot take a conversation. */
  url?: string;
}

/** `config.yml`: components by name with their options, in order. */
export interface Config {
  /** Of the default language. Absent: the default pipeline. */
  pipeline?: ComponentConfig[];
  /** Further languages of the assistant; one without a pipeline has the default pipeline. */
  languages?: Record<string, { pipeline?: ComponentConfig[] }>;
  policies: ComponentConfig[];
  assistantId?: string;
  /** `forms` below `helpdesk_assistant`. Absent: forms do what Rasa's do, and no more. */
  formAssistance?: FormAssistance;
}

/** What forms do beyond Rasa's: every part without an intent is off. */
export interface FormAssistance {
  /** Intents whose messages are never an answer in free text; like these, payloads are none. */
  commands: string[];
  /** From five words on, a message counts as a command only when its intent is at least as sure; 0 to 1. */
  commandConfidence: number;
  affirmIntent: string;
  denyIntent: string;
  /** Drops the running form, after a question whether to. */
  cancelIntent?: string;
  /** Changes an earlier answer of the running form. */
  correctIntent?: string;
  /** The entity with which a correction names a slot. */
  fieldEntity?: string;
  /** Leaves the open question, where it has a value in `skippedValues`. */
  skipIntent?: string;
  /** What a question counts as answered with when it is skipped, by slot. */
  skippedValues: Record<string, unknown>;
  /** Refused answers to one question before a way out is offered; 0: never. */
  retryLimit: number;
}

export interface ComponentConfig {
  name: string;
  options: Record<string, unknown>;
  place?: Place;
}

export interface Domain {
  /** By name; the implicit intents (`restart`, `back`, `out_of_scope`, `session_start`, `nlu_fallback`) are included. */
  intents: Record<string, IntentDefinition>;
  entities: Record<string, EntityDefinition>;
  /**
   * In declaration order, which is extraction order. `requested_slot` and `session_started_metadata` are included, and
   * `refused_answers` where forms assist (`Config.formAssistance`).
   */
  slots: Record<string, SlotDefinition>;
  /** In declaration order. */
  forms: Record<string, FormDefinition>;
  responses: Record<string, ResponseVariation[]>;
  /** Custom action names as listed in the domain. */
  actions: string[];
  /** Those of them that are listed with `send_domain: true`. */
  actionsWithDomain?: string[];
  /** Texts of the assistant that end-to-end stories may use, from `e2e_actions`. */
  endToEndActions?: string[];
  session: SessionConfig;
}

export interface IntentDefinition {
  /** Entity names that count as dialogue features; `true` is all of them. */
  usedEntities: true | string[];
  isRetrieval: boolean;
}
export interface EntityDefinition {
  roles: string[];
  groups: string[];
  influencesConversation: boolean;
}

export type SlotType = 'text' | 'bool' | 'categorical' | 'float' | 'list' | 'any';
export interface SlotDefinition {
  type: SlotType;
  influencesConversation: boolean;
  initialValue: unknown;
  /** Of a categorical slot, lower-cased strings. */
  values: string[];
  minValue: number;
  maxValue: number;
  mappings: SlotMapping[];
}

/** One way that a slot takes its value from a message. Empty `intents` and `notIntents` do not restrict. */
export interface SlotMapping {
  type: 'from_entity' | 'from_text' | 'from_intent' | 'from_trigger_intent' | 'custom';
  entity?: string;
  role?: string;
  group?: string;
  /** The constant of `from_intent` and `from_trigger_intent`. */
  value?: unknown;
  /** Extraction action of a custom mapping. */
  action?: string;
  intents: string[];
  notIntents: string[];
  /** Alternatives; the keys inside one must all hold. Empty: always. */
  conditions: MappingCondition[];
}
export interface MappingCondition {
  /** Name of the loop that must be active; null: none may be; undefined: not looked at. */
  activeLoop?: string | null;
  requestedSlot?: string;
}

export interface FormDefinition {
  requiredSlots: string[];
  ignoredIntents: string[];
}

export interface ResponseVariation {
  text?: string;
  buttons?: { title: string; payload: string; [key: string]: unknown }[];
  image?: string;
  custom?: Record<string, unknown>;
  attachment?: unknown;
  elements?: unknown[];
  quick_replies?: { title: string; payload: string; [key: string]: unknown }[];
  /** Only for this output channel. */
  channel?: string;
  /** Present: a conditional variation. All must hold; an empty list never does. */
  condition?: { slot: string; value: unknown }[];
  metadata?: Record<string, unknown>;
}

export interface SessionConfig {
  /** Minutes; 0 never expires. */
  expirationTime: number;
  carryOverSlots: boolean;
}

/** `language` is that of the file, if it says one. */
export interface NluData {
  examples: TrainingExample[];
  synonyms: { value: string; surface: string; language?: string; place?: Place }[];
  regexes: { name: string; pattern: string; language?: string; place?: Place }[];
  lookups: { name: string; elements: string[]; language?: string; place?: Place }[];
}
/** One labelled utterance. */
export interface TrainingExample {
  text: string;
  /** Base intent. */
  intent: string;
  /** The key of a retrieval intent `intent/key`. */
  responseKey?: string;
  entities: AnnotatedEntity[];
  /** Absent: the assistant's default language. */
  language?: string;
  metadata?: unknown;
  place?: Place;
}
/** `start` and `end` are UTF-16 offsets in the plain text, end exclusive. */
export interface AnnotatedEntity {
  entity: string;
  start: number;
  end: number;
  value: string;
  role?: string;
  group?: string;
}

export interface Story {
  name: string;
  steps: StoryStep[];
  place?: Place;
}
export interface Rule extends Story {
  /** Only `slot` and `loop` steps. */
  condition: StoryStep[];
  /** Default true. */
  waitsForUserInput: boolean;
  /** Default false. */
  isConversationStart: boolean;
}
export type StoryStep =
  | { kind: 'user'; intent: string; responseKey?: string; entities: StoryEntity[]; text?: string; place?: Place }
  | { kind: 'userText'; text: string; place?: Place }
  | { kind: 'action'; name: string; place?: Place }
  | { kind: 'botText'; text: string; place?: Place }
  /** A slot event. `isNamedOnly`: the value was not written; text slots take any value. */
  | { kind: 'slot'; name: string; value: unknown; isNamedOnly: boolean; place?: Place }
  | { kind: 'loop'; name: string | null; place?: Place }
  | { kind: 'or'; alternatives: StoryStep[]; place?: Place }
  | { kind: 'checkpoint'; name: string; slots: { name: string; value: unknown }[]; place?: Place };
export interface StoryEntity {
  entity: string;
  value: unknown;
  role?: string;
  group?: string;
  /** Offsets in the step's text, when the entity was written as an annotation there. */
  start?: number;
  end?: number;
}
