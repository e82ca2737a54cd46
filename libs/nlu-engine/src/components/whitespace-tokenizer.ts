import { type Component, type ComponentType, type Message, type State } from '../component.js';
import { SpellingCorrector } from '../text/spelling.js';
import { normalise, tokenize } from '../text/tokens.js';

/**
 * `WhitespaceTokenizer`: cuts the text into words and prepares each for comparison. It learns the words of the training
 * data and offers the classifier a spelling-corrected copy of unknown ones.
 *
 * Options: `spelling_correction` (true).
 */
class WhitespaceTokenizer implements Component {
  readonly #corrector: SpellingCorrector | undefined;

  /** @param frequencies words and how often they are seen; null: no correction. */
  constructor(private readonly frequencies: [words: string[], counts: Int32Array] | null) {
    if (!frequencies) return;
    const [words, counts] = frequencies;
    this.#corrector = new SpellingCorrector(new Map(words.map((word, index) => [word, counts[index]!])));
  }

  process(message: Message): void {
    message.tokens = tokenize(message.text);
    if (!this.#corrector) return;
    for (const token of message.tokens) token.corrected = this.#corrector.correct(token.word);
  }

  save(): State {
    return this.frequencies;
  }
}

export const whitespaceTokenizer: ComponentType = {
  names: ['WhitespaceTokenizer'],
  role: 'tokenizer',
  needs: [],
  train(training, options) {
    if (!options.boolean('spelling_correction', true)) return new WhitespaceTokenizer(null);
    const counts = new Map<string, number>();
    for (const { elements } of training.nlu.lookups)
      for (const element of elements) for (const { word } of tokenize(element)) counts.set(word, 0);
    for (const { surface, value } of training.nlu.synonyms)
      for (const word of [surface, value].flatMap((text) => text.split(/\s+/))) counts.set(normalise(word), 0);
    for (const { text } of training.messages)
      for (const { word } of tokenize(text)) counts.set(word, (counts.get(word) ?? 0) + 1);
    return new WhitespaceTokenizer([[...counts.keys()], Int32Array.from(counts.values())]);
  },
  load: (state) => new WhitespaceTokenizer(state as [string[], Int32Array] | null),
};
