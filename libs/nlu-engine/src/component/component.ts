import { type AnnotatedEntity, type NluData, type ResponseVariation } from '#assistant/model';
import { type Entity, type Intent } from '#contracts';
import { type DeferredFeatures } from '../learning/deferred-features.js';
import { type FeatureBlock } from '../learning/feature-block.js';
import { type Options } from './options.js';
import { type Pretrained } from './pretrained.js';
import { type ComponentProgress } from '../learning/progress.js';
import { type State } from '../learning/state.js';
import { type Token } from '../text/tokens.js';
import { type TrainingJobs } from '../learning/jobs/training-jobs.js';

/** What is known about a message besides its text. */
export interface ParseContext {
  /** When the message was written; relative times ("tomorrow") are not resolved without it. */
  readonly now?: Date;
  /** IANA name of the writer's time zone. Default: UTC. */
  readonly timezone?: string;
  /** What a Duckling server found in the text; takes the place of the recognition done here. */
  readonly duckling?: readonly Entity[];
  /** True: deferred features are not computed, so that a second model is never asked. */
  readonly withoutDeferred?: boolean;
}

/** A text on its way through the pipeline; each component adds what it knows. */
export interface Message {
  readonly text: string;
  readonly context: ParseContext;
  tokens: Token[];
  /** Features of the whole text for intent classification, one block per featurizer. */
  features: FeatureBlock[];
  /** Further features of the whole text that cost much time; a classifier computes them when it needs them. */
  deferredFeatures: DeferredFeatures[];
  intent: Intent;
  ranking: Intent[];
  /** By the classifier's cross-validation: of messages about its intents, one in twenty is less sure. */
  lowConfidence?: number;
  entities: Entity[];
  /** Which responses of retrieval intents fit, in Rasa's shape; absent without a `ResponseSelector`. */
  responseSelector?: Record<string, unknown>;
}

/** A message whose intent and entities are known. */
export interface LabelledMessage extends Message {
  readonly label: string;
  /** The part after the intent of a retrieval intent's example (`faq/opening_hours`). */
  readonly responseKey?: string;
  readonly annotations: readonly AnnotatedEntity[];
}

/** The training data of one language, with what else of the assistant components learn from. */
export interface TrainingData extends NluData {
  language: string;
  /** Responses of the domain by name. */
  responses: Readonly<Record<string, ResponseVariation[]>>;
}

/** What a component may learn from. `messages` have already passed through the components before it. */
export interface Training {
  readonly messages: readonly LabelledMessage[];
  readonly nlu: TrainingData;
  readonly pretrained: Pretrained;
  readonly seed: number;
  readonly progress: Pick<ComponentProgress, 'report'>;
  readonly jobs: TrainingJobs;
  /** Tells the author of the configuration about something that has no effect here. */
  notice(text: string): void;
}

/** A Duckling server that an assistant wants to be asked, and how. */
export interface DucklingServer {
  /** Without `/parse`. */
  url: string;
  locale: string;
  /** Seconds. */
  timeout: number;
  /** IANA name. */
  timezone?: string;
  /** Missing: all that the server knows. */
  dimensions?: string[];
}

/** A trained step of the pipeline. */
export interface Component {
  /** Adds to the message in place. Never throws or rejects, and takes bounded time whatever the text. */
  process(message: Message): void | Promise<void>;
  /** The same for many messages at once, where that is faster. */
  processAll?(messages: readonly Message[], report: (done: number) => Promise<void>): Promise<void>;
  save(): State;
  /** Whether a sentence encoder is used, which has a thread of its own. */
  readonly hasEncoder?: boolean;
  /** To be asked before `parse`, which takes its findings as `ParseContext.duckling`. */
  readonly ducklingServer?: DucklingServer;
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
  /** @throws ModelFileError when what it was trained with is missing in `pretrained`. */
  load(state: State, pretrained: Pretrained): Component | Promise<Component>;
}

export const emptyMessage = (text: string, context: ParseContext = {}): Message => ({
  text,
  context,
  tokens: [],
  features: [],
  deferredFeatures: [],
  intent: { name: null, confidence: 0 },
  ranking: [],
  entities: [],
});
