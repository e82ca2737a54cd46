import { type Assistant, type Domain, type FormAssistance } from '#assistant/model';
import { runAction } from './actions/action.js';
import { ActionRejected, type TurnPorts, type TurnSetting, utter } from './actions/action-call.js';
import {
  actionNames,
  FAILURE_RESPONSE,
  isAction,
  isLoop,
  LISTEN,
  SESSION_METADATA_SLOT,
  SESSION_START,
} from '#assistant/model';
import { chooseAction, type Choice, type Opinion } from './policies/ensemble.js';
import { actionExecuted, type Event, NO_BOT_DATA, slotSet } from './tracker/event.js';
import { externalMessage, type IncomingMessage, type Trigger, userEvent } from './tracker/incoming-message.js';
import { learnPolicies, type Notice } from './policies/policies.js';
import { type Policy } from './policies/prediction.js';
import { REMINDER } from './tracker/reminder.js';
import { type ActionResponse, renderActionResponse } from './responses/response.js';
import { isSessionDue } from './tracker/session.js';
import { extractSlots } from './actions/slot-extraction.js';
import { type Tracker } from './tracker/tracker.js';
import { type TrainedPolicies } from './policies/trained-policies.js';
import { type TracedAction, type Turn, TurnLog } from './turn.js';

export interface EngineOptions {
  /** Most predictions in one turn; default 10. */
  maxPredictions?: number;
  /**
   * Intents that are never an answer; replaces those of the assistant's `formAssistance`. With a list, even an empty
   * one, `from_text` mappings ignore messages of these intents, `/restart`, `/back`, and every payload of an
   * intent, such as `/inform{"site":"leeds"}`. If neither is set, only the mapping's own conditions count, as in Rasa.
   */
  commands?: readonly string[];
  /** The result of `trainPolicies` for the same assistant. If absent or for another assistant, training runs here, which is slow. */
  trained?: TrainedPolicies;
}

/** For assistants without a response of their own (`utter_action_failed` or `utter_default`). */
const FAILURE_TEXT = 'Sorry, something went wrong on our side and that could not be done. Please try again later.';

/** The next action, and the score of every possible action, highest first. */
export interface NextAction {
  action: string;
  policy: string;
  confidence: number;
  source: string | null;
  scores: { action: string; score: number }[];
  opinions: Opinion[];
}

/**
 * Runs the conversations of one assistant, with the semantics of Rasa 3.5. The engine is pure: it sees the outside
 * only through `TurnPorts` and keeps no state between turns. It advances the given trackers in place.
 */
export class DialogueEngine {
  /** Parts of the assistant that are not used, or that work differently than in Rasa. */
  readonly notices: readonly Notice[];
  readonly domain: Domain;
  private readonly policies: Policy[];
  /** Texts that the assistant sends in end-to-end stories. */
  private readonly texts: ReadonlySet<string>;
  /** The names of all actions that can be predicted. */
  private readonly names: readonly string[];
  private readonly maxPredictions: number;
  private readonly commands: ReadonlySet<string> | undefined;
  private readonly assistance: FormAssistance | undefined;

  /** @throws InvalidAssistant when rules, stories and domain contradict each other */
  constructor(assistant: Assistant, { maxPredictions = 10, trained, commands }: EngineOptions = {}) {
    const { formAssistance } = assistant.config;
    const { policies, texts, notices } = learnPolicies(assistant, trained);
    this.domain = assistant.domain;
    this.policies = policies;
    this.texts = texts;
    this.names = [...actionNames(assistant.domain), ...texts];
    this.notices = notices;
    this.maxPredictions = maxPredictions;
    this.assistance = formAssistance;
    const all = commands ?? (formAssistance && commandsOf(formAssistance));
    this.commands = all && new Set([...all, ...BUILT_IN_COMMANDS]);
  }

  /**
   * Runs one turn: starts a session if one is due, records the message, fills slots and acts until the assistant listens.
   * A failing action never makes it throw. The failed action is recorded without effect and named in the trace, and the
   * person gets `utter_action_failed`, else `utter_default`, else a built-in sentence.
   */
  async takeTurn(tracker: Tracker, message: IncomingMessage, ports: TurnPorts): Promise<Turn> {
    const { log, setting } = this.begin(tracker, message.outputChannel, ports);
    await this.startSessionIfDue(message.metadata, log, setting);
    await this.react(message, log, setting);
    return this.ended(log, setting);
  }

  /** Records a message and fills slots, without an answer. */
  async logMessage(tracker: Tracker, message: IncomingMessage, ports: TurnPorts): Promise<Turn> {
    const { log, setting } = this.begin(tracker, message.outputChannel, ports);
    await this.startSessionIfDue(message.metadata, log, setting);
    await this.hear(message, log, setting);
    return this.ended(log, setting);
  }

  /** Handles an intent from outside like a message. The caller ensures that the domain has the intent. */
  async triggerIntent(tracker: Tracker, trigger: Trigger, ports: TurnPorts): Promise<Turn> {
    const { log, setting } = this.begin(tracker, trigger.outputChannel, ports);
    await this.startSessionIfDue(undefined, log, setting);
    await this.react(externalMessage(trigger, tracker.latestInputChannel), log, setting);
    return this.ended(log, setting);
  }

  /**
   * Handles the intent of a due reminder. Undefined, without any effect, when the reminder is no longer scheduled: it was
   * cancelled, replaced, made unnecessary by a message, or belongs to an earlier session.
   */
  async remind(
    tracker: Tracker,
    name: string,
    to: Pick<Trigger, 'messageId' | 'outputChannel'>,
    ports: TurnPorts,
  ): Promise<Turn | undefined> {
    const reminder = tracker.reminders.find((scheduled) => scheduled.name === name);
    if (!reminder) return undefined;
    const { log, setting } = this.begin(tracker, to.outputChannel, ports);
    const { intent, entities } = reminder;
    const message = externalMessage(
      { ...to, intent, entities, metadata: { [REMINDER]: name } },
      tracker.latestInputChannel,
    );
    await this.react(message, log, setting);
    return this.ended(log, setting);
  }

  /** Runs one action by name, regardless of the policies. `by` is recorded as the policy. */
  async executeAction(
    tracker: Tracker,
    name: string,
    outputChannel: string,
    ports: TurnPorts,
    by: { policy?: string; confidence?: number } = {},
  ): Promise<Turn> {
    const { log, setting } = this.begin(tracker, outputChannel, ports);
    await this.execute({ ...forced(name), ...by }, log, setting, false);
    return this.ended(log, setting);
  }

  /** Predicts the next action in this conversation, without executing it. */
  predict(tracker: Tracker): NextAction {
    const { action, policy, confidence, source, scores, opinions } = this.choose(tracker.copy(), true);
    const scored = [...scores].map(([name, score]) => ({ action: name, score })).sort((a, b) => b.score - a.score);
    const others = this.names.filter((name) => !scores.has(name)).map((name) => ({ action: name, score: 0 }));
    return { action, policy, confidence, source, scores: [...scored, ...others], opinions };
  }

  /** Whether the action exists: custom, built in, a form or a response. */
  hasAction(name: string): boolean {
    return isAction(this.domain, name);
  }

  /** Sends messages from outside, such as those of a host, without a prediction. */
  say(
    tracker: Tracker,
    responses: readonly ActionResponse[],
    outputChannel: string,
    ports: Pick<TurnPorts, 'now' | 'random'>,
  ): Turn {
    tracker.beginTurn();
    const log = new TurnLog(tracker, ports);
    const { domain } = this;
    for (const response of responses) {
      const event = renderActionResponse(response, { domain, tracker, outputChannel, random: () => ports.random() });
      if (event) log.record(event);
    }
    return log.turn();
  }

  /** Appends events from outside. An event without a timestamp gets the current time. */
  recordEvents(tracker: Tracker, events: readonly Event[], ports: Pick<TurnPorts, 'now'>): Turn {
    tracker.beginTurn();
    const log = new TurnLog(tracker, ports);
    for (const event of events) log.recordStamped(event);
    return log.turn();
  }

  private begin(tracker: Tracker, outputChannel: string, ports: TurnPorts): { log: TurnLog; setting: TurnSetting } {
    tracker.beginTurn();
    const { domain, commands, assistance } = this;
    const log = new TurnLog(tracker, ports);
    const note = (action: string, error: unknown): void => log.noteFailure(action, error);
    let isTold = false;
    const setting: TurnSetting = {
      domain,
      outputChannel,
      ports,
      commands,
      assistance,
      note,
      fail: (action, error, view) => {
        note(action, error);
        if (isTold) return [];
        isTold = true;
        return utter(FAILURE_RESPONSE, view, { domain, outputChannel, ports });
      },
    };
    return { log, setting };
  }

  private async startSessionIfDue(
    metadata: Record<string, unknown> | undefined,
    log: TurnLog,
    setting: TurnSetting,
  ): Promise<void> {
    const { tracker } = log;
    if (!isSessionDue(tracker, this.domain, setting.ports.now())) return;
    if (metadata && Object.keys(metadata).length > 0) log.record(slotSet(SESSION_METADATA_SLOT, metadata));
    await this.execute(forced(SESSION_START), log, setting, false);
    // A custom session start that does not listen has more to do first.
    if (tracker.latestAction !== LISTEN) await this.act(log, setting);
  }

  private async react(message: IncomingMessage, log: TurnLog, setting: TurnSetting): Promise<void> {
    const { tracker } = log;
    await this.hear(message, log, setting);
    const isRestart = tracker.latestMessage.intent.name === 'restart';
    if (!tracker.isPaused || isRestart) await this.act(log, setting, message.wantsTrace);
  }

  private async hear(message: IncomingMessage, log: TurnLog, setting: TurnSetting): Promise<void> {
    const { tracker } = log;
    // An aborted turn, or an action run from outside, may have ended without listening. Rules and forms expect that a
    // message follows a listen action.
    if (tracker.latestAction !== LISTEN) log.record(actionExecuted(LISTEN));
    log.record(userEvent(message));
    log.record(...(await extractSlots(tracker, setting)));
  }

  private async act(log: TurnLog, setting: TurnSetting, asksAll = false): Promise<void> {
    const { tracker } = log;
    let isAfterUser = log.hasUserMessage;
    for (let count = 0; ; count += 1) {
      if (count === this.maxPredictions) {
        log.trace.isLimitReached = true;
        break;
      }
      const choice = this.choose(tracker, asksAll);
      const isRecorded = await this.execute(choice, log, setting, isAfterUser && !choice.isWithoutUser);
      if (isRecorded) isAfterUser = false;
      if (isRecorded && (choice.action === LISTEN || choice.action === SESSION_START)) break;
    }
    log.hasActed = true;
  }

  private choose(tracker: Tracker, asksAll: boolean): Choice {
    const { followupAction } = tracker;
    if (followupAction !== null) tracker.clearFollowup();
    if (followupAction !== null && this.hasAction(followupAction)) return forced(followupAction);
    return chooseAction(this.policies, tracker, asksAll);
  }

  /** Executes an action. @returns whether it counts as executed; a rejected action does not */
  private async execute(choice: Choice, log: TurnLog, setting: TurnSetting, isFirst: boolean): Promise<boolean> {
    const { tracker } = log;
    const { action, policy, confidence, source, opinions, isEndToEnd } = choice;
    const why = { ...(source !== null && { source }), ...(opinions.length > 0 && { opinions }) };
    const traced: TracedAction = { name: action, policy, confidence, ...why };
    log.trace.actions.push(traced);
    const before: Event[] = [
      ...(isFirst ? [{ event: 'user_featurization' as const, use_text_for_featurization: isEndToEnd }] : []),
      ...choice.events,
    ];
    const scratch = tracker.copy();
    scratch.apply(...before);
    let events: Event[];
    try {
      events = this.isText(action) ? [said(action)] : await runAction(action, scratch, setting);
    } catch (error) {
      if (error instanceof ActionRejected) {
        // A rejection by a form is normal.
        if (!isLoop(this.domain, action)) log.hasRejection = true;
        log.record({ event: 'action_execution_rejected', name: action, policy, confidence });
        traced.isRejected = true;
        return false;
      }
      events = setting.fail(action, error, tracker);
    }
    const isRejected = events.some(({ event }) => event === 'action_execution_rejected');
    if (isRejected) {
      log.record(...events);
      traced.isRejected = true;
    } else log.record(...before, executed(choice, this.isText(action)), ...events);
    if (events.some(({ event }) => event === 'user')) log.record(...(await extractSlots(tracker, setting)));
    return !isRejected;
  }

  private isText(action: string): boolean {
    return this.texts.has(action) && !this.hasAction(action);
  }

  /** Ends the turn. If something failed and nothing was sent, apologizes; silence would look like success. */
  private ended(log: TurnLog, setting: TurnSetting): Turn {
    if (log.hasTrouble && !log.hasMessages) {
      const known = [FAILURE_RESPONSE, 'utter_default'].find((name) => Object.hasOwn(this.domain.responses, name));
      if (known) log.record(...utter(known, log.tracker, setting));
      if (!log.hasMessages && log.trace.failures.length > 0) log.record(said(FAILURE_TEXT));
    }
    return log.turn();
  }
}

const commandsOf = ({ commands, cancelIntent, skipIntent }: FormAssistance): string[] =>
  [...commands, cancelIntent, skipIntent].filter((intent) => intent !== undefined);

/** Commands that the rules handle by default. */
const BUILT_IN_COMMANDS = ['restart', 'back', 'session_start'];

const forced = (action: string): Choice => ({
  action,
  policy: 'followup_action',
  confidence: 1,
  source: null,
  isRuleOnly: false,
  isWithoutUser: true,
  isEndToEnd: false,
  events: [],
  opinions: [],
  scores: new Map([[action, 1]]),
});

const executed = ({ action, policy, confidence, isRuleOnly }: Choice, isText: boolean): Event => ({
  event: 'action',
  name: isText ? null : action,
  policy,
  confidence,
  action_text: isText ? action : null,
  hide_rule_turn: isRuleOnly,
});

const said = (text: string): Event => ({ event: 'bot', text, data: NO_BOT_DATA, metadata: {} });
