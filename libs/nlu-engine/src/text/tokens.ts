/** Text beyond these bounds is not looked at, so that the time of a parse is bounded whatever people send. */
export const MAX_CHARACTERS = 4_000;
export const MAX_TOKENS = 128;
export const MAX_WORD_LENGTH = 48;

/** One word, number or symbol of a text. */
export interface Token {
  /** UTF-16 offsets in the original text, `end` exclusive. */
  start: number;
  end: number;
  /** As written. */
  text: string;
  /** Compatibility-composed (NFKC), lower case, at most `MAX_WORD_LENGTH` long. */
  word: string;
  /** `word` with its spelling corrected; for the intent only, an entity keeps what was written. */
  corrected: string;
  /** What featurizers found out about this token; the entity tagger looks at these. */
  features: string[];
}

// A word may hold single dots, hyphens and the like inside (wi-fi, 12.04, a@b.c) and an @ in front (@service.desk);
// scripts that write no spaces are cut into characters. Each repetition is delimited by a character of another class, so
// matching is linear.
const TOKEN =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]|(?:(?<![\p{L}\p{M}\p{N}_@])@(?=\p{L}))?(?:(?![\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}])[\p{L}\p{M}\p{N}_])+(?:['’.@:&+-](?:(?![\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}])[\p{L}\p{M}\p{N}_])+)*|\p{Extended_Pictographic}\p{M}*(?:\u200d\p{Extended_Pictographic}\p{M}*)*|\p{S}/gu;

/** The form in which words are compared. */
export const normalise = (text: string): string =>
  text.slice(0, MAX_WORD_LENGTH).normalize('NFKC').toLowerCase().slice(0, MAX_WORD_LENGTH);

/** Cuts a text into tokens. Punctuation is left out; it remains visible as the gap between two tokens. */
export function tokenize(text: string): Token[] {
  const tokens: Token[] = [];
  for (const match of text.slice(0, MAX_CHARACTERS).matchAll(TOKEN)) {
    const word = normalise(match[0].replaceAll('’', "'"));
    tokens.push({
      start: match.index,
      end: match.index + match[0].length,
      text: match[0],
      word,
      corrected: word,
      features: [],
    });
    if (tokens.length === MAX_TOKENS) break;
  }
  return tokens;
}
