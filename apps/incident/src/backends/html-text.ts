const NAMED: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: ' ' };

/** HTML without its tags, each of which is replaced by `instead`. */
export const withoutTags = (html: string, instead: string): string => html.replace(/<[^>]*>/g, instead);

/** HTML's references to characters as these characters. A name that is not known stays as it is. */
export const withCharacters = (html: string): string =>
  html.replace(
    /&(?:#(\d{1,7})|#x([\da-f]{1,6})|(\w{1,10}));/gi,
    (whole, decimal?: string, hex?: string, name?: string) =>
      name !== undefined ? (NAMED[name] ?? whole) : characterOf(Number(decimal ?? `0x${hex}`)),
  );

/** A text whose runs of white space and control characters are one space each. */
export const onOneLine = (text: string): string => text.replace(/[\s\p{Cc}]+/gu, ' ');

const characterOf = (code: number): string =>
  code >= 32 && code <= 0x10ffff && !(code >= 0xd800 && code <= 0xdfff) ? String.fromCodePoint(code) : ' ';
