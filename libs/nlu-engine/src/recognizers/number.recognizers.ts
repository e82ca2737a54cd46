import { type Recognizer } from './recognizer.js';

const counted =
  (areOrdinals: boolean): Recognizer =>
  ({ amounts }) =>
    amounts
      .filter(({ isOrdinal, isPart }) => isOrdinal === areOrdinals && !isPart)
      .map(({ start, end, value }) => ({ start, end, value: { value, type: 'value' } }));

/** Numbers in digits (`1,234.5`, `3.5`, `-2`; in German `1.234,5`), in words, or in both (`2.5 million`). */
export const number = counted(false);

/** Ordinals: `3rd`, `twenty-first`; in German `der 3.`, `dritte`. */
export const ordinal = counted(true);
