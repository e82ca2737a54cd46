/** What stands in front of the table's file, as JSON after its length in four bytes (little endian). */
interface Header {
  id: string;
  words: number;
  dimension: number;
  /** What one step of a byte is worth. */
  unit: number;
  /** How many clusters each clustering has, coarse to fine. */
  clusterings: number[];
  /** Bytes of the list of words. */
  wordsLength: number;
}

/**
 * Vectors of the commonest words of a language: words that are used alike lie near each other. The file is a header, the
 * words by falling frequency (UTF-8, one a line), for each clustering the cluster of each word (16 bits), and the vectors
 * (one signed byte a number), all little endian.
 */
export class WordVectors {
  /** Changes whenever the vectors do. */
  readonly id: string;
  readonly dimension: number;
  private readonly unit: number;
  private readonly ranks: Map<string, number>;
  private readonly clusters: { count: number; ofWord: Uint16Array }[];
  private readonly numbers: Int8Array;

  private constructor(
    { id, dimension, unit }: Header,
    words: readonly string[],
    clusters: { count: number; ofWord: Uint16Array }[],
    numbers: Int8Array,
  ) {
    this.id = id;
    this.dimension = dimension;
    this.unit = unit;
    this.ranks = new Map(words.map((word, rank) => [word, rank]));
    this.clusters = clusters;
    this.numbers = numbers;
  }

  static fromBytes(bytes: Buffer): WordVectors {
    let at = 4 + bytes.readUInt32LE(0);
    const header = JSON.parse(bytes.toString('utf8', 4, at)) as Header;
    const take = (length: number): Buffer => bytes.subarray(at, (at += length));
    const words = take(header.wordsLength).toString('utf8').split('\n');
    const clusters = header.clusterings.map((count) => ({
      count,
      // Copied, because an array of 16 bits must begin at an even address.
      ofWord: new Uint16Array(Uint8Array.from(take(2 * header.words)).buffer),
    }));
    return new WordVectors(header, words, clusters, Int8Array.from(take(header.words * header.dimension)));
  }

  has(word: string): boolean {
    return this.ranks.has(word);
  }

  /** 0 for the commonest word. */
  rankOf(word: string): number | undefined {
    return this.ranks.get(word);
  }

  /** The words by falling frequency. */
  words(): Iterable<string> {
    return this.ranks.keys();
  }

  /** Groups of words that the word is in, coarse to fine, such as `256:17`. */
  clustersOf(word: string): string[] {
    const rank = this.ranks.get(word);
    return rank === undefined ? [] : this.clusters.map(({ count, ofWord }) => `${count}:${ofWord[rank]!}`);
  }

  /** Adds `factor` times the vector of the word with this rank to `sum`. */
  addTo(sum: Float64Array, rank: number, factor: number): void {
    const start = rank * this.dimension;
    const scaled = factor * this.unit;
    const [numbers, dimension] = [this.numbers, this.dimension];
    for (let at = 0; at < dimension; at++) sum[at]! += scaled * numbers[start + at]!;
  }
}
