/** A text with no control characters but line breaks and tabs, cut where it is longer than `max` UTF-16 code units. */
export function fitted(text: string, max: number): string {
  const plain = text.replace(/\r\n?/g, '\n').replace(/(?![\n\t])\p{Cc}/gu, '');
  if (plain.length <= max) return plain;
  // A cut must not go through a character outside the basic plane.
  return `${plain.slice(0, max - 1).replace(/[\uD800-\uDBFF]$/, '')}…`;
}

/** Says who wrote a text that our account adds to an incident; a text begins with it. */
export const signature = (author: string): string =>
  `[via chat, ${fitted(author, 80)
    .replace(/[[\]\n\t]/g, ' ')
    .trim()}] `;

const SIGNED = /^\[via chat, [^\]\n]{0,80}\] /;

/** Whether a text begins with a signature. */
export const isSigned = (text: string): boolean => SIGNED.test(text);

/** A text without the signature that it began with. */
export const unsigned = (text: string): string => text.replace(SIGNED, '');
