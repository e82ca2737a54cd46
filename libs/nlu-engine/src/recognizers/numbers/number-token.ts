/** One word or one number in digits. */
export interface NumberToken {
  start: number;
  end: number;
  /** Lower case. */
  word: string;
  /** Present when it is written in digits. */
  digits?: number;
  /** Nothing but a space or a hyphen stands between it and the token before. */
  isJoined: boolean;
}

/** What a language makes of the tokens from `at` on; `next` is the first token that does not belong to it. */
export interface NumberReading {
  value: number;
  next: number;
  isOrdinal: boolean;
}
export type NumberReader = (tokens: readonly NumberToken[], at: number) => NumberReading | undefined;
