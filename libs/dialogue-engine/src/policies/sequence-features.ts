import { LISTEN } from '#assistant/model';
import { type DialogueState } from '../tracker/dialogue-state.js';

/** Earlier turns whose messages are looked at one by one; of older ones it only counts that they happened. */
const TURNS = 3;

/**
 * What a learned policy sees of the last states of a conversation, the newest last: the message, the previous actions,
 * the loop, slots and entities, by position and in pairs. Each is a text; those never seen in training have no meaning.
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

/** The action that was executed `distance` actions before the latest one. */
const previousAction = (states: readonly DialogueState[], distance: number): string =>
  states.at(-1 - distance)?.prev_action?.action_name ?? '';

/** The messages before the present turn, the newest first. */
function earlierUsers(states: readonly DialogueState[]): string[] {
  const turns = states.filter(({ prev_action, user }) => prev_action?.action_name === LISTEN && user);
  const present = states.at(-1)?.user ? 1 : 0;
  return turns.reverse().slice(present).map(userOf);
}
