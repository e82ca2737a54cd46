const SHORTEST = 3;
/** Words with the same first letters count as equal: "printer", "printers", "printing". */
const STEM = 5;

/** Words that do not identify a problem. */
const SAYS_NOTHING = new Set(
  (
    'about add again all and another any are but can cannot case cases check close comment could current did does doing done escalate for from ' +
    'get give has have how incident incidents issue issues its just know last latest like look mine more much my new ' +
    'not note now old one ones open opened other our out please problem problems progress recent reopen report reported reports ' +
    'request requests see she show some something state status still tell that the their them then there these they ' +
    'this those ticket tickets trouble update updates want was were what when where which who why will with work ' +
    'working would yet you your afternoon always day days evening friday hour hours minute minutes monday month morning ' +
    'never night often saturday since sunday thursday time times today tuesday wednesday week weeks yesterday'
  )
    .split(' ')
    .map((word) => word.slice(0, STEM)),
);

/** The share of the question's words in a text, from 0 (none) to 1 (all). Ignores case and word endings. */
export function relevance(question: string, text: string): number {
  const asked = [...stems(question)];
  if (asked.length === 0) return 0;
  const present = stems(text);
  return asked.filter((stem) => present.has(stem)).length / asked.length;
}

function stems(text: string): Set<string> {
  const words =
    text
      .normalize('NFKC')
      .toLowerCase()
      .match(/[\p{L}\p{N}]+/gu) ?? [];
  const found = words.filter((word) => word.length >= SHORTEST).map((word) => word.slice(0, STEM));
  return new Set(found.filter((stem) => !SAYS_NOTHING.has(stem)));
}

/** Whether a text contains a word that identifies a problem. */
export const saysSomething = (text: string): boolean => stems(text).size > 0;
