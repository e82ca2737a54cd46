import { Inject, Injectable } from '@nestjs/common';
import { type Envelope, type Understanding } from '#contracts';
import { DialogueEngine, Tracker, type Turn, type TurnPorts } from '#dialogue-engine';
import { LOGGER, type Logger } from '#service';
import { type Conversation } from '../conversation.store.js';
import { ActionRegistry } from '../run-action/action-registry.js';
import { seededRandom } from './seeded-random.js';

/** What a person said, as far as deciding about it goes. */
export interface Utterance {
  messageId: string;
  text: string;
  understanding: Understanding;
  inputChannel: string;
  outputChannel: string;
  metadata?: Record<string, unknown>;
}

export interface ConductedTurn extends Turn {
  /** The host that the conversation was handed to in this turn. */
  handedOverTo?: string;
}

/** Joins the engine, which decides, with the actions, which do. */
@Injectable()
export class Conductor {
  constructor(
    private readonly engine: DialogueEngine,
    private readonly actions: ActionRegistry,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  trackerOf({ id, snapshot, eventsSince }: Conversation): Tracker {
    const { domain } = this.engine;
    return snapshot ? Tracker.restore(snapshot, domain, eventsSince) : Tracker.start(id, domain);
  }

  /** One turn of the conversation; advances the tracker. */
  async converse(tracker: Tracker, utterance: Utterance, cause: Envelope): Promise<ConductedTurn> {
    const { messageId, inputChannel, metadata } = utterance;
    const isFromHost = typeof metadata?.['from_host'] === 'string';
    let handedOverTo: string | undefined;
    const handOver = (host: string): void => void (handedOverTo = host);
    const turn = await this.engine.takeTurn(tracker, utterance, {
      ...clockAndRandom(messageId),
      runAction: (call) => this.actions.run({ ...call, messageId, inputChannel, isFromHost, cause, handOver }),
    });
    for (const { action, error } of turn.trace.failures) {
      this.logger.error({ err: error, action, messageId }, 'An action failed; the person was told.');
    }
    if (turn.trace.isLimitReached) this.logger.warn({ messageId }, 'A turn was stopped after too many predictions.');
    return { ...turn, ...(handedOverTo && { handedOverTo }) };
  }

  /** Says what comes from outside; advances the tracker. */
  say(tracker: Tracker, responses: Parameters<DialogueEngine['say']>[1], outputChannel: string, seed: string): Turn {
    return this.engine.say(tracker, responses, outputChannel, clockAndRandom(seed));
  }

  /** Records that something was said to somebody else; advances the tracker. */
  overhear(tracker: Tracker, { text, understanding, messageId, inputChannel }: Utterance): Turn {
    const { intent, entities, intent_ranking } = understanding;
    const parse_data = { intent, entities, intent_ranking, text, message_id: messageId, metadata: {} };
    const event = { event: 'user' as const, text, parse_data, input_channel: inputChannel, message_id: messageId };
    return this.engine.recordEvents(tracker, [event], clockAndRandom(messageId));
  }
}

const clockAndRandom = (seed: string): Pick<TurnPorts, 'now' | 'random'> => ({
  now: () => Date.now() / 1_000,
  random: seededRandom(seed),
});
