import { type Component, type ComponentType, type Message } from '../../component/component.js';
import { type PretrainedReference, sameWordClasses } from '../../component/pretrained.js';
import { type State } from '../../learning/state.js';
import { type WordClasses } from '../../text/word-classes.js';

/** The outline of a word: letters become x or X, digits 0, runs are shortened: `INC0012` is `X0`, `Wi-Fi` is `Xx-Xx`. */
export const shapeOf = (text: string): string =>
  text
    .slice(0, 32)
    .replace(/\p{Lu}/gu, 'X')
    .replace(/[\p{L}\p{M}]/gu, (letter) => (letter === 'X' ? letter : 'x'))
    .replace(/\p{N}/gu, '0')
    .replace(/(.)\1+/gu, '$1');

/**
 * `LexicalSyntacticFeaturizer`: endings, beginnings and shape of each token, and which classes its word may be of where a
 * table of the language is there; for the entity tagger. No options.
 */
class LexicalSyntacticFeaturizer implements Component {
  constructor(
    private readonly classes: WordClasses | undefined,
    private readonly reference: PretrainedReference | null,
  ) {}

  process(message: Message): void {
    for (const token of message.tokens) {
      const { word } = token;
      token.features.push(`shape:${shapeOf(token.text)}`);
      for (let length = 2; length <= 4 && length < word.length; length++)
        token.features.push(`prefix:${word.slice(0, length)}`, `suffix:${word.slice(-length)}`);
      if (/\p{N}/u.test(word)) token.features.push(`digits:${word.replace(/\p{N}/gu, '0')}`);
      for (const wordClass of this.classes?.of(word) ?? []) token.features.push(`class:${wordClass}`);
    }
  }

  save(): State {
    return this.reference;
  }
}

export const lexicalSyntacticFeaturizer: ComponentType = {
  names: ['LexicalSyntacticFeaturizer'],
  role: 'featurizer',
  needs: ['tokenizer'],
  async train({ nlu: { language }, pretrained }) {
    const classes = await pretrained.wordClasses(language);
    return new LexicalSyntacticFeaturizer(classes, classes ? { language, id: classes.id } : null);
  },
  async load(state, pretrained) {
    const reference = state as PretrainedReference | null;
    return new LexicalSyntacticFeaturizer(
      reference ? await sameWordClasses(pretrained, reference) : undefined,
      reference,
    );
  },
};
