import { normalisedText } from './normalised-text.js';

/** Earlier texts that one is compared with at most, which bounds the time whatever the texts. */
const MAX_CANDIDATES = 200;

export interface NearDuplicate {
  /** Positions in the list of texts; `first` is the earlier one. */
  first: number;
  second: number;
  /** Jaccard similarity of their trigrams of characters; 1 for the same normalised text. */
  similarity: number;
}

/**
 * Finds for each text the first one before it that says the same or almost the same. Texts that are like an earlier one
 * are not compared with later ones, so a cluster gives one pair for each further member.
 *
 * Prefix filtering (Chaudhuri et al., ICDE 2006; Bayardo et al., WWW 2007): when two sets overlap by `threshold`, they
 * share one of the few rarest elements of each; so only texts with a rare trigram in common are compared, and the time
 * grows nearly with the number of texts.
 */
export function nearDuplicates(texts: readonly string[], threshold = 0.9): NearDuplicate[] {
  const normalised = texts.map(normalisedText);
  const sets = rareFirst(normalised.map(trigrams));
  const found: NearDuplicate[] = [];
  const exact = new Map<string, number>();
  const byTrigram = new Map<string, number[]>();
  for (const [second, set] of sets.entries()) {
    const same = exact.get(normalised[second]!);
    if (same !== undefined) {
      found.push({ first: same, second, similarity: 1 });
      continue;
    }
    exact.set(normalised[second]!, second);
    const prefix = set.slice(0, set.length - Math.ceil(threshold * set.length) + 1);
    const match = firstSimilar(set, candidatesOf(prefix, byTrigram), sets, threshold);
    if (match) {
      found.push({ ...match, second });
      continue;
    }
    for (const trigram of prefix) {
      const rows = byTrigram.get(trigram);
      if (rows) rows.push(second);
      else byTrigram.set(trigram, [second]);
    }
  }
  return found;
}

function candidatesOf(prefix: readonly string[], byTrigram: ReadonlyMap<string, number[]>): Set<number> {
  const candidates = new Set<number>();
  for (const trigram of prefix)
    for (const row of byTrigram.get(trigram) ?? []) {
      if (candidates.size >= MAX_CANDIDATES) return candidates;
      candidates.add(row);
    }
  return candidates;
}

function firstSimilar(
  set: readonly string[],
  candidates: ReadonlySet<number>,
  sets: readonly string[][],
  threshold: number,
): Pick<NearDuplicate, 'first' | 'similarity'> | undefined {
  const members = new Set(set);
  for (const first of [...candidates].sort((a, b) => a - b)) {
    const other = sets[first]!;
    if (Math.min(other.length, set.length) < threshold * Math.max(other.length, set.length)) continue;
    const shared = other.filter((trigram) => members.has(trigram)).length;
    const similarity = shared / (set.length + other.length - shared);
    if (similarity >= threshold) return { first, similarity };
  }
  return undefined;
}

/** With the text's edges, so that the shortest text has some. */
function trigrams(text: string): string[] {
  const padded = `  ${text} `;
  return [...new Set(Array.from({ length: padded.length - 2 }, (_, at) => padded.slice(at, at + 3)))];
}

function rareFirst(sets: string[][]): string[][] {
  const frequency = new Map<string, number>();
  for (const set of sets) for (const trigram of set) frequency.set(trigram, (frequency.get(trigram) ?? 0) + 1);
  const compare = (a: string, b: string) => frequency.get(a)! - frequency.get(b)! || (a < b ? -1 : 1);
  return sets.map((set) => set.sort(compare));
}
