import { type Understanding } from '#contracts';
import { type NluModel, type ParseContext } from '#nlu-engine';

/** A text to parse and its context. */
export interface ToParse {
  text: string;
  context: ParseContext;
}

/** The result of a text. With an `error`, the text counts as not understood. */
export interface Parsed {
  result: Understanding;
  error?: Error;
}

/** The result of a text that could not be parsed. */
export function notUnderstood(text: string, error: Error): Parsed {
  const intent = { name: 'nlu_fallback', confidence: 1 };
  return { result: { text, intent, entities: [], intent_ranking: [intent] }, error };
}

/**
 * Parses a text. Never rejects: a bug of the engine would occur again at every retry, so the text counts as not
 * understood instead.
 */
export async function parseText(model: NluModel, { text, context }: ToParse): Promise<Parsed> {
  try {
    return { result: await model.parse(text, context) };
  } catch (error) {
    return notUnderstood(text, error instanceof Error ? error : new Error(String(error)));
  }
}
