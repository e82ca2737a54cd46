import { type Component, type ComponentType, type Message } from '../../component/component.js';
import { denseBlock } from '../../learning/feature-block.js';
import { type State } from '../../learning/state.js';
import { type PretrainedReference, sameWordVectors } from '../../component/pretrained.js';
import { type WordVectors } from '../../text/word-vectors.js';

interface Saved {
  [key: string]: State;
  reference: PretrainedReference;
  weight: number;
}

/** A word counts less the commoner it is: by half at about this rank. */
const HALF_WEIGHT_RANK = 90;

/**
 * `WordVectorsFeaturizer`, of this engine: knows from pre-trained vectors that "broken" is like "defective". The text gets
 * the mean of the vectors of its (corrected) words, rare words counting more (smooth inverse frequency: Arora et al., "A
 * Simple but Tough-to-Beat Baseline for Sentence Embeddings", 2017); each token gets the groups of similar words that it
 * is in. For a language without vectors it adds nothing, with a notice.
 *
 * Options: `weight` (0.8): length of the text's vector, where the other featurizers' have 1.
 */
class WordVectorsFeaturizer implements Component {
  constructor(
    private readonly vectors: WordVectors | null,
    private readonly saved: Saved | null,
  ) {}

  process(message: Message): void {
    if (!this.vectors || !this.saved) return;
    const sum = new Float64Array(this.vectors.dimension);
    for (const token of message.tokens) {
      for (const cluster of this.vectors.clustersOf(token.corrected)) token.features.push(`cluster:${cluster}`);
      const rank = this.vectors.rankOf(token.corrected);
      if (rank !== undefined) this.vectors.addTo(sum, rank, (rank + 10) / (rank + 10 + HALF_WEIGHT_RANK));
    }
    let squares = 0;
    for (let at = 0; at < sum.length; at++) squares += sum[at]! ** 2;
    const scale = this.saved.weight / (Math.sqrt(squares) || 1);
    const scaled = new Float32Array(sum.length);
    for (let at = 0; at < sum.length; at++) scaled[at] = sum[at]! * scale;
    message.features.push(denseBlock(scaled));
  }

  save(): State {
    return this.saved;
  }
}

export const wordVectorsFeaturizer: ComponentType = {
  names: ['WordVectorsFeaturizer'],
  role: 'featurizer',
  needs: ['tokenizer'],
  async train(training, options) {
    const { language } = training.nlu;
    const weight = options.number('weight', 0.8, { min: 0, max: 10 });
    const vectors = await training.pretrained.wordVectors(language);
    if (vectors) return new WordVectorsFeaturizer(vectors, { reference: { language, id: vectors.id }, weight });
    training.notice(`${options.component}: there are no word vectors for the language ${language}; it adds nothing.`);
    return new WordVectorsFeaturizer(null, null);
  },
  async load(state, pretrained) {
    const saved = state as Saved | null;
    if (!saved) return new WordVectorsFeaturizer(null, null);
    return new WordVectorsFeaturizer(await sameWordVectors(pretrained, saved.reference), saved);
  },
};
