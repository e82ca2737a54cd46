import { LISTEN } from '#assistant/model';
import { type DialogueState } from '../tracker/dialogue-state.js';

/** Number of earlier turns whose messages are seen one by one. Of older ones, only the occurrence counts. */
const TURNS = 3;

/**
 * The features of the last states of a conversation, newest last, for a learned policy: the message, the previous actions,
 * the loop, slots and entities, by position and in pairs. Each feature is a text. Unknown features are ignored.
 */
export function sequenceFeatures(states: readonly DialogueState[]): string[] {
  const now = states.at(-1) ?? {};
  const [user, before, loop] = [userOf(now), previousAction(states, 0), now.active_loop?.name ?? ''];
  const situation = [
    ...Object.entries(now.slots ?? {}).map(([slot, vector]) => `slot ${slot}=${String(vector)}`),
    ...entitiesOf(now).map((entity) => `entity ${entity}`),
    ...wordsOf(now).map((word) => `word ${word}`),
    ...(loop ? [`loop ${loop}`] : []),
  ];
  const actions = [1, 2, 3].map((distance) => previousAction(states, distance));
  const earlier = earlierUsers(states);
  return [
    '',
    `after ${before}`,
    `user ${user}`,
    `after ${before} user ${user}`,
    ...situation.flatMap((part) => [part, `${part} user ${user}`, `${part} after ${before}`]),
    ...actions.flatMap((action, index) =>
      action ? [`${index}: ${action}`, `${index}: ${action} after ${before} user ${user}`] : [],
    ),
    ...earlier
      .slice(0, TURNS)
      .flatMap((message, index) => [
        `turn ${index}: ${message}`,
        `turn ${index}: ${message} user ${user} after ${before}`,
      ]),
    ...[...new Set(earlier)].flatMap((message) => [`once ${message}`, `once ${message} user ${user}`]),
  ];
}

const userOf = ({ user }: DialogueState): string => (!user ? '' : 'text' in user ? `"${user.text}"` : user.intent);

const entitiesOf = ({ user }: DialogueState): string[] => (user && 'entities' in user ? (user.entities ?? []) : []);

const wordsOf = ({ user }: DialogueState): string[] =>
  user && 'text' in user ? [...new Set(user.text.match(/[\p{L}\p{N}]+/gu))] : [];

/** The action executed `distance` actions before the latest one. */
const previousAction = (states: readonly DialogueState[], distance: number): string =>
  states.at(-1 - distance)?.prev_action?.action_name ?? '';

/** The messages before the present turn, newest first. */
function earlierUsers(states: readonly DialogueState[]): string[] {
  const turns = states.filter(({ prev_action, user }) => prev_action?.action_name === LISTEN && user);
  const present = states.at(-1)?.user ? 1 : 0;
  return turns.reverse().slice(present).map(userOf);
}
