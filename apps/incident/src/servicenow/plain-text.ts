/** Sizes of ServiceNow's columns, in characters. */
export const MAX_TITLE = 160;
export const MAX_TEXT = 4_000;

/** A text as a column of so many characters can hold it: no control characters but line breaks and tabs. */
export function fitted(text: string, max: number): string {
  const plain = text.replace(/\r\n?/g, '\n').replace(/(?![\n\t])\p{Cc}/gu, '');
  if (plain.length <= max) return plain;
  // A cut must not go through a character outside the basic plane.
  return `${plain.slice(0, max - 1).replace(/[\uD800-\uDBFF]$/, '')}…`;
}

/**
 * A text for a journal, where it says who wrote it: our account is its author otherwise. Journals show what stands
 * within `[code]` as HTML, so that mark is broken.
 */
export const journalText = (author: string, text: string): string =>
  fitted(`${signature(author)}${text.replace(/\[(?=\s*\/?\s*code\b)/gi, '[ ')}`, MAX_TEXT);

const signature = (author: string) =>
  `[via chat, ${fitted(author, 80)
    .replace(/[[\]\n\t]/g, ' ')
    .trim()}] `;

const SIGNED = /^\[via chat, [^\]\n]{0,80}\] /;

/** Whether `journalText` made it. */
export const isSigned = (text: string): boolean => SIGNED.test(text);

/** What `journalText` was given, as far as that is still to be seen. */
export const asWritten = (text: string): string => text.replace(SIGNED, '').replace(/\[ (?=\s*\/?\s*code\b)/gi, '[');

/** A piece of HTML as the text that it shows, on one line. */
export const textOfHtml = (html: string): string =>
  html
    .replace(/<[^>]*>/g, ' ')
    .replace(/&(amp|lt|gt|quot|#39|nbsp);/g, (_, name: string) => ENTITIES[name] ?? ' ')
    .replace(/[\s\p{Cc}]+/gu, ' ')
    .trim();

const ENTITIES: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'", nbsp: ' ' };
