import { byPattern, type Recognizer } from './recognizer.js';

/** Mail addresses as people write them; the value is the address as written. */
export const email: Recognizer = byPattern(
  /(?<![\p{L}\p{N}._%+'-])[\p{L}\p{N}_][\p{L}\p{N}._%+'-]{0,63}@(?:[\p{L}\p{N}](?:[\p{L}\p{N}-]{0,61}[\p{L}\p{N}])?\.){1,8}\p{L}{2,24}(?![\p{L}\p{N}@])/gu,
  (text) => ({ value: text }),
);

/** Web addresses with a scheme or a leading `www.`; the value also names the domain. */
export const url: Recognizer = byPattern(
  /(?<![\p{L}\p{N}])(?:https?:\/\/|www\.)[^\s<>"'()]{1,2000}(?<![.,;:!?])/giu,
  (text) => {
    const domain = /^(?:https?:\/\/)?(?:www\.)?([^/:?#]+)/i.exec(text)?.[1];
    return domain === undefined ? undefined : { value: text, domain: domain.toLowerCase() };
  },
);

/** Telephone numbers of 7 to 15 digits, with a country code or at least one separator; the value keeps `+` and digits. */
export const phoneNumber: Recognizer = byPattern(
  /(?<![\p{L}\p{N}.+/-])(?:\+|00)?(?:\(\d{1,5}\)|\d{1,5})(?:[ ./-]{0,2}(?:\(\d{1,5}\)|\d{1,6})){1,7}(?![\p{L}\p{N}])/gu,
  (text) => {
    const digits = text.replace(/\D/g, '');
    const looksLikeOne = /^(?:\+|0)|[ ()/-]/.test(text);
    if (!looksLikeOne || digits.length < 7 || digits.length > 15 || /^\d{4}-\d{2}-\d{2}$/.test(text)) return undefined;
    return { value: (text.startsWith('+') ? '+' : '') + digits };
  },
);
