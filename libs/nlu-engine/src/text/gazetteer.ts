import { type Token, tokenize } from './tokens.js';
import { type Span } from './bounded-pattern.js';

const MAX_PHRASE_TOKENS = 12;

/** Finds the phrases of a list in a tokenized text, whole words only, ignoring case; the longest wins. */
export class Gazetteer {
  private readonly phrases = new Set<string>();
  private longest = 0;

  constructor(readonly elements: readonly string[]) {
    for (const element of elements) {
      const words = tokenize(element).map((token) => token.word);
      if (words.length === 0 || words.length > MAX_PHRASE_TOKENS) continue;
      this.phrases.add(words.join(' '));
      this.longest = Math.max(this.longest, words.length);
    }
  }

  /** Spans in the text and, as `first` and `last`, in the tokens. */
  findAll(tokens: readonly Token[]): (Span & { first: number; last: number })[] {
    const found: (Span & { first: number; last: number })[] = [];
    for (let first = 0; first < tokens.length; first++) {
      for (let length = Math.min(this.longest, tokens.length - first); length > 0; length--) {
        const phrase = tokens.slice(first, first + length).map((token) => token.word);
        if (!this.phrases.has(phrase.join(' '))) continue;
        const last = first + length - 1;
        found.push({ start: tokens[first]!.start, end: tokens[last]!.end, first, last });
        first = last;
        break;
      }
    }
    return found;
  }
}
