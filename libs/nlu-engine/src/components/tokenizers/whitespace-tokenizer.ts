import { type Component, type ComponentType, type Message } from '../../component/component.js';
import { type State } from '../../learning/state.js';
import { type PretrainedReference, sameWordVectors } from '../../component/pretrained.js';
import { SpellingCorrector } from '../../text/spelling.js';
import { normalise, tokenize } from '../../text/tokens.js';
import { type WordVectors } from '../../text/word-vectors.js';

interface Saved {
  [key: string]: State;
  words: string[];
  /** How often each is seen. */
  counts: Int32Array;
  /** Where the words of the language are known from. */
  vectors: PretrainedReference | null;
}

/**
 * `WhitespaceTokenizer`: cuts the text into words and prepares each for comparison. It learns the words of the training
 * data and offers the classifier a spelling-corrected copy of unknown ones. Where there are word vectors for the language,
 * their words are right as they are.
 *
 * Options: `spelling_correction` (true).
 */
class WhitespaceTokenizer implements Component {
  private readonly corrector: SpellingCorrector | undefined;

  /** @param saved null: no correction. */
  constructor(
    private readonly saved: Saved | null,
    vectors?: WordVectors,
  ) {
    if (!saved) return;
    const { words, counts } = saved;
    const frequencies = new Map(words.map((word, index) => [word, counts[index]!]));
    this.corrector = new SpellingCorrector(frequencies, (word) => vectors?.has(word) ?? false);
  }

  process(message: Message): void {
    message.tokens = tokenize(message.text);
    if (!this.corrector) return;
    for (const token of message.tokens) token.corrected = this.corrector.correct(token.word);
  }

  save(): State {
    return this.saved;
  }
}

export const whitespaceTokenizer: ComponentType = {
  names: ['WhitespaceTokenizer'],
  role: 'tokenizer',
  needs: [],
  async train({ nlu, messages, pretrained }, options) {
    if (!options.boolean('spelling_correction', true)) return new WhitespaceTokenizer(null);
    const frequencies = new Map<string, number>();
    for (const { elements } of nlu.lookups)
      for (const element of elements) for (const { word } of tokenize(element)) frequencies.set(word, 0);
    for (const { surface, value } of nlu.synonyms)
      for (const word of [surface, value].flatMap((text) => text.split(/\s+/))) frequencies.set(normalise(word), 0);
    for (const { text } of messages)
      for (const { word } of tokenize(text)) frequencies.set(word, (frequencies.get(word) ?? 0) + 1);
    const { language } = nlu;
    const vectors = await pretrained.wordVectors(language);
    return new WhitespaceTokenizer(
      {
        words: [...frequencies.keys()],
        counts: Int32Array.from(frequencies.values()),
        vectors: vectors ? { language, id: vectors.id } : null,
      },
      vectors,
    );
  },
  async load(state, pretrained) {
    const saved = state as Saved | null;
    if (!saved?.vectors) return new WhitespaceTokenizer(saved);
    return new WhitespaceTokenizer(saved, await sameWordVectors(pretrained, saved.vectors));
  },
};
