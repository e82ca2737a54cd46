/** A text without control characters except line breaks and tabs, cut to at most `max` UTF-16 code units. */
export function fitted(text: string, max: number): string {
  const plain = text.replace(/\r\n?/g, '\n').replace(/(?![\n\t])\p{Cc}/gu, '');
  if (plain.length <= max) return plain;
  // The cut must not split a surrogate pair.
  return `${plain.slice(0, max - 1).replace(/[\uD800-\uDBFF]$/, '')}…`;
}

/** The prefix that names the author of a text that our account adds to an incident. */
export const signature = (author: string): string =>
  `[via chat, ${fitted(author, 80)
    .replace(/[[\]\n\t]/g, ' ')
    .trim()}] `;

const SIGNED = /^\[via chat, [^\]\n]{0,80}\] /;

/** Whether a text begins with a signature. */
export const isSigned = (text: string): boolean => SIGNED.test(text);

/** A text without its signature. */
export const unsigned = (text: string): string => text.replace(SIGNED, '');
