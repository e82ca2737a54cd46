import { fitted, signature } from '../../signed-text.js';

/** RT's column of subjects holds so many characters. */
export const MAX_TITLE = 200;
/** RT takes more, but nobody reads it. */
export const MAX_TEXT = 100_000;

/** A message that says who wrote it: to RT, our account did. */
export const signed = (author: string, text: string): string => fitted(`${signature(author)}${text}`, MAX_TEXT);

/** An HTML message, which RT's editor writes, as the text that it shows. */
export function textOfHtml(html: string): string {
  return html
    .replace(/<(style|script|head)\b[^>]*>[\s\S]*?<\/\1\s*>|<!--[\s\S]*?-->/gi, '')
    .replace(/[\s\p{Cc}]+/gu, ' ')
    .replace(/ ?<br\b[^>]*> ?/gi, '\n')
    .replace(/ ?<\/?(p|div|blockquote|ul|ol|table|h[1-6]|pre)\b[^>]*> ?/gi, '\n\n')
    .replace(/ ?<(li|tr)\b[^>]*> ?/gi, '\n')
    .replace(/<[^>]*>/g, '')
    .replace(
      /&(?:#(\d{1,7})|#x([\da-f]{1,6})|(\w{1,10}));/gi,
      (whole, decimal?: string, hex?: string, name?: string) =>
        name !== undefined ? (ENTITIES[name] ?? whole) : characterOf(Number(decimal ?? `0x${hex}`)),
    )
    .replace(/\n{3,}/g, '\n\n')
    .trim();
}

const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: ' ' };

const characterOf = (code: number) =>
  code >= 32 && code <= 0x10ffff && !(code >= 0xd800 && code <= 0xdfff) ? String.fromCodePoint(code) : ' ';
