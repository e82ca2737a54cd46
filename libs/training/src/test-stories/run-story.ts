import { type Domain, type StoryStep } from '#assistant';
import { type Understanding } from '#contracts';
import { actionExecuted, type DialogueEngine, type Event, type Path, stepEvents, Tracker } from '#dialogue-engine';
import { entityPairs, intentPair, type Pair } from './compare-message.js';

type Step = Path['steps'][number];
type UserStep = Extract<StoryStep, { kind: 'user' }>;

const LISTEN = 'action_listen';
/** Number of actions after which the engine stops a turn; the next prediction is the circuit breaker. */
const MOST_ACTIONS = 10;
const CIRCUIT_BREAKER = 'circuit breaker tripped';

/** One expectation of a test story, and the prediction. */
export interface Judgement extends Pair {
  kind: 'action' | 'intent' | 'entity';
  /** The step that says so; of the waiting before a message the message, and after the last step nothing. */
  step?: Step;
  /** Of actions: who decided, how surely, and by which rule or story. */
  policy?: string;
  confidence?: number;
  source?: string | null;
}

/** A test story with everything that was compared in it. */
export interface StoryRun extends Path {
  judgements: Judgement[];
}

/** Understands a text, for tests that also test that. */
export type Parse = (text: string) => Promise<Understanding>;

export const isWrong = ({ expected, predicted }: Pair): boolean => expected !== predicted;
export const hasFailed = ({ judgements }: StoryRun): boolean => judgements.some(isWrong);

/**
 * Goes through a test story as Rasa does: at every step the next action is predicted and compared, and the conversation
 * goes on with the expected one. No action is run, no session starts, and slots change only where the story says so.
 * Where the running form is predicted and something else expected, the form is taken to reject, and asked is again.
 * With `parse`, texts are understood and compared too; they count as what the story says they mean.
 */
export async function runStory({ name, steps }: Path, engine: DialogueEngine, parse?: Parse): Promise<StoryRun> {
  const walk = new StoryWalk(name, engine);
  for (const step of steps) await walk.take(step, parse);
  walk.listen();
  return { name, steps, judgements: walk.judgements };
}

class StoryWalk {
  readonly judgements: Judgement[] = [];
  private readonly tracker: Tracker;
  private readonly domain: Domain;
  /** Null: nothing happened yet. The first action is never predicted. */
  private actionsOfTurn: number | null = null;
  /** Nothing happened since the assistant began to wait. */
  private isListening = false;

  constructor(
    name: string,
    private readonly engine: DialogueEngine,
  ) {
    this.domain = engine.domain;
    this.tracker = Tracker.start(name, this.domain);
  }

  async take(step: Step, parse: Parse | undefined): Promise<void> {
    if (step.kind === 'action') this.act(step.name, stepEvents(step, this.domain, false), step);
    else if (step.kind === 'botText') this.act(step.text, stepEvents(step, this.domain, false), step);
    else if (step.kind === 'user' || step.kind === 'userText') {
      this.listen(step);
      this.tracker.apply(...stepEvents(step, this.domain, false).map((event) => withText(event, step.text)));
      this.actionsOfTurn = 0;
      if (parse && step.kind === 'user' && step.text !== undefined) this.judgeMessage(step, await parse(step.text));
      this.isListening = false;
    } else {
      this.tracker.apply(...stepEvents(step, this.domain, false));
      this.isListening = false;
    }
  }

  /** Expects that the assistant waits, unless it does already. */
  listen(step?: Step): void {
    if (!this.isListening) this.act(LISTEN, [actionExecuted(LISTEN)], step);
  }

  private act(expected: string, events: Event[], step: Step | undefined): void {
    if (this.actionsOfTurn === null) this.tracker.clearFollowup();
    else this.judgeAction(expected, step);
    this.actionsOfTurn = (this.actionsOfTurn ?? 0) + 1;
    this.tracker.apply(...events);
    this.isListening = expected === LISTEN;
  }

  private judgeAction(expected: string, step: Step | undefined): void {
    const about = { kind: 'action' as const, expected, ...(step && { step }) };
    if (this.actionsOfTurn === MOST_ACTIONS) {
      this.judgements.push({ ...about, predicted: CIRCUIT_BREAKER });
      return;
    }
    let next = this.engine.predict(this.tracker);
    const loop = this.tracker.activeLoop?.name;
    if (next.action !== expected && next.action === loop && Object.hasOwn(this.domain.forms, loop)) {
      const { policy, confidence } = next;
      this.tracker.apply({ event: 'action_execution_rejected', name: loop, policy, confidence });
      next = this.engine.predict(this.tracker);
    }
    const { action: predicted, policy, confidence, source } = next;
    this.judgements.push({ ...about, predicted, policy, confidence, source });
  }

  private judgeMessage(step: UserStep, understanding: Understanding): void {
    this.judgements.push({ kind: 'intent', step, ...intentPair(step, understanding) });
    for (const pair of entityPairs(step, understanding)) this.judgements.push({ kind: 'entity', step, ...pair });
  }
}

/** The message keeps its text, by which end-to-end stories decide. */
const withText = (event: Event, text: string | undefined): Event =>
  event.event === 'user' && text !== undefined ? { ...event, text, parse_data: { ...event.parse_data, text } } : event;
