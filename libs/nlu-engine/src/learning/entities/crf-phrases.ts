import { type State } from '../state.js';
import { type Token } from '../../text/tokens.js';

/** An entity by its tokens, `last` inclusive. */
export interface TokenSpan {
  type: number;
  first: number;
  last: number;
}

interface Saved {
  [key: string]: State;
  phrases: string[];
  /** Types of phrase `p` lie from `starts[p]` to `starts[p + 1]`. */
  starts: Int32Array;
  types: Uint16Array;
}

const LONGEST_PHRASE = 6;
/** Before a single word of a longer phrase; no word has a blank. */
const PART = ' ';

/**
 * The annotated phrases of the training data and the words of longer ones, as features for the tagger: where a text has
 * them, it may mean the same. A sentence in training must not find its own annotations, it would learn to trust the list
 * only: take them out while its features are asked for.
 */
export class KnownPhrases {
  private readonly counts = new Map<string, Map<number, number>>();

  add(tokens: readonly Token[], spans: readonly TokenSpan[]): void {
    this.count(tokens, spans, 1);
  }

  remove(tokens: readonly Token[], spans: readonly TokenSpan[]): void {
    this.count(tokens, spans, -1);
  }

  /** For each token, where in which phrases of which entity types it stands. */
  featuresOf(tokens: readonly Token[]): string[][] {
    const found = tokens.map(() => new Set<string>());
    for (let first = 0; first < tokens.length; first++) {
      for (const type of this.counts.get(PART + tokens[first]!.word)?.keys() ?? []) found[first]!.add(`part:${type}`);
      let phrase = '';
      for (let last = first; last < Math.min(tokens.length, first + LONGEST_PHRASE); last++) {
        phrase += (last > first ? ' ' : '') + tokens[last]!.word;
        const size = Math.min(last - first + 1, 3);
        for (const type of this.counts.get(phrase)?.keys() ?? []) {
          for (let at = first; at <= last; at++)
            found[at]!.add(`known:${at === first ? 'B' : 'I'}${at === last ? 'E' : ''}${size}:${type}`);
          found[last + 1]?.add(`known:after${size}:${type}`);
        }
      }
    }
    return found.map((features) => [...features]);
  }

  save(): State {
    const entries = [...this.counts];
    const starts = new Int32Array(entries.length + 1);
    entries.forEach(([, types], at) => (starts[at + 1] = starts[at]! + types.size));
    const types = Uint16Array.from(entries.flatMap(([, counts]) => [...counts.keys()]));
    return { phrases: entries.map(([phrase]) => phrase), starts, types } satisfies Saved;
  }

  static load(state: State | undefined): KnownPhrases {
    const { phrases, starts, types } = state as Saved;
    const known = new KnownPhrases();
    phrases.forEach((phrase, at) =>
      known.counts.set(phrase, new Map(Array.from(types.subarray(starts[at], starts[at + 1]), (type) => [type, 1]))),
    );
    return known;
  }

  private count(tokens: readonly Token[], spans: readonly TokenSpan[], by: number): void {
    for (const { type, first, last } of spans) {
      const words = tokens.slice(first, last + 1).map((token) => token.word);
      if (words.length <= LONGEST_PHRASE) this.countOne(words.join(' '), type, by);
      if (words.length > 1) for (const word of words) this.countOne(PART + word, type, by);
    }
  }

  private countOne(phrase: string, type: number, by: number): void {
    const types = this.counts.get(phrase) ?? new Map<number, number>();
    this.counts.set(phrase, types);
    const count = (types.get(type) ?? 0) + by;
    if (count > 0) types.set(type, count);
    else types.delete(type);
    if (types.size === 0) this.counts.delete(phrase);
  }
}
