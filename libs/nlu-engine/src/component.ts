import { type AnnotatedEntity, type NluData } from '#assistant';
import { type Entity, type Intent } from '#contracts';
import { type Options } from './options.js';
import { type Progress } from './progress.js';
import { type Token } from './text/tokens.js';

/** A sparse vector of one featurizer: ascending `indices` below `dimension` with their `values`. */
export interface FeatureBlock {
  indices: Int32Array;
  values: Float32Array;
  dimension: number;
}

/** A text on its way through the pipeline; each component adds what it knows. */
export interface Message {
  readonly text: string;
  tokens: Token[];
  /** Features of the whole text for intent classification, one block per featurizer. */
  features: FeatureBlock[];
  intent: Intent;
  ranking: Intent[];
  entities: Entity[];
}

/** A message whose intent and entities are known. */
export interface LabelledMessage extends Message {
  readonly label: string;
  readonly annotations: readonly AnnotatedEntity[];
}

/** What a component may learn from. `messages` have already passed through the components before it. */
export interface Training {
  readonly messages: readonly LabelledMessage[];
  readonly nlu: NluData;
  readonly seed: number;
  readonly progress: Progress;
  /** Tells the author of the configuration about something that has no effect here. */
  notice(text: string): void;
}

/** What a trained component needs to be loaded again: JSON values and typed arrays. */
export type State =
  null | boolean | number | string | Int32Array | Uint16Array | Float32Array | State[] | { [key: string]: State };

/** A trained step of the pipeline. */
export interface Component {
  /** Adds to the message in place. Never throws, and takes bounded time whatever the text. */
  process(message: Message): void;
  save(): State;
}

export type Role = 'tokenizer' | 'featurizer' | 'classifier' | 'other';

/** How a component comes to be: by training from its options, or from what it saved. */
export interface ComponentType {
  /** Its names in `config.yml`. */
  readonly names: readonly string[];
  readonly role: Role;
  /** Roles that must come before it in the pipeline. */
  readonly needs: readonly Role[];
  train(training: Training, options: Options): Component | Promise<Component>;
  load(state: State): Component;
}

export const emptyMessage = (text: string): Message => ({
  text,
  tokens: [],
  features: [],
  intent: { name: null, confidence: 0 },
  ranking: [],
  entities: [],
});
