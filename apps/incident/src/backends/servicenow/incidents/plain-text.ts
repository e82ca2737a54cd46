import { onOneLine, withCharacters, withoutTags } from '../../html-text.js';
import { fitted, signature, unsigned } from '../../signed-text.js';

/** Sizes of ServiceNow's columns, in characters. */
export const MAX_TITLE = 160;
export const MAX_TEXT = 4_000;

/**
 * A journal text that names its author, because our account is the author otherwise. Journals show text within
 * `[code]` as HTML, so that mark is broken up.
 */
export const journalText = (author: string, text: string): string =>
  fitted(`${signature(author)}${text.replace(/\[(?=\s*\/?\s*code\b)/gi, '[ ')}`, MAX_TEXT);

/** The text that `journalText` was given, as far as it can still be recovered. */
export const asWritten = (text: string): string => unsigned(text).replace(/\[ (?=\s*\/?\s*code\b)/gi, '[');

/** The text that a piece of HTML shows, on one line. */
export const textOfHtml = (html: string): string => onOneLine(withCharacters(withoutTags(html, ' '))).trim();
