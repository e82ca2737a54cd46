import { type Understanding } from '#contracts';
import { type DucklingServer, type ParseContext } from './component/component.js';
import { type State } from './learning/state.js';
import { ModelFileError } from './component/errors.js';
import { type LanguageDetector, loadLanguageDetector } from './language/language-detector.js';
import { parseInItsLanguage } from './language/several-languages.js';
import { runPipeline, type TrainedPipeline } from './pipeline/trained-pipeline.js';
import { decodeModelFile, encodeModelFile } from './pipeline/model-file.js';
import { componentType } from './pipeline/pipeline.js';
import { nothingPretrained, type Pretrained } from './component/pretrained.js';
import { type KnownNames, readShortcut } from './shortcut.js';
import { type TrainingTrace } from './pipeline/training-trace.js';

/** What a model was trained for and from. */
export interface ModelInfo {
  /** The default language. */
  language: string;
  /** All languages, the default one first. */
  languages: string[];
  /** Intents that it can recognise, sorted. */
  intents: string[];
  /** Entities that it has examples of, sorted. */
  entities: string[];
  /** How many examples it was trained on, without duplicates. */
  examples: number;
  /** Components of the default language. */
  pipeline: string[];
}

interface ModelParts {
  fingerprint: string;
  info: ModelInfo;
  /** Options and components of the configuration that have no effect in this engine; one sentence each. */
  notices: string[];
  /** Names that the domain declares, for message shortcuts. */
  domain: { intents: string[]; entities: string[] };
  /** One for each language, the default one first. */
  pipelines: readonly [TrainedPipeline, ...TrainedPipeline[]];
  /** Some texts of the training and the intents that were understood then. */
  probes: { text: string; intent: string | null }[];
}

/** What the probes of a model are understood with: no encoder, which could answer a little differently on another processor. */
const PROBE: ParseContext = { withoutDeferred: true };

/** A trained NLU: text in, intent and entities out. Immutable; `parse` is pure and never throws. */
export class NluModel {
  readonly fingerprint: string;
  readonly info: Readonly<ModelInfo>;
  readonly notices: readonly string[];
  private readonly known: KnownNames;

  /** @param detect needed when there are several languages. */
  constructor(
    private readonly parts: ModelParts,
    private readonly detect?: LanguageDetector,
  ) {
    this.fingerprint = parts.fingerprint;
    this.info = parts.info;
    this.notices = parts.notices;
    this.known = { intents: new Set(parts.domain.intents), entities: new Set(parts.domain.entities) };
  }

  get pipelines(): readonly TrainedPipeline[] {
    return this.parts.pipelines;
  }

  /** Whether a sentence encoder is used, which has a thread of its own. */
  get hasEncoder(): boolean {
    return this.parts.pipelines.some(({ components }) => components.some(({ component }) => component.hasEncoder));
  }

  /**
   * Understands a text. A message shortcut (`/intent{…}`) answers for itself; anything else goes through the pipeline of
   * its language. Offsets are UTF-16 offsets in `text`. When nothing is classified the intent's name is null and its
   * confidence 0.
   *
   * @param warn takes one sentence for each thing in a shortcut that is ignored.
   */
  async parse(text: string, context: ParseContext = {}, warn?: (warning: string) => void): Promise<Understanding> {
    const shortcut = text.trimStart().startsWith('/') ? readShortcut(text, this.known, warn) : undefined;
    if (shortcut) return shortcut;
    const { pipelines } = this.parts;
    return this.detect
      ? parseInItsLanguage(pipelines, this.detect, text, context)
      : runPipeline(pipelines[0], text, context);
  }

  /**
   * The Duckling server that wants to be asked about a text before it is parsed. Undefined when none is configured, and
   * for message shortcuts, which are answered without the pipeline.
   */
  ducklingServerFor(text: string): DucklingServer | undefined {
    if (text.trimStart().startsWith('/') && readShortcut(text, this.known)) return undefined;
    const [first, ...others] = this.parts.pipelines;
    const servers = [first, ...others].map(({ language, components }) => ({
      language,
      server: components.find(({ component }) => component.ducklingServer)?.component.ducklingServer,
    }));
    if (!servers.some(({ server }) => server)) return undefined;
    const detected = this.detect?.(text);
    return (servers.find(({ language }) => language === detected) ?? servers[0])?.server;
  }

  /**
   * Whether the model still understands as on the day of its training, on some texts of it. A model that does not was
   * made by code that computes otherwise than this.
   * @returns what is wrong, or undefined.
   */
  async selfTest(): Promise<string | undefined> {
    for (const { text, intent } of this.parts.probes)
      if ((await this.parse(text, PROBE)).intent.name !== intent)
        return 'The NLU model does not answer as when it was trained; run `helpdesk train` to make it again.';
    return undefined;
  }

  /** The probes of a model, as `selfTest` repeats them. */
  probe(texts: readonly string[]): Promise<{ text: string; intent: string | null }[]> {
    return Promise.all(texts.map(async (text) => ({ text, intent: (await this.parse(text, PROBE)).intent.name })));
  }

  /** The model as one file; the same training gives the same bytes. */
  toBytes(): Buffer {
    const { pipelines, ...rest } = this.parts;
    return encodeModelFile({
      ...rest,
      info: { ...rest.info },
      pipelines: pipelines.map(({ language, components }) => ({
        language,
        components: components.map(({ name, component, trace }) => ({
          name,
          trace: { ...trace },
          state: component.save(),
        })),
      })),
    });
  }

  /**
   * @param pretrained what the model was trained with.
   * @throws ModelFileError when the bytes are no model, damaged, or of another version, or something pre-trained is missing.
   */
  static async load(bytes: Uint8Array, pretrained: Pretrained = nothingPretrained): Promise<NluModel> {
    const saved = decodeModelFile(bytes) as unknown as SavedModel;
    const pipelines: TrainedPipeline[] = [];
    for (const { language, components } of saved.pipelines) {
      const loaded = components.map(async ({ name, trace, state }) => ({
        name,
        trace,
        component: await componentType(name).load(state, pretrained),
      }));
      pipelines.push({ language, components: await Promise.all(loaded) });
    }
    const [first, ...others] = pipelines;
    if (!first) throw new ModelFileError('The NLU model has no pipeline; run `helpdesk train` to make it again.');
    const detection = others.length > 0 ? await loadLanguageDetector(saved.info.languages) : undefined;
    return new NluModel({ ...saved, pipelines: [first, ...others] }, detection?.detect);
  }
}

type SavedModel = Omit<ModelParts, 'pipelines'> & {
  pipelines: { language: string; components: { name: string; trace: TrainingTrace; state: State }[] }[];
};
