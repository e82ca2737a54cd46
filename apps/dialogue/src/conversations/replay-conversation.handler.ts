import { Controller } from '@nestjs/common';
import { MessagePattern, Payload } from '@nestjs/microservices';
import { type ConversationReplay, type DataOf, type ReplyOf } from '#contracts';
import { ConversationStore } from './conversation.store.js';

/** Maximum number of turns in one answer. Older turns are not shown. */
const MAX_TURNS = 100;

@Controller()
export class ReplayConversationHandler {
  constructor(private readonly conversations: ConversationStore) {}

  @MessagePattern<string>('conversation.replay.v1')
  async replay(
    @Payload() { conversationId, afterTurn }: DataOf<typeof ConversationReplay>,
  ): Promise<ReplyOf<typeof ConversationReplay>> {
    const rows = await this.conversations.turnsAfter(conversationId, afterTurn, MAX_TURNS);
    return {
      turns: rows.map(({ number, userText, outcome, recordedAt }) => ({
        turn: number,
        at: recordedAt.toISOString(),
        ...(userText !== null && { userText }),
        // The answer to a forwarded message is in the turn that relays it.
        messages: outcome.kind === 'completed' ? outcome.messages : [],
      })),
    };
  }
}
