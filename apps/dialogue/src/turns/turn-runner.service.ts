import { Inject, Injectable } from '@nestjs/common';
import { type Envelope, type Understanding } from '#contracts';
import { DialogueEngine, Tracker, type Trigger, type Turn, type TurnPorts } from '#dialogue-engine';
import { LOGGER, type Logger } from '#service';
import { type Conversation } from '../conversations/conversation.store.js';
import { ActionRunner } from '../actions/action.runner.js';
import { randomOf } from './random-of.js';

/** The parts of a person's message that decide the turn. */
export interface Utterance {
  messageId: string;
  text: string;
  understanding: Understanding;
  inputChannel: string;
  outputChannel: string;
  metadata?: Record<string, unknown>;
  /** The email address that the channel asserts. */
  assertedEmail?: string;
  /** Whether the sender wants the trace: the prediction of every policy. */
  wantsTrace?: boolean;
}

/** What a turn needs to know about its cause. */
type TurnOrigin = Pick<Utterance, 'messageId' | 'inputChannel' | 'outputChannel' | 'metadata' | 'assertedEmail'>;

export interface FinishedTurn extends Turn {
  /** The host that the conversation was handed to in this turn. */
  handedOverTo?: string;
}

/** Runs turns: connects the engine, which makes the decisions, with the actions. */
@Injectable()
export class TurnRunner {
  constructor(
    private readonly engine: DialogueEngine,
    private readonly actions: ActionRunner,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  trackerOf({ id, snapshot, eventsSince }: Conversation): Tracker {
    const { domain } = this.engine;
    return snapshot ? Tracker.restore(snapshot, domain, eventsSince) : Tracker.start(id, domain);
  }

  /** Takes the turn of a message; advances the tracker. */
  converse(tracker: Tracker, utterance: Utterance, cause: Envelope): Promise<FinishedTurn> {
    return this.run(utterance, cause, (ports) => this.engine.takeTurn(tracker, utterance, ports));
  }

  /**
   * Takes the turn of a due reminder; advances the tracker. Returns undefined when the conversation no longer has the
   * reminder.
   */
  remind(
    tracker: Tracker,
    name: string,
    messageId: string,
    outputChannel: string,
    cause: Envelope,
  ): Promise<FinishedTurn | undefined> {
    const inputChannel = tracker.latestInputChannel ?? outputChannel;
    const to = { messageId, outputChannel };
    return this.run({ ...to, inputChannel }, cause, (ports) => this.engine.remind(tracker, name, to, ports));
  }

  /**
   * Takes the turn of an intent from outside; advances the tracker. Returns undefined when the domain does not have the
   * intent.
   */
  async trigger(tracker: Tracker, trigger: Trigger, cause: Envelope): Promise<FinishedTurn | undefined> {
    if (!Object.hasOwn(this.engine.domain.intents, trigger.intent)) return undefined;
    const inputChannel = trigger.inputChannel ?? tracker.latestInputChannel ?? trigger.outputChannel;
    return this.run({ ...trigger, inputChannel }, cause, (ports) => this.engine.triggerIntent(tracker, trigger, ports));
  }

  /** Takes a turn with the actions of this service and a clock. Logs failed actions. */
  async run<Taken extends Turn | undefined>(
    about: TurnOrigin,
    cause: Envelope,
    take: (ports: TurnPorts) => Promise<Taken>,
  ): Promise<FinishedTurn | Extract<Taken, undefined>> {
    const { messageId, inputChannel, metadata, assertedEmail } = about;
    const asserted = assertedEmail !== undefined && { assertedEmail };
    const isFromHost = typeof metadata?.['from_host'] === 'string';
    let handedOverTo: string | undefined;
    const handOver = (host: string): void => void (handedOverTo = host);
    const turn = await take({
      ...clockAndRandom(messageId),
      runAction: (call) =>
        this.actions.run({ ...call, messageId, inputChannel, isFromHost, cause, handOver, ...asserted }),
    });
    if (!turn) return turn as Extract<Taken, undefined>;
    for (const { action, error } of turn.trace.failures) {
      this.logger.error({ err: error, action, messageId }, 'An action failed. The person got an apology.');
    }
    if (turn.trace.isLimitReached) this.logger.warn({ messageId }, 'A turn was stopped after too many predictions.');
    return { ...turn, ...(handedOverTo && { handedOverTo }) };
  }

  /** Sends messages from outside to the person; advances the tracker. */
  say(tracker: Tracker, responses: Parameters<DialogueEngine['say']>[1], outputChannel: string, seed: string): Turn {
    return this.engine.say(tracker, responses, outputChannel, clockAndRandom(seed));
  }

  /** Records a message that a host answers, without a decision; advances the tracker. */
  recordUserMessage(tracker: Tracker, { text, understanding, messageId, inputChannel }: Utterance): Turn {
    const { intent, entities, intent_ranking } = understanding;
    const parse_data = { intent, entities, intent_ranking, text, message_id: messageId, metadata: {} };
    const event = { event: 'user' as const, text, parse_data, input_channel: inputChannel, message_id: messageId };
    return this.engine.recordEvents(tracker, [event], clockAndRandom(messageId));
  }
}

const clockAndRandom = (seed: string): Pick<TurnPorts, 'now' | 'random'> => ({
  now: () => Date.now() / 1_000,
  random: randomOf(seed),
});
