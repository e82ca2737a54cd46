const MIN_LENGTH = 4;
const LONG_WORD = 7;
/** Only the first characters are indexed with deletions, which bounds the index (SymSpell's prefix length). */
const PREFIX = 7;
const LETTERS = /^[\p{L}\p{M}'-]+$/u;

const allowedDistance = (word: string): number => (word.length >= LONG_WORD ? 2 : word.length >= MIN_LENGTH ? 1 : 0);

/**
 * Maps unknown words to the nearest known word, by symmetric deletion (the SymSpell algorithm of Wolf Garbe): one edit
 * in words of four to six letters, two from seven. An edit inserts, drops, replaces or swaps neighbouring characters.
 * Known words are never changed, nor words of the language; of equally near words the more frequent wins, then the alphabetically first.
 */
export class SpellingCorrector {
  private readonly index = new Map<string, string[]>();

  /**
   * @param frequencies how often each word is seen; words with 0 are known but nobody is corrected to them.
   * @param isOfTheLanguage whether a word that was not seen is right all the same.
   */
  constructor(
    private readonly frequencies: ReadonlyMap<string, number>,
    private readonly isOfTheLanguage: (word: string) => boolean = () => false,
  ) {
    for (const [word, frequency] of frequencies) {
      if (frequency === 0 || word.length < MIN_LENGTH || !LETTERS.test(word)) continue;
      for (const key of deletions(word, 2)) {
        const words = this.index.get(key);
        if (words) words.push(word);
        else this.index.set(key, [word]);
      }
    }
  }

  correct(word: string): string {
    const limit = allowedDistance(word);
    if (limit === 0 || this.frequencies.has(word) || this.isOfTheLanguage(word) || !LETTERS.test(word)) return word;
    let best = word;
    let bestDistance = limit + 1;
    const seen = new Set<string>();
    for (const key of deletions(word, limit)) {
      for (const candidate of this.index.get(key) ?? []) {
        if (seen.has(candidate) || Math.abs(candidate.length - word.length) > limit) continue;
        seen.add(candidate);
        const distance = editDistance(word, candidate);
        if (distance < bestDistance || (distance === bestDistance && this.isPreferred(candidate, best))) {
          best = candidate;
          bestDistance = distance;
        }
      }
    }
    return best;
  }

  private isPreferred(candidate: string, other: string): boolean {
    const difference = (this.frequencies.get(candidate) ?? 0) - (this.frequencies.get(other) ?? 0);
    return difference > 0 || (difference === 0 && candidate < other);
  }
}

function deletions(word: string, distance: number): Set<string> {
  const found = new Set([word.slice(0, PREFIX)]);
  let frontier = [...found];
  for (let round = 0; round < distance; round++) {
    const next: string[] = [];
    for (const text of frontier) {
      for (let at = 0; at < text.length; at++) {
        const shorter = text.slice(0, at) + text.slice(at + 1);
        if (found.has(shorter)) continue;
        found.add(shorter);
        next.push(shorter);
      }
    }
    frontier = next;
  }
  return found;
}

/** Optimal string alignment distance: Levenshtein plus swaps of neighbours. */
export function editDistance(left: string, right: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: right.length + 1 }, (_, column) => column);
  for (let row = 1; row <= left.length; row++) {
    const current = [row];
    for (let column = 1; column <= right.length; column++) {
      const isSame = left[row - 1] === right[column - 1];
      let cost = Math.min(last[column]! + 1, current[column - 1]! + 1, last[column - 1]! + (isSame ? 0 : 1));
      if (row > 1 && column > 1 && left[row - 1] === right[column - 2] && left[row - 2] === right[column - 1])
        cost = Math.min(cost, beforeLast[column - 2]! + 1);
      current.push(cost);
    }
    beforeLast = last;
    last = current;
  }
  return last[right.length]!;
}
