import { onOneLine, withCharacters, withoutTags } from '../../html-text.js';
import { fitted, signature, unsigned } from '../../signed-text.js';

/** Sizes of ServiceNow's columns, in characters. */
export const MAX_TITLE = 160;
export const MAX_TEXT = 4_000;

/**
 * A text for a journal, where it says who wrote it: our account is its author otherwise. Journals show what stands
 * within `[code]` as HTML, so that mark is broken.
 */
export const journalText = (author: string, text: string): string =>
  fitted(`${signature(author)}${text.replace(/\[(?=\s*\/?\s*code\b)/gi, '[ ')}`, MAX_TEXT);

/** What `journalText` was given, as far as that is still to be seen. */
export const asWritten = (text: string): string => unsigned(text).replace(/\[ (?=\s*\/?\s*code\b)/gi, '[');

/** A piece of HTML as the text that it shows, on one line. */
export const textOfHtml = (html: string): string => onOneLine(withCharacters(withoutTags(html, ' '))).trim();
