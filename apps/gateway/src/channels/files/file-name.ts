/** Maximum length of a file name, in UTF-16 code units. */
const MAX_NAME_LENGTH = 200;

// Control characters, and direction marks, which can make an extension look like another one.
const HIDDEN = /[\p{Cc}\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;
const ENDING = /\.[^.]{1,20}$/;

/**
 * The name of a file from the header `X-File-Name`.
 * @param header percent-encoded UTF-8
 * @returns the name without folders and invisible characters, shortened to 200 characters before its extension;
 *   undefined when nothing is left
 */
export function fileNameOf(header: string | undefined): string | undefined {
  const [, name = ''] = /([^/\\]*)$/.exec(decoded(header)) ?? [];
  const visible = name.replaceAll(HIDDEN, '').trim();
  return /[^.]/.test(visible) ? shortened(visible) : undefined;
}

function decoded(header = ''): string {
  try {
    return decodeURIComponent(header);
  } catch {
    return '';
  }
}

function shortened(name: string): string {
  if (name.length <= MAX_NAME_LENGTH) return name;
  const [ending = ''] = ENDING.exec(name) ?? [];
  const start = name.slice(0, MAX_NAME_LENGTH - ending.length);
  // The cut may have gone through a character outside the basic plane.
  return start.replace(/[\ud800-\udbff]$/, '').trimEnd() + ending;
}
