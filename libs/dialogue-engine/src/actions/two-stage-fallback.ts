import {
  ASK_AFFIRMATION,
  ASK_REPHRASE,
  DEFAULT_FALLBACK,
  isCustomAction,
  LISTEN,
  TWO_STAGE_FALLBACK,
} from '#assistant/model';
import { runCustomAction, type TurnSetting, utter } from './action-call.js';
import { runDefaultAction, undone } from './default-actions.js';
import { actionExecuted, type Event, type ParseData } from '../tracker/event.js';
import { type Tracker } from '../tracker/tracker.js';

/**
 * A loop for messages with an uncertain intent. It asks whether the likeliest intent is meant, then for a rephrasing, then
 * once more whether that intent is meant, and finally falls back. A confirmed or rephrased message replaces the unclear
 * one, so that the conversation continues as if it had been clear from the start.
 */
export async function runTwoStageFallback(tracker: Tracker, setting: TurnSetting): Promise<Event[]> {
  const run = async (name: string): Promise<Event[]> =>
    isCustomAction(setting.domain, name)
      ? runCustomAction(name, tracker, setting)
      : runDefaultAction(name, tracker, setting);

  if (tracker.activeLoop?.name !== TWO_STAGE_FALLBACK)
    return [{ event: 'active_loop', name: TWO_STAGE_FALLBACK }, ...(await run(ASK_AFFIRMATION))];
  // After another action, the question is still open.
  if (tracker.latestAction !== LISTEN) return run(ASK_AFFIRMATION);

  const answers = answersSoFar(tracker);
  const intent = tracker.latestMessage.intent.name;
  if (intent !== 'out_of_scope' && intent !== 'nlu_fallback') return replaced(tracker.latestMessage, answers, tracker);
  if (answers === 1 && intent === 'out_of_scope') return run(ASK_REPHRASE);
  if (answers === 2 && intent === 'nlu_fallback') return run(ASK_AFFIRMATION);
  if (isCustomAction(setting.domain, DEFAULT_FALLBACK))
    return [{ event: 'active_loop', name: null }, ...(await run(DEFAULT_FALLBACK))];
  return undone([...utter('utter_default', tracker, setting), ...rewinds(answers)], tracker);
}

/** Number of user turns since the loop started. */
function answersSoFar({ applied }: Tracker): number {
  const start = applied.findLastIndex((event) => event.event === 'active_loop' && event.name === TWO_STAGE_FALLBACK);
  return applied.slice(start).filter(({ event }) => event === 'user').length;
}

/** Undoes every answer and the unclear message before them. */
const rewinds = (answers: number): Event[] => Array.from({ length: answers + 1 }, () => ({ event: 'rewind' as const }));

function replaced(message: ParseData, answers: number, tracker: Tracker): Event[] {
  const { text, message_id, metadata } = message;
  const parse_data: ParseData = { ...message, intent: { name: message.intent.name ?? null, confidence: 1 } };
  const input_channel = tracker.latestInputChannel;
  return [
    ...rewinds(answers),
    actionExecuted(LISTEN),
    { event: 'user', text, parse_data, input_channel, message_id, metadata },
  ];
}
