/** Finds the links and the anchors of documents. Supports only the parts of Markdown that this needs. */
export interface Link {
  target: string;
  /** Line number, starting at 1. */
  line: number;
}

const FENCE = /^ {0,3}(`{3,}|~{3,})/;
const CODE = /(`+)(?:(?!`).|(?!\1)`)*?\1/g;
const INLINE = /\]\(\s*<?([^\s<>()]*(?:\([^\s()]*\)[^\s<>()]*)*)>?(?:\s+["'(][^)]*)?\)/g;
const DEFINITION = /^ {0,3}\[[^\]]+\]:\s*<?([^\s>]+)/;
const HTML = /<(?:a|img|source)\b[^>]*?\s(?:href|src|srcset)="([^"]+)"/g;

/** Links and images, without those in code. */
export function linksOf(markdown: string): Link[] {
  return linesOutsideFences(markdown).flatMap(({ text, line }) => {
    const shown = text.replace(CODE, (code) => ' '.repeat(code.length));
    const targets = [INLINE, HTML].flatMap((pattern) => [...shown.matchAll(pattern)].map((match) => match[1] ?? ''));
    const defined = DEFINITION.exec(shown)?.[1];
    return [...targets, ...(defined === undefined ? [] : [defined])].map((target) => ({ target, line }));
  });
}

/** The anchors of this document: its headings with GitHub's names, and ids in HTML. */
export function anchorsOf(markdown: string): Set<string> {
  const anchors = new Set<string>();
  for (const { text } of linesOutsideFences(markdown)) {
    const heading = /^ {0,3}#{1,6}\s+(.*?)\s*#*$/.exec(text)?.[1];
    if (heading !== undefined) {
      const name = slugOf(heading);
      let unique = name;
      for (let again = 1; anchors.has(unique); again++) unique = `${name}-${again}`;
      anchors.add(unique);
    }
    for (const [, id] of text.matchAll(/<[a-z]+\b[^>]*?\s(?:id|name)="([^"]+)"/g)) if (id) anchors.add(id);
  }
  return anchors;
}

function slugOf(heading: string): string {
  return heading
    .replace(/!?\[([^\]]*)\]\([^)]*\)/g, '$1')
    .replace(/<[^>]+>/g, '')
    .toLowerCase()
    .replace(/[^\p{L}\p{M}\p{N}\p{Pc}\- ]/gu, '')
    .replaceAll(' ', '-');
}

function linesOutsideFences(markdown: string): { text: string; line: number }[] {
  const lines: { text: string; line: number }[] = [];
  let fence: string | undefined;
  for (const [index, text] of markdown.split('\n').entries()) {
    const mark = FENCE.exec(text)?.[1];
    if (fence === undefined && mark !== undefined) fence = mark;
    else if (fence === undefined) lines.push({ text, line: index + 1 });
    else if (mark?.startsWith(fence)) fence = undefined;
  }
  return lines;
}
