/** Longest name of a file, in UTF-16 code units. */
const MAX_NAME_LENGTH = 200;

// Besides what cannot be printed: marks that reverse a text, so that an ending could be shown as another.
const HIDDEN = /[\p{Cc}\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;
const ENDING = /\.[^.]{1,20}$/;

/**
 * The name of a file from the header `X-File-Name`.
 * @param header percent-encoded UTF-8
 * @returns the name alone: no folders, nothing that cannot be seen, at most 200 characters with its ending kept;
 *   undefined when nothing is left of it
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
