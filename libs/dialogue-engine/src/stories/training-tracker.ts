import { type Domain, type Place, type Rule, type Story, type StoryStep } from '#assistant/model';
import { ANYTHING, LISTEN } from '#assistant/model';
import { withoutAnswers } from '../tracker/applied-events.js';
import { dialogueStateOf, type DialogueState } from '../tracker/dialogue-state.js';
import { actionExecuted, type Event, executedAction, slotSet, type UserEvent } from '../tracker/event.js';
import { alternatives, expandStories, type Path } from './story-graph.js';
import { applyEvent, initialState, SHOULD_NOT_BE_SET, type TrackerState } from '../tracker/tracker-state.js';

/** A story or rule as events. */
export interface TrainingTracker {
  name: string;
  isRule: boolean;
  /** Where it is written; for stories joined by checkpoints, the first one. */
  place: Place | undefined;
  /** The events in effect, loops compressed. */
  events: Event[];
  /** Every decision, in order. In rules, only slots that were set count. */
  decisions: Decision[];
}

/** One decision of a training tracker: the action that follows these states. */
export interface Decision {
  /** Name of the story or rule. */
  name: string;
  states: DialogueState[];
  /** The tracker's state at the decision. */
  state: TrackerState;
  action: string;
  /** False for the first action of a story without a user turn before it; it is not learned. */
  isPredictable: boolean;
}

/** The stories of an assistant as training trackers. */
export function storyTrackers(stories: readonly Story[], domain: Domain, notices: string[]): TrainingTracker[] {
  return expandStories(stories, initialState(domain).slots, notices).map((path) =>
    trackerOf(path, false, withListens(path.steps, domain, false), domain),
  );
}

/** The rules of an assistant as training trackers, one for each alternative of an `or`. */
export function ruleTrackers(rules: readonly Rule[], domain: Domain): TrainingTracker[] {
  return rules.flatMap((rule) =>
    alternatives(rule.steps).map((line) => {
      const steps = line.filter((step) => step.kind !== 'checkpoint');
      const events = [
        ...rule.condition.flatMap((step) => (isPlain(step) ? stepEvents(step, domain, true) : [])),
        ...(rule.isConversationStart ? [] : [actionExecuted(ANYTHING)]),
        ...withListens(steps, domain, true, !rule.waitsForUserInput),
      ];
      return trackerOf(rule, true, events, domain);
    }),
  );
}

const isPlain = (step: StoryStep): step is Path['steps'][number] => step.kind !== 'or' && step.kind !== 'checkpoint';

function trackerOf(
  { name, place }: Omit<Path, 'steps'>,
  isRule: boolean,
  events: Event[],
  domain: Domain,
): TrainingTracker {
  const applied = withoutAnswers(events, domain);
  const first = applied.find(({ event }) => event === 'action');
  const isUnasked = first?.event === 'action' && first.name !== LISTEN;
  const decisions = decisionsOf(name, applied, domain, isRule, isUnasked ? first : undefined);
  return { name, isRule, place, events: applied, decisions };
}

function withListens(steps: Path['steps'], domain: Domain, isRule: boolean, isOpenEnded = false): Event[] {
  const events: Event[] = [];
  const listen = () => {
    const last = events.at(-1);
    if (!(last?.event === 'action' && last.name === LISTEN)) events.push(actionExecuted(LISTEN));
  };
  for (const step of steps) {
    if (step.kind === 'user' || step.kind === 'userText') listen();
    events.push(...stepEvents(step, domain, isRule));
  }
  if (isOpenEnded) events.push(actionExecuted(ANYTHING));
  else listen();
  return events;
}

/** The events of a step of a story or rule: the message with the slots that it implies, an action, a slot, or a loop. */
export function stepEvents(step: Path['steps'][number], domain: Domain, isRule: boolean): Event[] {
  switch (step.kind) {
    case 'user':
      return [userEvent({ intent: step.intent, entities: step.entities }), ...impliedSlots(step, domain)];
    case 'action':
      return [actionExecuted(step.name)];
    case 'slot':
      return [
        slotSet(
          step.name,
          isRule && step.value === null && !step.isNamedOnly ? SHOULD_NOT_BE_SET : placed(step, domain),
        ),
      ];
    case 'loop':
      return [{ event: 'active_loop', name: isRule && step.name === null ? SHOULD_NOT_BE_SET : step.name }];
    case 'userText':
      return [
        userEvent({ intent: null, entities: [], text: step.text }),
        { event: 'user_featurization', use_text_for_featurization: true },
      ];
    case 'botText':
      return [{ event: 'action', name: null, action_text: step.text }];
  }
}

/** A slot step without a value stands for any value, if the slot's type allows that. */
function placed(step: Extract<StoryStep, { kind: 'slot' }>, domain: Domain): unknown {
  if (!step.isNamedOnly) return step.value;
  const type = domain.slots[step.name]?.type;
  return type === 'text' ? 'filled' : type === 'list' ? ['filled'] : null;
}

type UserStep = Extract<StoryStep, { kind: 'user' }>;

const userEvent = ({
  intent,
  entities,
  text = null,
}: Pick<UserStep, 'entities'> & { intent: string | null; text?: string | null }): UserEvent => ({
  event: 'user',
  text,
  input_channel: null,
  message_id: null,
  parse_data: {
    text,
    intent: intent === null ? {} : { name: intent, confidence: 1 },
    entities: entities.map((entity) => ({ ...entity, start: 0, end: 0 })),
    message_id: null,
    metadata: {},
  },
});

/** Slots that the entities of a story's user turn fill in every situation. */
function impliedSlots({ entities }: UserStep, domain: Domain): Event[] {
  if (entities.length === 0) return [];
  return Object.entries(domain.slots).flatMap(([name, slot]) => {
    const values = slot.mappings
      .filter((mapping) => mapping.type === 'from_entity' && mapping.conditions.length === 0)
      .flatMap((mapping) =>
        entities.filter(
          ({ entity, role, group }) => entity === mapping.entity && role === mapping.role && group === mapping.group,
        ),
      )
      .map(({ value }) => value);
    if (values.length === 0) return [];
    return [slotSet(name, slot.type === 'list' ? values : values.at(-1))];
  });
}

function decisionsOf(
  name: string,
  events: readonly Event[],
  domain: Domain,
  isRule: boolean,
  unpredictable: Event | undefined,
): Decision[] {
  const decisions: Decision[] = [];
  const states: DialogueState[] = [];
  let state = initialState(domain);
  let isAfterAnything = false;
  for (const event of events) {
    const action = event.event === 'action' ? executedAction(event) : null;
    if (action !== null) {
      states.push(dialogueStateOf(state, domain, isRule));
      const isPredictable = event !== unpredictable && action !== ANYTHING && !isAfterAnything;
      decisions.push({ name, states: [...states], state, action, isPredictable });
      isAfterAnything = action === ANYTHING;
    }
    state = applyEvent(state, event, domain);
  }
  return decisions;
}
