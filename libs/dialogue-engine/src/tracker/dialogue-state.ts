import { type Domain, type SlotDefinition } from '#assistant/model';
import { LISTEN, UNLIKELY_INTENT } from '#assistant/model';
import { type Event } from './event.js';
import { slotFeatures } from './slot-features.js';
import { type TrackerState, effectOf, SHOULD_NOT_BE_SET } from './tracker-state.js';

/** The state of a conversation as policies see it. Field names are Rasa's, so that key lengths are comparable. */
export interface DialogueState {
  /** The message: its intent, or its normalized text where an end-to-end story decides. */
  user?: { intent: string; entities?: string[] } | { text: string };
  prev_action?: { action_name: string };
  slots?: Record<string, number[] | typeof SHOULD_NOT_BE_SET>;
  active_loop?: { name: string };
}

/** Turns, slots and loops that occur only in rules; hidden from policies that learn from stories. */
export interface RuleOnly {
  slots: ReadonlySet<string>;
  loops: ReadonlySet<string>;
}

/** The dialogue state of `state`. `isUnsetOmitted`: initial values do not count, only values that were given. */
export function dialogueStateOf(state: TrackerState, domain: Domain, isUnsetOmitted = false): DialogueState {
  const user = userPart(state, domain);
  const slots = slotPart(state, domain, isUnsetOmitted);
  return {
    ...(state.activeLoop && { active_loop: { name: state.activeLoop.name } }),
    ...(state.latestAction !== null && { prev_action: { action_name: state.latestAction } }),
    ...(slots && { slots }),
    ...(user && { user }),
  };
}

function userPart({ latestMessage, isReadAsText }: TrackerState, domain: Domain): DialogueState['user'] {
  if (isReadAsText && latestMessage?.text) return { text: normalizedText(latestMessage.text) };
  const intent = latestMessage?.intent.name;
  if (!latestMessage || !intent) return undefined;
  const used = domain.intents[intent]?.usedEntities ?? true;
  const names = new Set(
    latestMessage.entities
      .filter(({ entity }) => domain.entities[entity]?.influencesConversation !== false)
      .flatMap(({ entity, role, group }) =>
        [entity, role && `${entity}#${role}`, group && `${entity}#${group}`].filter(
          (name): name is string => !!name && (used === true || used.includes(name) || used.includes(entity)),
        ),
      ),
  );
  return { ...(names.size > 0 && { entities: [...names].sort() }), intent };
}

/** The text for comparison, without differences in case and spacing. */
export const normalizedText = (text: string): string =>
  text.normalize('NFKC').toLowerCase().trim().replaceAll(/\s+/g, ' ');

/** The same states with the text of the latest message in place of its intent; undefined without a new message. */
export function withTextOf(
  { latestMessage, latestAction }: Pick<TrackerState, 'latestMessage' | 'latestAction'>,
  states: DialogueState[],
): DialogueState[] | undefined {
  const last = states.at(-1);
  if (!last || latestAction !== LISTEN || !latestMessage?.text) return undefined;
  return [...states.slice(0, -1), { ...last, user: { text: normalizedText(latestMessage.text) } }];
}

/** Undefined: no slot has influence. */
function slotPart(
  state: TrackerState,
  domain: Domain,
  isUnsetOmitted: boolean,
  hidden: ReadonlySet<string> = NONE,
): DialogueState['slots'] {
  let slots: DialogueState['slots'];
  for (const [name, slot] of influencingSlots(domain)) {
    if (hidden.has(name) || (isUnsetOmitted && !Object.hasOwn(state.given, name))) continue;
    const value = state.slots[name] ?? null;
    if (value === null) continue;
    const features = value === SHOULD_NOT_BE_SET ? SHOULD_NOT_BE_SET : slotFeatures(slot, value);
    if (features === SHOULD_NOT_BE_SET || features.some((feature) => feature !== 0)) {
      slots ??= {};
      slots[name] = features;
    }
  }
  return slots;
}

const NONE: ReadonlySet<string> = new Set();

const hasInfluence = ({ influencesConversation, type }: SlotDefinition): boolean =>
  influencesConversation && type !== 'any';

type Slots = [name: string, slot: Domain['slots'][string]][];
const influencingSlotsOf = new WeakMap<Domain, Slots>();

/** The slots that influence policies, by name. A domain does not change, so they are computed once. */
function influencingSlots(domain: Domain): Slots {
  let slots = influencingSlotsOf.get(domain);
  if (!slots) {
    slots = Object.entries(domain.slots)
      .filter(([, slot]) => hasInfluence(slot))
      .sort(([a], [b]) => (a < b ? -1 : 1));
    influencingSlotsOf.set(domain, slots);
  }
  return slots;
}

/** The events that policies see, and the state before each of them and after the last one. */
export interface Course {
  events: readonly Event[];
  states: readonly TrackerState[];
}

/** The states that `events` lead to from `base` on. `known` are the first of them, including `base`. */
export function courseOf(
  base: TrackerState,
  events: readonly Event[],
  domain: Domain,
  known: readonly TrackerState[] = [],
): Course {
  const states = known.length > 0 ? [...known] : [base];
  for (const event of events.slice(states.length - 1)) states.push(effectOf(states.at(-1)!, event, domain));
  return { events, states };
}

/** Whether policies see an event. Bot messages and slots without influence are invisible to them. */
export function isSeen(event: Event, domain: Domain): boolean {
  if (event.event !== 'slot') return event.event !== 'bot';
  const slot = domain.slots[event.name];
  return slot !== undefined && hasInfluence(slot);
}

/**
 * The states of a conversation: one before each executed action and the present one, in order. `count` limits them to the
 * newest.
 */
export function dialogueStates({ events, states }: Course, domain: Domain, count: number): DialogueState[] {
  const moments = states.filter((_, index) => index === events.length || events[index]!.event === 'action');
  return moments.slice(-count).map((moment) => dialogueStateOf(moment, domain));
}

/** A state that is visible to policies that learn from stories. */
interface ShownMoment {
  state: TrackerState;
  /** The state with the message that counts; for an action, the state before it, even if a rule's turn followed. */
  heard: TrackerState;
  previousAction: string | null;
}

/**
 * The same for a policy that learns from stories: without turns, slots and loops that occur only in rules. `count` limits
 * them to the newest; null: all.
 */
export function statesWithoutRules(
  course: Course,
  domain: Domain,
  ruleOnly: RuleOnly,
  count: number | null,
): DialogueState[] {
  const shown = shownMoments(withoutRemarks(course, domain));
  return shown.slice(count === null ? 0 : -count).map(({ state, heard, previousAction }) => {
    const { activeLoop } = state;
    const slots = slotPart(state, domain, false, ruleOnly.slots);
    const user = userPart(heard, domain);
    return {
      ...(activeLoop && !ruleOnly.loops.has(activeLoop.name) && { active_loop: { name: activeLoop.name } }),
      ...(previousAction !== null && { prev_action: { action_name: previousAction } }),
      ...(slots && { slots }),
      ...(user && { user }),
    };
  });
}

function shownMoments({ events, states }: Course): ShownMoment[] {
  const shown: ShownMoment[] = [];
  let isHidden = false;
  let lastShownAction: string | null = null;
  const visit = (state: TrackerState, isRuleTurn: boolean) => {
    if (!isHidden) lastShownAction = state.latestAction;
    // A forced action, or a loop without interruption, does not change whether the turn is hidden.
    const isForced =
      state.followupAction !== null || (state.activeLoop && state.latestAction === state.activeLoop.name);
    if (!isForced) isHidden = isRuleTurn;
    if (isHidden) return;
    const heard = state.latestAction === LISTEN ? state : (shown.at(-1)?.heard ?? state);
    shown.push({ state, heard, previousAction: lastShownAction ?? state.latestAction });
  };
  events.forEach((event, index) => {
    if (event.event === 'action') visit(states[index]!, event.hide_rule_turn === true);
  });
  visit(states.at(-1)!, false);
  return shown;
}

/** Removes `action_unlikely_intent`, which stories do not contain. */
function withoutRemarks(course: Course, domain: Domain): Course {
  const isRemark = (event: Event) => event.event === 'action' && event.name === UNLIKELY_INTENT;
  if (!course.events.some(isRemark)) return course;
  return courseOf(
    course.states[0]!,
    course.events.filter((event) => !isRemark(event)),
    domain,
  );
}

const keys = new WeakMap<DialogueState, string>();

/** A key that equal sequences of states share, regardless of the order of fields. */
export const keyOf = (states: readonly DialogueState[]): string => states.map(momentKey).join('\n');

/** The key of one state. States are immutable and occur in many sequences, so each key is computed once. */
function momentKey(state: DialogueState): string {
  let key = keys.get(state);
  if (key === undefined) {
    const { active_loop, prev_action, slots, user } = state;
    key = JSON.stringify({ active_loop, prev_action, slots, user });
    keys.set(state, key);
  }
  return key;
}
