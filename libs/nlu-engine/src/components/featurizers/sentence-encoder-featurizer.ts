import { type Component, type ComponentType, type Message } from '../../component/component.js';
import { NluConfigError } from '../../component/errors.js';
import { type PretrainedReference, sameSentenceEncoder, type SentenceEncoder } from '../../component/pretrained.js';
import { DeferredFeatures } from '../../learning/deferred-features.js';
import { denseBlock, type FeatureBlock } from '../../learning/feature-block.js';
import { type State } from '../../learning/state.js';

interface Saved {
  [key: string]: State;
  reference: PretrainedReference;
  weight: number;
  inDoubt: boolean;
}

/** Texts that are encoded together in training. */
const BATCH = 32;

/**
 * `SentenceEncoderFeaturizer`, of this engine: the vector of a pre-trained sentence encoder. It helps most where an intent
 * has few examples, and a text takes milliseconds. The encoder reads the corrected words, since it was never shown misspelt
 * ones. Where there is no encoder it adds nothing, with a notice. It may stand in a pipeline twice, with two models.
 *
 * Options: `model` (the one that suits the language): name of the encoder; `weight` (0.8): length of the vector, where the
 * other featurizers' have 1; `in_doubt` (false): the classifier asks for the vector only when it is not sure without it.
 */
class SentenceEncoderFeaturizer implements Component {
  constructor(
    private readonly encoder: SentenceEncoder | null,
    private readonly saved: Saved | null,
  ) {}

  get hasEncoder(): boolean {
    return this.encoder !== null;
  }

  async process(message: Message): Promise<void> {
    const { encoder, saved } = this;
    if (!encoder || !saved) return;
    const vector = async (): Promise<FeatureBlock | undefined> => {
      try {
        return this.blockOf((await encoder.encode([textOf(message)]))[0]!);
      } catch {
        return undefined;
      }
    };
    if (saved.inDoubt) {
      const compute = () => (message.context.withoutDeferred ? Promise.resolve(undefined) : vector());
      message.deferredFeatures.push(new DeferredFeatures(compute));
    } else message.features.push((await vector()) ?? this.blockOf(new Float32Array(encoder.dimension)));
  }

  async processAll(messages: readonly Message[], report: (done: number) => Promise<void>): Promise<void> {
    if (!this.encoder || !this.saved) return;
    for (let from = 0; from < messages.length; from += BATCH) {
      const some = messages.slice(from, from + BATCH);
      const vectors = await this.encoder.encode(some.map(textOf));
      some.forEach((message, at) => {
        const block = this.blockOf(vectors[at]!);
        if (this.saved?.inDoubt) message.deferredFeatures.push(DeferredFeatures.of(block));
        else message.features.push(block);
      });
      await report(from + some.length);
    }
  }

  save(): State {
    return this.saved;
  }

  private blockOf(vector: Float32Array): FeatureBlock {
    const weight = this.saved?.weight ?? 0;
    return denseBlock(vector.map((value) => value * weight));
  }
}

const textOf = ({ tokens }: Message): string => tokens.map(({ corrected }) => corrected).join(' ');

export const sentenceEncoderFeaturizer: ComponentType = {
  names: ['SentenceEncoderFeaturizer'],
  role: 'featurizer',
  needs: ['tokenizer'],
  async train(training, options) {
    const { pretrained, nlu } = training;
    const model = options.text('model');
    const weight = options.number('weight', 0.8, { min: 0, max: 10 });
    const inDoubt = options.boolean('in_doubt', false);
    if (model !== undefined && !pretrained.sentenceEncoders.includes(model))
      throw new NluConfigError(
        `names the model ${model}, which is none of the sentence encoders here: ${pretrained.sentenceEncoders.join(', ') || 'there are none'}`,
        options.component,
      );
    const name = model ?? nlu.language;
    const encoder = await pretrained.sentenceEncoder(name).catch((error: unknown) => {
      training.notice(
        `${options.component}: ${error instanceof Error ? error.message : String(error)} It adds nothing to this model.`,
      );
      return null;
    });
    if (encoder) {
      const reference = { language: name, id: encoder.id };
      return new SentenceEncoderFeaturizer(encoder, { reference, weight, inDoubt });
    }
    if (encoder === undefined)
      training.notice(
        `${options.component}: there is no sentence encoder for the language ${nlu.language}; it adds nothing.`,
      );
    return new SentenceEncoderFeaturizer(null, null);
  },
  async load(state, pretrained) {
    const saved = state as Saved | null;
    if (!saved) return new SentenceEncoderFeaturizer(null, null);
    return new SentenceEncoderFeaturizer(await sameSentenceEncoder(pretrained, saved.reference), saved);
  },
};
