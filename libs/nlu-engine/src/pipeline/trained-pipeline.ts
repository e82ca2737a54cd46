import { type Understanding } from '#contracts';
import { type Component, emptyMessage, type ParseContext } from '../component/component.js';
import { type TrainingTrace } from './training-trace.js';

export interface TrainedComponent {
  /** Its name in `config.yml`. */
  name: string;
  component: Component;
  /** What it was trained from; training again from the same would give the same component. */
  trace: TrainingTrace;
}

/** The components that understand one language, in order. */
export interface TrainedPipeline {
  language: string;
  components: readonly TrainedComponent[];
}

/** Offsets are UTF-16 offsets in `text`. When nothing is classified the intent's name is null and its confidence 0. */
export async function runPipeline(
  { components }: TrainedPipeline,
  text: string,
  context: ParseContext,
): Promise<Understanding> {
  const message = emptyMessage(text, context);
  for (const { component } of components) {
    const work = component.process(message);
    // Waiting for nothing would cost each message a turn of the event loop's microtasks.
    if (work) await work;
  }
  return {
    text,
    intent: message.intent,
    entities: message.entities,
    intent_ranking: message.ranking,
    text_tokens: message.tokens.map(({ start, end }) => [start, end]),
    ...(message.responseSelector && { response_selector: message.responseSelector }),
  };
}
