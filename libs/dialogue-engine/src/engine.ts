import { type Assistant, type Domain } from '#assistant';
import { type Understanding } from '#contracts';
import { runAction } from './action.js';
import { ActionRejected, type TurnPorts, type TurnSetting, utter } from './action-call.js';
import { FAILURE_RESPONSE, isAction, isLoop, LISTEN, SESSION_METADATA_SLOT, SESSION_START } from './action-names.js';
import { chooseAction, type Choice } from './ensemble.js';
import { actionExecuted, type Event, slotSet, type UserEvent } from './event.js';
import { learnPolicies } from './policies.js';
import { type Policy } from './prediction.js';
import { type ActionResponse, renderActionResponse } from './response.js';
import { isSessionDue } from './session.js';
import { extractSlots } from './slot-extraction.js';
import { type Tracker } from './tracker.js';
import { type Turn, TurnLog } from './turn.js';

/** A message of a person together with what the NLU made of it. */
export interface IncomingMessage {
  text: string;
  understanding: Understanding;
  messageId: string;
  inputChannel: string;
  outputChannel: string;
  metadata?: Record<string, unknown>;
}

export interface EngineOptions {
  /** Predictions in one turn before it is stopped; 10. */
  maxPredictions?: number;
}

/**
 * Conducts conversations of one assistant, with the semantics of Rasa 3.5. Pure: everything it knows of the world
 * comes through `TurnPorts`, and it keeps nothing between turns. Trackers that are passed in are advanced in place.
 */
export class DialogueEngine {
  /** What of the assistant is not used. */
  readonly notices: readonly string[];
  readonly domain: Domain;
  private readonly policies: Policy[];
  private readonly maxPredictions: number;

  /** Throws `InvalidAssistant` when rules, stories and domain do not fit together. */
  constructor(assistant: Assistant, { maxPredictions = 10 }: EngineOptions = {}) {
    const { policies, notices } = learnPolicies(assistant);
    this.domain = assistant.domain;
    this.policies = policies;
    this.notices = notices;
    this.maxPredictions = maxPredictions;
  }

  /**
   * One turn: starts a session if one is due, records the message, fills slots and acts until the assistant listens.
   * Never throws for what an action does: a failed action is recorded without effect, named in the trace, and the
   * person is told (`utter_action_failed`, else `utter_default`).
   */
  async takeTurn(tracker: Tracker, message: IncomingMessage, ports: TurnPorts): Promise<Turn> {
    const { log, setting } = this.begin(tracker, message.outputChannel, ports);
    await this.hear(message, log, setting);
    const isRestart = tracker.latestMessage.intent.name === 'restart';
    if (!tracker.isPaused || isRestart) await this.act(log, setting);
    return log.turn();
  }

  /** Records a message and fills slots, and does not answer. */
  async logMessage(tracker: Tracker, message: IncomingMessage, ports: TurnPorts): Promise<Turn> {
    const { log, setting } = this.begin(tracker, message.outputChannel, ports);
    await this.hear(message, log, setting);
    return log.turn();
  }

  /** Runs one action by name, whatever the policies say. */
  async executeAction(tracker: Tracker, name: string, outputChannel: string, ports: TurnPorts): Promise<Turn> {
    const { log, setting } = this.begin(tracker, outputChannel, ports);
    await this.execute(forced(name), log, setting, false);
    return log.turn();
  }

  /** Says messages that come from outside, such as those of a host, without deciding anything. */
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

  /** Appends events from outside; those without a timestamp get the present one. */
  recordEvents(tracker: Tracker, events: readonly Event[], ports: Pick<TurnPorts, 'now'>): Turn {
    tracker.beginTurn();
    const log = new TurnLog(tracker, ports);
    for (const event of events) log.recordStamped(event);
    return log.turn();
  }

  private begin(tracker: Tracker, outputChannel: string, ports: TurnPorts): { log: TurnLog; setting: TurnSetting } {
    tracker.beginTurn();
    const { domain } = this;
    const log = new TurnLog(tracker, ports);
    const setting: TurnSetting = {
      domain,
      outputChannel,
      ports,
      fail: (action, error, view) =>
        log.noteFailure(action, error) ? utter(FAILURE_RESPONSE, view, { domain, outputChannel, ports }) : [],
    };
    return { log, setting };
  }

  private async hear(message: IncomingMessage, log: TurnLog, setting: TurnSetting): Promise<void> {
    const { tracker } = log;
    if (isSessionDue(tracker, this.domain, setting.ports.now())) {
      if (message.metadata && Object.keys(message.metadata).length > 0)
        log.record(slotSet(SESSION_METADATA_SLOT, message.metadata));
      await this.execute(forced(SESSION_START), log, setting, false);
      // A custom session start that does not listen has more to do first.
      if (tracker.latestAction !== LISTEN) await this.act(log, setting);
    }
    // A turn that broke off, or an action run from outside, may have left the conversation without listening; rules
    // and forms expect that a message follows it.
    if (tracker.latestAction !== LISTEN) log.record(actionExecuted(LISTEN));
    log.record(userEvent(message));
    log.record(...(await extractSlots(tracker, setting)));
  }

  private async act(log: TurnLog, setting: TurnSetting): Promise<void> {
    const { tracker } = log;
    let isAfterUser = log.hasUserMessage;
    for (let count = 0; ; count += 1) {
      if (count === this.maxPredictions) {
        log.trace.isLimitReached = true;
        break;
      }
      const choice = this.choose(tracker);
      const isRecorded = await this.execute(choice, log, setting, isAfterUser && !choice.isWithoutUser);
      if (isRecorded) isAfterUser = false;
      if (isRecorded && (choice.action === LISTEN || choice.action === SESSION_START)) break;
    }
    if (log.hasTrouble && !log.hasMessages) this.apologise(log, setting);
  }

  private choose(tracker: Tracker): Choice {
    const { followupAction } = tracker;
    if (followupAction === null) return chooseAction(this.policies, tracker);
    tracker.clearFollowup();
    return isAction(this.domain, followupAction) ? forced(followupAction) : chooseAction(this.policies, tracker);
  }

  /** Returns whether the action counts as executed; a rejected one does not. */
  private async execute(choice: Choice, log: TurnLog, setting: TurnSetting, isFirst: boolean): Promise<boolean> {
    const { tracker } = log;
    const { action, policy, confidence } = choice;
    log.trace.actions.push({ name: action, policy, confidence });
    const before: Event[] = [
      ...(isFirst ? [{ event: 'user_featurization' as const, use_text_for_featurization: false }] : []),
      ...choice.events,
    ];
    const scratch = tracker.copy();
    scratch.apply(...before);
    let events: Event[];
    try {
      events = await runAction(action, scratch, setting);
    } catch (error) {
      if (error instanceof ActionRejected) {
        // A form rejects as a matter of course.
        if (!isLoop(this.domain, action)) log.hasRejection = true;
        log.record({ event: 'action_execution_rejected', name: action, policy, confidence });
        return false;
      }
      events = setting.fail(action, error, tracker);
    }
    const isRejected = events.some(({ event }) => event === 'action_execution_rejected');
    if (isRejected) log.record(...events);
    else log.record(...before, executed(choice), ...events);
    if (events.some(({ event }) => event === 'user')) log.record(...(await extractSlots(tracker, setting)));
    return !isRejected;
  }

  private apologise(log: TurnLog, setting: TurnSetting): void {
    const known = [FAILURE_RESPONSE, 'utter_default'].find((name) => Object.hasOwn(this.domain.responses, name));
    if (known) log.record(...utter(known, log.tracker, setting));
  }
}

const forced = (action: string): Choice => ({
  action,
  policy: 'followup_action',
  confidence: 1,
  isRuleOnly: false,
  isWithoutUser: true,
  events: [],
});

const executed = ({ action, policy, confidence, isRuleOnly }: Choice): Event => ({
  event: 'action',
  name: action,
  policy,
  confidence,
  action_text: null,
  hide_rule_turn: isRuleOnly,
});

function userEvent({ text, understanding, messageId, inputChannel, metadata = {} }: IncomingMessage): UserEvent {
  const { text_tokens, ...parsed } = understanding;
  return {
    event: 'user',
    text,
    parse_data: {
      ...parsed,
      ...(text_tokens && { text_tokens }),
      text,
      message_id: messageId,
      metadata,
    },
    input_channel: inputChannel,
    message_id: messageId,
    metadata,
  };
}
