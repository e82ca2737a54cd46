import { type Component, type ComponentType, type Message } from '../../component/component.js';
import { type State } from '../../learning/state.js';
import { normalise, tokenize } from '../../text/tokens.js';

const phraseOf = (text: string, isCaseSensitive: boolean): string =>
  ` ${tokenize(text)
    .map((token) => (isCaseSensitive ? token.text : normalise(token.text)))
    .join(' ')} `;

interface Saved {
  [key: string]: State;
  isCaseSensitive: boolean;
  keywords: [phrase: string, intent: string][];
}

/**
 * `KeywordIntentClassifier`: the intent of the first training example that the text contains as whole words, with
 * confidence 1. A text without a keyword keeps the intent it had.
 *
 * Options: `case_sensitive` (true).
 */
class KeywordIntentClassifier implements Component {
  constructor(private readonly saved: Saved) {}

  process(message: Message): void {
    const text = phraseOf(message.text, this.saved.isCaseSensitive);
    const found = this.saved.keywords.find(([phrase]) => text.includes(phrase));
    if (!found) return;
    message.intent = { name: found[1], confidence: 1 };
    message.ranking = [message.intent];
  }

  save(): State {
    return this.saved;
  }
}

export const keywordIntentClassifier: ComponentType = {
  names: ['KeywordIntentClassifier'],
  role: 'classifier',
  needs: [],
  train({ messages }, options) {
    const isCaseSensitive = options.boolean('case_sensitive', true);
    const keywords = messages
      .map(({ text, label }): [string, string] => [phraseOf(text, isCaseSensitive), label])
      .filter(([phrase]) => phrase.trim() !== '');
    return new KeywordIntentClassifier({ isCaseSensitive, keywords });
  },
  load: (state) => new KeywordIntentClassifier(state as Saved),
};
