/**
 * Which classes words may be of, whatever they mean in a text: `Noun`, `PastTense`, `City`. The table is text: the first
 * line is its identity, each further one classes, divided by blanks, a tab, and the words that are of just these.
 */
export class WordClasses {
  /** Changes whenever the table does. */
  readonly id: string;
  private readonly classes = new Map<string, readonly string[]>();

  constructor(table: string) {
    const [id, ...lines] = table.trimEnd().split('\n');
    this.id = id!;
    for (const line of lines) {
      const [classes, words] = line.split('\t') as [string, string];
      const shared = classes.split(' ');
      for (const word of words.split(' ')) this.classes.set(word, shared);
    }
  }

  /** The classes of a word in lower case; none for one that is not in the table. A possessive (`emily's`) need not be. */
  of(word: string): readonly string[] {
    const known = this.classes.get(word);
    if (known || !word.endsWith("'s")) return known ?? [];
    const owner = this.classes.get(word.slice(0, -2));
    return owner ? [...owner, 'Possessive'] : [];
  }
}
