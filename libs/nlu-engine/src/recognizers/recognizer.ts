/** A value found in a text, in the terms of Duckling: `value` is its resolved value object (with `value.value`). */
export interface Finding {
  start: number;
  end: number;
  value: { value: unknown; [detail: string]: unknown };
}

/** Finds the values of one dimension. Takes time linear in the text. */
export type Recognizer = (text: string) => Finding[];

/** A recognizer for everything that a pattern matches and that `read` does not refuse. */
export const byPattern =
  (pattern: RegExp, read: (text: string) => Finding['value'] | undefined): Recognizer =>
  (text) => {
    const findings: Finding[] = [];
    for (const match of text.matchAll(pattern)) {
      const value = read(match[0]);
      if (value) findings.push({ start: match.index, end: match.index + match[0].length, value });
    }
    return findings;
  };
