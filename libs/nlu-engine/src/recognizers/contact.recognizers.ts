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

/** Lengths of country codes: those of one and two digits; all others have three (ITU-T E.164). */
const COUNTRY_CODE = /^(?:[17]|2[07]|3[0-469]|4[013-9]|5[1-8]|6[0-6]|8[1246]|9[0-58]|\d{3})/;
const DATE = /^(?:\d{1,2}([./-])\d{1,2}\1\d{2}(?:\d{2})?(?!\d)|\d{4}-\d{2}-\d{2}(?!\d))/;
/** Without a prefix, only the North American shape is a telephone number and not a row of numbers. */
const NORTH_AMERICAN = /^(?:\(\d{3}\) ?|\d{3}[ .-])?\d{3}[ .-]\d{4}$/;

/**
 * Telephone numbers of 7 to 15 digits that begin with `+`, `00` or `0` or have the North American shape. The value is
 * Duckling's: `(+49) 301234567 ext 12`, without a country code the digits only.
 */
export const phoneNumber: Recognizer = byPattern(
  /(?<![\p{L}\p{N}_.:+/-])(?:\(\+?\d{1,5}\)|\+?\d{1,15})(?:[ ./-]?\(\d{1,5}\)[ ./-]?\d{1,12}|[ ./-]\d{1,12}){0,7}(?: ?(?:x|ext\.?|extension|Durchwahl|DW) ?\d{1,6})?(?![\p{L}\p{N}_@]|[.:,]\d)/giu,
  (text) => {
    const [, number = '', extension] = /^([\d ()./+-]+?)(?: ?[a-z]+\.? ?(\d+))?$/i.exec(text) ?? [];
    const isInternational = /^\(?(?:\+|00)/.test(number);
    const digits = number.replace(isInternational ? /\(0\)|\D/g : /\D/g, '').replace(/^00/, '');
    const hasTrunkPrefix = /^\(?0[1-9]/.test(number) && digits.length >= (/\D/.test(number) ? 7 : 9);
    if (digits.length < 7 || digits.length > 15 || DATE.test(number)) return undefined;
    if (!isInternational && !hasTrunkPrefix && !NORTH_AMERICAN.test(number)) return undefined;
    const code = isInternational ? (COUNTRY_CODE.exec(digits)?.[0] ?? '') : '';
    const prefix = code && `(+${code}) `;
    return { value: `${prefix}${digits.slice(code.length)}${extension === undefined ? '' : ` ext ${extension}`}` };
  },
);
