/**
 * The model of an assistant, as its YAML files define it, after reading and validation. The formats are those of Rasa 3.x.
 * Training, decisions and answers use this model and never files.
 */

/** A place in a file, for messages to the author. `line` and `column` count from 1. */
export interface Place {
  /** Path relative to the assistant's folder. */
  file: string;
  line: number;
  column?: number;
}

export type Level = 'error' | 'warning';

/** A problem in an assistant's files. An error refuses the assistant; a warning names what is ignored. */
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
  /** Hosts that can take over a conversation, by key; from `handoff_hosts` in `endpoints.yml`. */
  handoffHosts: Record<string, HandoffHost>;
}

export interface HandoffHost {
  title: string;
  /** Base URL of the host's REST channel; a host without one is listed but cannot take a conversation. */
  url?: string;
}

/** `config.yml`: the components with name and options, in order. */
export interface Config {
  /** The pipeline of the default language. If absent, the default pipeline. */
  pipeline?: ComponentConfig[];
  /** Additional languages of the assistant. A language without a pipeline has the default pipeline. */
  languages?: Record<string, { pipeline?: ComponentConfig[] }>;
  policies: ComponentConfig[];
  assistantId?: string;
  /** `forms` under `helpdesk_assistant`. If absent, forms work as in Rasa. */
  formAssistance?: FormAssistance;
}

/** Additional features of forms. Each feature without an intent is off. */
export interface FormAssistance {
  /** Intents whose messages are never a free-text answer. If set, payloads are not free-text answers either. */
  commands: string[];
  /** A message of five or more words counts as a command only if its intent has at least this confidence; 0 to 1. */
  commandConfidence: number;
  affirmIntent: string;
  denyIntent: string;
  /** Cancels the running form, after a confirmation. */
  cancelIntent?: string;
  /** Corrects an earlier answer of the running form. */
  correctIntent?: string;
  /** The entity in a correction that names a slot. */
  fieldEntity?: string;
  /** Skips the open question, if it has a value in `skippedValues`. */
  skipIntent?: string;
  /** The answers for skipped questions, by slot. */
  skippedValues: Record<string, unknown>;
  /** Number of refused answers to one question before the assistant offers a way out; 0: never. */
  retryLimit: number;
}

export interface ComponentConfig {
  name: string;
  options: Record<string, unknown>;
  place?: Place;
}

export interface Domain {
  /** By name, including the implicit intents (`restart`, `back`, `out_of_scope`, `session_start`, `nlu_fallback`). */
  intents: Record<string, IntentDefinition>;
  entities: Record<string, EntityDefinition>;
  /**
   * In order of declaration, which is also the order of extraction. Includes `requested_slot` and `session_started_metadata`,
   * and `refused_answers` if form assistance is configured (`Config.formAssistance`).
   */
  slots: Record<string, SlotDefinition>;
  /** In declaration order. */
  forms: Record<string, FormDefinition>;
  responses: Record<string, ResponseVariation[]>;
  /** Custom action names as listed in the domain. */
  actions: string[];
  /** The custom actions listed with `send_domain: true`. */
  actionsWithDomain?: string[];
  /** Texts of the assistant for end-to-end stories, from `e2e_actions`. */
  endToEndActions?: string[];
  session: SessionConfig;
}

export interface IntentDefinition {
  /** Entity names that are dialogue features; `true` means all of them. */
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
  /** Values of a categorical slot, in lower case. */
  values: string[];
  minValue: number;
  maxValue: number;
  mappings: SlotMapping[];
}

/** One way to fill a slot from a message. Empty `intents` and `notIntents` do not restrict it. */
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
  /** Alternatives; within one, all keys must hold. Empty: always. */
  conditions: MappingCondition[];
}
export interface MappingCondition {
  /** Name of the loop that must be active; null: no loop may be active; undefined: not checked. */
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
  /** Present in a conditional variation. All must hold; an empty list never holds. */
  condition?: { slot: string; value: unknown }[];
  metadata?: Record<string, unknown>;
}

export interface SessionConfig {
  /** Minutes; 0 never expires. */
  expirationTime: number;
  carryOverSlots: boolean;
}

/** `language` is the language of the file, if given. */
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
  /** Offsets in the step's text, if the entity was annotated there. */
  start?: number;
  end?: number;
}
