import { type Domain } from '#assistant';
import { type Event } from './event.js';
import { slotFeatures } from './slot-features.js';
import { type TrackerState, effectOf, SHOULD_NOT_BE_SET } from './tracker-state.js';

/** What the policies see at one moment. The field names are Rasa's, so that keys have comparable lengths. */
export interface DialogueState {
  user?: { intent: string; entities?: string[] };
  prev_action?: { action_name: string };
  slots?: Record<string, number[] | typeof SHOULD_NOT_BE_SET>;
  active_loop?: { name: string };
}

/** Turns, slots and loops that only rules know; they are hidden from policies that learn from stories. */
export interface RuleOnly {
  slots: ReadonlySet<string>;
  loops: ReadonlySet<string>;
}

/** What the policies see of `state`. `isUnsetOmitted`: initial values do not count, only values that were given. */
export function dialogueStateOf(state: TrackerState, domain: Domain, isUnsetOmitted = false): DialogueState {
  const user = userPart(state, domain);
  const slots = slotPart(state, domain, isUnsetOmitted);
  return {
    ...(state.activeLoop && { active_loop: { name: state.activeLoop.name } }),
    ...(state.latestAction !== null && { prev_action: { action_name: state.latestAction } }),
    ...(Object.keys(slots).length > 0 && { slots }),
    ...(user && { user }),
  };
}

function userPart({ latestMessage }: TrackerState, domain: Domain): DialogueState['user'] {
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

function slotPart(state: TrackerState, domain: Domain, isUnsetOmitted: boolean): NonNullable<DialogueState['slots']> {
  const slots: NonNullable<DialogueState['slots']> = {};
  for (const [name, slot] of influencingSlots(domain)) {
    if (isUnsetOmitted && !Object.hasOwn(state.given, name)) continue;
    const value = state.slots[name] ?? null;
    if (value === SHOULD_NOT_BE_SET) slots[name] = SHOULD_NOT_BE_SET;
    else {
      const features = slotFeatures(slot, value);
      if (features.some((feature) => feature !== 0)) slots[name] = features;
    }
  }
  return slots;
}

type Slots = [name: string, slot: Domain['slots'][string]][];
const influencingSlotsOf = new WeakMap<Domain, Slots>();

/** The slots that policies look at, by name. A domain does not change, so they are found once. */
function influencingSlots(domain: Domain): Slots {
  let slots = influencingSlotsOf.get(domain);
  if (!slots) {
    slots = Object.entries(domain.slots)
      .filter(([, slot]) => slot.influencesConversation && slot.type !== 'any')
      .sort(([a], [b]) => (a < b ? -1 : 1));
    influencingSlotsOf.set(domain, slots);
  }
  return slots;
}

/** Whether policies could see what the event changes; most slots are none of their business. */
function isSeen(event: Event, domain: Domain): boolean {
  if (event.event !== 'slot') return event.event !== 'bot';
  const slot = domain.slots[event.name];
  return slot !== undefined && slot.influencesConversation && slot.type !== 'any';
}

/**
 * The moments of a conversation: one before each executed action of `applied` and the present one, in order. `count`
 * keeps only that many of the newest.
 */
export function dialogueStates(
  base: TrackerState,
  applied: readonly Event[],
  domain: Domain,
  count: number,
): DialogueState[] {
  const moments: TrackerState[] = [];
  let state = base;
  for (const event of applied) {
    if (event.event === 'action') moments.push(state);
    if (isSeen(event, domain)) state = effectOf(state, event, domain);
  }
  return [...moments, state].slice(-count).map((moment) => dialogueStateOf(moment, domain));
}

/** The same as a policy sees it that learns from stories: without turns, slots and loops that only rules know. */
export function statesWithoutRules(
  base: TrackerState,
  applied: readonly Event[],
  domain: Domain,
  ruleOnly: RuleOnly,
): DialogueState[] {
  const states: DialogueState[] = [];
  let state = base;
  let isHidden = false;
  let lastShownAction: DialogueState['prev_action'];
  const show = () => {
    const shown = withoutRuleFeatures(dialogueStateOf(state, domain), ruleOnly);
    const previous = states.at(-1);
    if (previous && shown.prev_action?.action_name !== 'action_listen') {
      if (previous.user) shown.user = previous.user;
      else delete shown.user;
    }
    if (lastShownAction) shown.prev_action = lastShownAction;
    states.push(shown);
  };
  const visit = (isRuleTurn: boolean) => {
    if (!isHidden) lastShownAction = dialogueStateOf(state, domain).prev_action;
    // A forced action or the happy path of a loop does not change whether the turn is hidden.
    const isForced =
      state.followupAction !== null || (state.activeLoop && state.latestAction === state.activeLoop.name);
    if (!isForced) isHidden = isRuleTurn;
    if (!isHidden) show();
  };
  for (const event of applied) {
    if (event.event === 'action') visit(event.hide_rule_turn === true);
    if (isSeen(event, domain)) state = effectOf(state, event, domain);
  }
  visit(false);
  return states;
}

function withoutRuleFeatures(state: DialogueState, ruleOnly: RuleOnly): DialogueState {
  const { slots, active_loop, ...rest } = state;
  const kept = Object.fromEntries(Object.entries(slots ?? {}).filter(([name]) => !ruleOnly.slots.has(name)));
  return {
    ...(active_loop && !ruleOnly.loops.has(active_loop.name) && { active_loop }),
    ...rest,
    ...(Object.keys(kept).length > 0 && { slots: kept }),
  };
}

/** A key that equal sequences of states share, whatever the order of their fields. */
export const keyOf = (states: readonly DialogueState[]): string =>
  JSON.stringify(
    states.map(({ active_loop, prev_action, slots, user }) => ({ active_loop, prev_action, slots, user })),
  );
