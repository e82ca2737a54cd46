import { type Understanding } from '#contracts';
import { type NluModel, type ParseContext } from '#nlu-engine';

/** A text and what is known about it. */
export interface ToParse {
  text: string;
  context: ParseContext;
}

/** What became of a text; with an `error` it is answered as not understood. */
export interface Parsed {
  result: Understanding;
  error?: Error;
}

/** What is said of a text that could not be parsed. */
export function notUnderstood(text: string, error: Error): Parsed {
  const intent = { name: 'nlu_fallback', confidence: 1 };
  return { result: { text, intent, entities: [], intent_ranking: [intent] }, error };
}

/** Parses a text. A bug of the engine would meet the same text again at every retry, so it costs an answer, no more. */
export async function parseText(model: NluModel, { text, context }: ToParse): Promise<Parsed> {
  try {
    return { result: await model.parse(text, context) };
  } catch (error) {
    return notUnderstood(text, error instanceof Error ? error : new Error(String(error)));
  }
}
