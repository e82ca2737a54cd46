const NAMED: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: ' ' };

/** HTML with each tag replaced by `instead`. */
export const withoutTags = (html: string, instead: string): string => html.replace(/<[^>]*>/g, instead);

/** Replaces HTML character references by the characters. Unknown references stay unchanged. */
export const withCharacters = (html: string): string =>
  html.replace(
    /&(?:#(\d{1,7})|#x([\da-f]{1,6})|(\w{1,10}));/gi,
    (whole, decimal?: string, hex?: string, name?: string) =>
      name !== undefined ? (NAMED[name] ?? whole) : characterOf(Number(decimal ?? `0x${hex}`)),
  );

/** Collapses every run of white space and control characters into one space. */
export const onOneLine = (text: string): string => text.replace(/[\s\p{Cc}]+/gu, ' ');

const characterOf = (code: number): string =>
  code >= 32 && code <= 0x10ffff && !(code >= 0xd800 && code <= 0xdfff) ? String.fromCodePoint(code) : ' ';
