import { Controller } from '@nestjs/common';
import { Ctx, MessagePattern, Payload } from '@nestjs/microservices';
import { type Change, type ConversationChange, type DataOf, type Envelope, type ReplyOf } from '#contracts';
import { DialogueEngine, type Event, type Tracker, type Turn, type TurnPorts } from '#dialogue-engine';
import { type Conversation, ConversationStore } from '../conversations/conversation.store.js';
import { TurnRunner, type FinishedTurn } from '../turns/turn-runner.service.js';
import { type DecidedTurn, TakeTurnService } from '../turns/take-turn.service.js';
import { TurnEndingService } from '../turns/turn-ending.service.js';
import { readPostedEvents } from './posted-events.js';
import { orRefusal, Refused } from './refusal.js';
import { SessionStartService } from './session-start.service.js';
import { ALL_TURNS, unknownConversation } from './show-conversation.handler.js';

type Asked = DataOf<typeof ConversationChange>;
type ChangeOf<Kind extends Change['kind']> = Extract<Change, { kind: Kind }>;

/** The conversation that a change applies to. */
interface Scene {
  conversation: Conversation;
  tracker: Tracker;
  changeId: string;
  inputChannel: string;
  outputChannel: string;
  cause: Envelope;
}

/**
 * Carries out the changes of the HTTP API. Each is a turn like any other: it is recorded once under the id of the
 * change, and reaches every client that has the conversation open.
 */
@Controller()
export class ChangeConversationHandler {
  constructor(
    private readonly turns: TakeTurnService,
    private readonly conversations: ConversationStore,
    private readonly turnRunner: TurnRunner,
    private readonly endings: TurnEndingService,
    private readonly engine: DialogueEngine,
    private readonly sessions: SessionStartService,
  ) {}

  @MessagePattern<string>('conversation.change.v1')
  change(@Payload() request: Asked, @Ctx() cause: Envelope): Promise<ReplyOf<typeof ConversationChange>> {
    return orRefusal(async () => {
      const { conversationId, changeId, include } = request;
      await this.turns.once(conversationId, changeId, undefined, cause, (conversation) =>
        this.decide(conversation, request, cause),
      );
      const { conversation, recorded } = await this.conversations.load(conversationId, changeId);
      const history = include === 'NONE' ? [] : await this.conversations.history(conversationId, ALL_TURNS);
      return {
        kind: 'changed',
        tracker: this.turnRunner.trackerOf(conversation).toRasaJson(include, history),
        messages: recorded?.outcome.messages ?? [],
      };
    });
  }

  private async decide(
    conversation: Conversation,
    { changeId, change, outputChannel: wanted = 'collector' }: Asked,
    cause: Envelope,
  ): Promise<DecidedTurn | undefined> {
    const tracker = this.turnRunner.trackerOf(conversation);
    const latest = tracker.latestInputChannel;
    const outputChannel = wanted === 'latest' ? (latest ?? 'collector') : wanted;
    const scene = { conversation, tracker, changeId, inputChannel: latest ?? 'rest', outputChannel, cause };
    const turn = await this.take(change, scene);
    // An empty change records nothing.
    if (turn.events.length === 0) return undefined;
    return this.endings.end({
      conversation,
      tracker,
      recordId: changeId,
      outputChannel,
      turn,
      userText: change.kind === 'log' ? change.text : null,
      comesHome: change.kind === 'replace',
    });
  }

  private take(change: Change, scene: Scene): Promise<FinishedTurn> {
    switch (change.kind) {
      case 'append':
        return this.append(change, scene);
      case 'replace':
        return Promise.resolve(this.replace(change, scene));
      case 'execute':
        return this.execute(change, scene);
      case 'trigger':
        return this.trigger(change, scene);
      case 'log':
        return this.log(change, scene);
    }
  }

  private async append({ events, isActedOn }: ChangeOf<'append'>, scene: Scene): Promise<FinishedTurn> {
    const { conversation, tracker, changeId, outputChannel, cause } = scene;
    const posted = readPostedEvents(events, this.engine.domain);
    const isBegun = conversation.version > 0 || beginsSession(posted);
    const beginning = isBegun ? undefined : await this.sessions.begin(tracker, changeId, outputChannel, cause);
    const appended = this.record(tracker, posted);
    return {
      ...beginning,
      ...appended,
      events: [...(beginning?.events ?? []), ...appended.events],
      messages: [...(beginning?.messages ?? []), ...(isActedOn ? appended.messages : [])],
    };
  }

  /**
   * Replaces the events of the conversation. The old events stay in the event log before a restart, and have no effect
   * any more.
   */
  private replace({ events }: ChangeOf<'replace'>, { conversation, tracker }: Scene): FinishedTurn {
    const restart: Event[] = conversation.version > 0 ? [{ event: 'restart' }] : [];
    const posted = readPostedEvents(events, this.engine.domain);
    return { ...this.record(tracker, [...restart, ...posted]), messages: [] };
  }

  private execute({ action, policy, confidence }: ChangeOf<'execute'>, scene: Scene): Promise<FinishedTurn> {
    const { conversation, tracker, outputChannel } = scene;
    if (conversation.version === 0) throw unknownConversation(conversation.id);
    if (!this.engine.hasAction(action)) throw new Refused('invalid', `The assistant has no action ${action}.`);
    const by = { ...(policy !== undefined && { policy }), ...(confidence !== undefined && { confidence }) };
    return this.run(scene, (ports) => this.engine.executeAction(tracker, action, outputChannel, ports, by));
  }

  private trigger({ intent, entities }: ChangeOf<'trigger'>, scene: Scene): Promise<FinishedTurn> {
    const { tracker, changeId: messageId, outputChannel } = scene;
    if (!Object.hasOwn(this.engine.domain.intents, intent))
      throw new Refused('not-found', `The domain has no intent ${intent}.`);
    const trigger = { intent, entities, messageId, outputChannel };
    return this.run(scene, (ports) => this.engine.triggerIntent(tracker, trigger, ports));
  }

  private log({ text, understanding, metadata }: ChangeOf<'log'>, scene: Scene): Promise<FinishedTurn> {
    const { tracker, changeId: messageId, inputChannel, outputChannel } = scene;
    const message = { text, understanding, messageId, inputChannel, outputChannel, ...(metadata && { metadata }) };
    return this.run(scene, (ports) => this.engine.logMessage(tracker, message, ports));
  }

  private run(
    { changeId: messageId, inputChannel, outputChannel, cause }: Scene,
    take: (ports: TurnPorts) => Promise<Turn>,
  ): Promise<FinishedTurn> {
    return this.turnRunner.run({ messageId, inputChannel, outputChannel }, cause, take);
  }

  private record(tracker: Tracker, events: readonly Event[]): Turn {
    return this.engine.recordEvents(tracker, events, { now: () => Date.now() / 1_000 });
  }
}

/** Whether the posted events contain the start of the session. */
const beginsSession = (events: readonly Event[]): boolean =>
  events[0]?.event === 'session_started' || (events[0]?.event === 'action' && events[1]?.event === 'session_started');
