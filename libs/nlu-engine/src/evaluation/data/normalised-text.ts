/** A text as far as repetitions are concerned: case, marks of punctuation and spacing do not count. */
export function normalisedText(text: string): string {
  const folded = text.normalize('NFKC').toLowerCase().trim();
  const words = folded
    .replace(/['’]/g, '')
    .replace(/[.,;:!?"“”()[\]…\s]+/g, ' ')
    .trim();
  // Of nothing but marks, the marks are what is said.
  return words === '' ? folded : words;
}
