import { type AnnotatedEntity, type Place } from '#assistant/model';
import { type Intent, type Understanding } from '#contracts';

/** A text and what a person says it means. */
export interface LabelledText {
  text: string;
  /** Null: the text is out of scope, so the right answer is to understand nothing. */
  intent: string | null;
  entities: readonly AnnotatedEntity[];
  /** Absent: the default language of the assistant. */
  language?: string;
  place?: Place;
}

/** What was understood of a text whose meaning is known. */
export interface Prediction {
  example: LabelledText;
  understanding: Pick<Understanding, 'intent' | 'intent_ranking' | 'entities'>;
}

export const FALLBACK_INTENT = 'nlu_fallback';
/** Labels by which data sets mark texts that belong to no intent. */
const OUT_OF_SCOPE_LABELS = new Set([null, 'oos', 'out_of_scope']);

/**
 * Whether a label says that the text is out of scope: null, `oos`, and `out_of_scope`, Rasa's intent for it. The last is
 * an intent with examples of its own too, so it also counts in the figures of intents.
 */
export const isOutOfScope = (label: string | null): boolean => OUT_OF_SCOPE_LABELS.has(label);

/** Whether a text has an intent that a classifier can get right: everything but null and `oos`. */
export const hasIntent = ({ intent }: LabelledText): boolean => intent !== null && intent !== 'oos';

/** Whether an answer refuses the text: nothing, the fallback, or an out-of-scope label. */
export const isRefusal = (answer: string | null): boolean => answer === FALLBACK_INTENT || isOutOfScope(answer);

/** The first intent of the ranking that is not the fallback, which is judged on its own. */
export const topIntent = ({ understanding }: Prediction): Intent =>
  firstOf(understanding, (n) => n !== FALLBACK_INTENT);

/** The first intent of the ranking that does not refuse the text. */
export const topInScope = ({ understanding }: Prediction): Intent => firstOf(understanding, (n) => !isRefusal(n));

function firstOf({ intent, intent_ranking }: Prediction['understanding'], isMeant: (name: string | null) => boolean) {
  return (
    [...intent_ranking, intent].find(({ name }) => name !== null && isMeant(name)) ?? { name: null, confidence: 0 }
  );
}

/** Whether the top intent is the expected one. */
export const isRight = (prediction: Prediction): boolean => topIntent(prediction).name === prediction.example.intent;
