import { onOneLine, withCharacters, withoutTags } from '../../html-text.js';
import { fitted, signature } from '../../signed-text.js';

/** Size of RT's subject column, in characters. */
export const MAX_TITLE = 200;
/** RT accepts more, but nobody reads it. */
export const MAX_TEXT = 100_000;

/** A message that names its author, because RT shows our account as the author. */
export const signed = (author: string, text: string): string => fitted(`${signature(author)}${text}`, MAX_TEXT);

/** The text that an HTML message shows. RT's editor writes HTML. */
export function textOfHtml(html: string): string {
  const unseen = /<(style|script|head)\b[^>]*>[\s\S]*?<\/\1\s*>|<!--[\s\S]*?-->/gi;
  const lines = onOneLine(html.replace(unseen, ''))
    .replace(/ ?<br\b[^>]*> ?/gi, '\n')
    .replace(/ ?<\/?(p|div|blockquote|ul|ol|table|h[1-6]|pre)\b[^>]*> ?/gi, '\n\n')
    .replace(/ ?<(li|tr)\b[^>]*> ?/gi, '\n');
  return withCharacters(withoutTags(lines, ''))
    .replace(/\n{3,}/g, '\n\n')
    .trim();
}
