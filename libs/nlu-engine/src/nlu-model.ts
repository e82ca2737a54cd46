import { type Understanding } from '#contracts';
import { type Component, emptyMessage, type State } from './component.js';
import { decodeModelFile, encodeModelFile } from './model-file.js';
import { componentType } from './pipeline.js';
import { type KnownNames, readShortcut } from './shortcut.js';

/** What a model was trained for and from. */
export interface ModelInfo {
  language: string;
  /** Intents that it can recognise, sorted. */
  intents: string[];
  /** Entities that it has examples of, sorted. */
  entities: string[];
  /** How many examples it was trained on, without duplicates. */
  examples: number;
  pipeline: string[];
}

interface ModelParts {
  fingerprint: string;
  info: ModelInfo;
  /** Options and components of the configuration that have no effect in this engine; one sentence each. */
  notices: string[];
  /** Names that the domain declares, for message shortcuts. */
  domain: { intents: string[]; entities: string[] };
  components: { name: string; component: Component }[];
}

/** A trained NLU: text in, intent and entities out. Immutable; `parse` is pure and never throws. */
export class NluModel {
  readonly fingerprint: string;
  readonly info: Readonly<ModelInfo>;
  readonly notices: readonly string[];
  readonly #known: KnownNames;

  constructor(private readonly parts: ModelParts) {
    this.fingerprint = parts.fingerprint;
    this.info = parts.info;
    this.notices = parts.notices;
    this.#known = { intents: new Set(parts.domain.intents), entities: new Set(parts.domain.entities) };
  }

  /**
   * Understands a text. A message shortcut (`/intent{…}`) answers for itself; anything else goes through the pipeline.
   * Offsets are UTF-16 offsets in `text`. When nothing is classified the intent's name is null and its confidence 0.
   *
   * @param warn takes one sentence for each thing in a shortcut that is ignored.
   */
  parse(text: string, warn?: (warning: string) => void): Understanding {
    const shortcut = text.trimStart().startsWith('/') ? readShortcut(text, this.#known, warn) : undefined;
    if (shortcut) return shortcut;
    const message = emptyMessage(text);
    for (const { component } of this.parts.components) component.process(message);
    return {
      text,
      intent: message.intent,
      entities: message.entities,
      intent_ranking: message.ranking,
      text_tokens: message.tokens.map(({ start, end }) => [start, end]),
    };
  }

  /** The model as one file; the same training gives the same bytes. */
  toBytes(): Buffer {
    const { components, ...rest } = this.parts;
    return encodeModelFile({
      ...rest,
      info: { ...rest.info },
      components: components.map(({ name, component }) => ({ name, state: component.save() })),
    });
  }

  /** @throws ModelFileError when the bytes are no model, damaged, or of another version. */
  static fromBytes(bytes: Uint8Array): NluModel {
    const saved = decodeModelFile(bytes) as unknown as Omit<ModelParts, 'components'> & {
      components: { name: string; state: State }[];
    };
    return new NluModel({
      ...saved,
      components: saved.components.map(({ name, state }) => ({ name, component: componentType(name).load(state) })),
    });
  }
}
