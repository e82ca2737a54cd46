import { type Component, type ComponentType, type Message } from '../../component/component.js';
import { denseBlock } from '../../learning/feature-block.js';
import { type State } from '../../learning/state.js';
import { type PretrainedReference, sameSentenceEncoder, type SentenceEncoder } from '../../component/pretrained.js';

interface Saved {
  [key: string]: State;
  reference: PretrainedReference;
  weight: number;
}

/**
 * `SentenceEncoderFeaturizer`, of this engine: the vector of a pre-trained sentence encoder. It makes a parse ten times
 * slower and helps most where an intent has few examples. The encoder reads the corrected words, since it was never shown
 * misspelt ones. For a language without an encoder it adds nothing, with a notice.
 *
 * Options: `weight` (0.8): length of the vector, where the other featurizers' have 1.
 */
class SentenceEncoderFeaturizer implements Component {
  constructor(
    private readonly encoder: SentenceEncoder | null,
    private readonly saved: Saved | null,
  ) {}

  get isHeavy(): boolean {
    return this.encoder !== null;
  }

  process(message: Message): void {
    if (!this.encoder || !this.saved) return;
    const { weight } = this.saved;
    const vector = this.encoder.encode(message.tokens.map(({ corrected }) => corrected).join(' '));
    message.features.push(denseBlock(vector.map((value) => value * weight)));
  }

  save(): State {
    return this.saved;
  }
}

export const sentenceEncoderFeaturizer: ComponentType = {
  names: ['SentenceEncoderFeaturizer'],
  role: 'featurizer',
  needs: ['tokenizer'],
  async train(training, options) {
    const { language } = training.nlu;
    const weight = options.number('weight', 0.8, { min: 0, max: 10 });
    const encoder = await training.pretrained.sentenceEncoder(language);
    if (encoder) return new SentenceEncoderFeaturizer(encoder, { reference: { language, id: encoder.id }, weight });
    training.notice(
      `${options.component}: there is no sentence encoder for the language ${language}; it adds nothing.`,
    );
    return new SentenceEncoderFeaturizer(null, null);
  },
  async load(state, pretrained) {
    const saved = state as Saved | null;
    if (!saved) return new SentenceEncoderFeaturizer(null, null);
    return new SentenceEncoderFeaturizer(await sameSentenceEncoder(pretrained, saved.reference), saved);
  },
};
