import { createHash, type Hash } from 'node:crypto';
import { type ComponentConfig } from '#assistant/model';
import { type LabelledMessage, type Training, type TrainingData } from '../component/component.js';
import { type FeatureBlock } from '../learning/feature-block.js';
import { canonicalJson } from './fingerprint.js';
import { type Pretrained } from '../component/pretrained.js';

/**
 * What the training of a component looked at. A component is a function of that: when its options and everything that
 * it looked at are the same again, so is what it would learn, and the component can be used again untrained.
 */
export interface TrainingTrace {
  /** Parts of the training data, such as `messages.tokens`, `nlu.lookups` and `wordVectors.en`, sorted. */
  read: string[];
  /** SHA-256, in hexadecimal, of the component's name, options and seed, and the content of those parts. */
  fingerprint: string;
  /** What it had to say to the author of the configuration. */
  notices: string[];
  /** Options that it did not look at. */
  unreadOptions: string[];
}

type Source = 'wordVectors' | 'wordClasses' | 'sentenceEncoder';

/** The training data of one pipeline, and what is pre-trained, with fingerprints of its parts. */
export class TracedData {
  private readonly digests = new Map<string, Promise<string>>();

  constructor(
    private readonly messages: readonly LabelledMessage[],
    private readonly nlu: TrainingData,
    private readonly pretrained: Pretrained,
    private readonly seed: number,
  ) {}

  /** The data as a component sees it in training; each part that it looks at is added to `read`. */
  watched(read: Set<string>): Pick<Training, 'messages' | 'nlu' | 'pretrained'> {
    const watch = <Source extends object>(source: Source, name: string): Source =>
      new Proxy(source, {
        get(target, key) {
          if (typeof key === 'string') read.add(`${name}.${key}`);
          return Reflect.get(target, key) as unknown;
        },
      });
    return {
      messages: this.messages.map((message) => watch(message, 'messages')),
      nlu: watch(this.nlu, 'nlu'),
      pretrained: {
        wordVectors: (language) => {
          read.add(`wordVectors.${language}`);
          return this.pretrained.wordVectors(language);
        },
        wordClasses: (language) => {
          read.add(`wordClasses.${language}`);
          return this.pretrained.wordClasses(language);
        },
        sentenceEncoder: (name) => {
          read.add(`sentenceEncoder.${name}`);
          return this.pretrained.sentenceEncoder(name);
        },
        sentenceEncoders: this.pretrained.sentenceEncoders,
      },
    };
  }

  /** Identifies what a component with this configuration learns from the parts in `read`. */
  async fingerprint({ name, options }: ComponentConfig, read: readonly string[]): Promise<string> {
    const parts = await Promise.all(read.map(async (part) => [part, await this.digest(part)]));
    const about = { name, options, seed: this.seed, messages: this.messages.length, parts };
    return createHash('sha256').update(canonicalJson(about)).digest('hex');
  }

  /** To be called when a component has changed the messages. */
  messagesChanged(): void {
    for (const part of this.digests.keys()) if (part.startsWith('messages.')) this.digests.delete(part);
  }

  private digest(part: string): Promise<string> {
    const known = this.digests.get(part);
    if (known) return known;
    const digest = this.digestAnew(part);
    this.digests.set(part, digest);
    return digest;
  }

  private async digestAnew(part: string): Promise<string> {
    const dot = part.indexOf('.');
    const [source, field] = [part.slice(0, dot), part.slice(dot + 1)] as ['messages' | 'nlu' | Source, never];
    if (source === 'wordVectors' || source === 'wordClasses' || source === 'sentenceEncoder')
      // One that cannot be loaded adds as much to a model as one that does not exist.
      return (await this.pretrained[source](field).catch(() => undefined))?.id ?? 'none';
    const hash = createHash('sha256');
    if (source === 'nlu') hash.update(contentOf(this.nlu[field]));
    else if (field === 'features') for (const { features } of this.messages) addFeatures(hash, features);
    else if (field === 'deferredFeatures')
      for (const { deferredFeatures } of this.messages)
        addFeatures(
          hash,
          deferredFeatures.map(({ known }) => known!),
        );
    else for (const message of this.messages) hash.update(JSON.stringify(message[field]) ?? '').update('\n');
    return hash.digest('hex');
  }
}

function addFeatures(hash: Hash, blocks: readonly FeatureBlock[]): void {
  hash.update(`${blocks.map(({ dimension, indices }) => `${dimension}:${indices.length}`).join()}\n`);
  for (const { indices, values } of blocks) hash.update(indices).update(values);
}

/** Places in files do not count. */
const contentOf = (value: unknown): string =>
  JSON.stringify(value, (key, part: unknown) => (key === 'place' ? undefined : part)) ?? '';
