import { Controller } from '@nestjs/common';
import { Ctx, MessagePattern, Payload } from '@nestjs/microservices';
import {
  type AssistantShow,
  type ConversationNarrate,
  type ConversationPredict,
  type ConversationShow,
  type DataOf,
  type Envelope,
  type ReplyOf,
} from '#contracts';
import { DialogueEngine, type Event, Tracker } from '#dialogue-engine';
import { domainJson } from '#assistant';
import { ConversationStore } from '../conversations/conversation.store.js';
import { TurnRunner } from '../turns/turn-runner.service.js';
import { readPostedEvents } from './posted-events.js';
import { answerOrRefusal, Refused } from './refusal.js';
import { SessionStartService } from './session-start.service.js';
import { storyYaml } from './story-yaml.js';

/** More turns than any conversation has. */
export const ALL_TURNS = 2 ** 31 - 1;

/** Answers the queries of the HTTP API about conversations. Changes nothing. */
@Controller()
export class ShowConversationHandler {
  constructor(
    private readonly conversations: ConversationStore,
    private readonly turnRunner: TurnRunner,
    private readonly engine: DialogueEngine,
    private readonly sessions: SessionStartService,
  ) {}

  @MessagePattern<string>('conversation.show.v1')
  show(
    @Payload() { conversationId, include, until }: DataOf<typeof ConversationShow>,
    @Ctx() cause: Envelope,
  ): Promise<ReplyOf<typeof ConversationShow>> {
    return answerOrRefusal(async () => {
      const { conversation } = await this.conversations.load(conversationId, cause.id);
      const tracker = this.turnRunner.trackerOf(conversation);
      if (conversation.version === 0) {
        await this.sessions.begin(tracker, cause.id, 'collector', cause);
        return { kind: 'shown', tracker: tracker.toRasaJson(include, []) };
      }
      if (until === undefined && include === 'NONE') return { kind: 'shown', tracker: tracker.toRasaJson(include) };
      const history = await this.historyUntil(conversationId, until);
      const shown = until === undefined ? tracker : Tracker.replay(conversationId, this.engine.domain, history);
      return { kind: 'shown', tracker: shown.toRasaJson(include, history) };
    });
  }

  @MessagePattern<string>('conversation.narrate.v1')
  narrate(
    @Payload() { conversationId, until, allSessions }: DataOf<typeof ConversationNarrate>,
  ): Promise<ReplyOf<typeof ConversationNarrate>> {
    return answerOrRefusal(async () => {
      const history = await this.historyUntil(conversationId, until);
      if (history.length === 0) throw unknownConversation(conversationId);
      return { kind: 'narrated', yaml: storyYaml(conversationId, history, this.engine.domain, allSessions) };
    });
  }

  @MessagePattern<string>('conversation.predict.v1')
  predict(
    @Payload() { conversationId, include, events }: DataOf<typeof ConversationPredict>,
  ): Promise<ReplyOf<typeof ConversationPredict>> {
    return answerOrRefusal(async () => {
      const { tracker, history } = events
        ? this.replayed(conversationId, readPostedEvents(events, this.engine.domain))
        : await this.stored(conversationId);
      const { scores, policy, confidence } = this.engine.predict(tracker);
      return { kind: 'predicted', scores, policy, confidence, tracker: tracker.toRasaJson(include, history) };
    });
  }

  @MessagePattern<string>('assistant.show.v1')
  showAssistant(@Payload() _part: DataOf<typeof AssistantShow>): ReplyOf<typeof AssistantShow> {
    return { domain: { version: '3.1', ...domainJson(this.engine.domain) } };
  }

  private replayed(conversationId: string, history: Event[]): { tracker: Tracker; history: Event[] } {
    return { tracker: Tracker.replay(conversationId, this.engine.domain, history), history };
  }

  private async stored(conversationId: string): Promise<{ tracker: Tracker; history: Event[] }> {
    const { conversation } = await this.conversations.load(conversationId, '');
    if (conversation.version === 0) throw unknownConversation(conversationId);
    const history = await this.conversations.history(conversationId, ALL_TURNS);
    return { tracker: this.turnRunner.trackerOf(conversation), history };
  }

  private async historyUntil(conversationId: string, until: number | undefined): Promise<Event[]> {
    const history = await this.conversations.history(conversationId, ALL_TURNS);
    return until === undefined ? history : history.filter(({ timestamp }) => (timestamp ?? 0) <= until);
  }
}

export const unknownConversation = (conversationId: string): Refused =>
  new Refused('not-found', `There is no conversation ${conversationId}.`);
