import { Controller } from '@nestjs/common';
import { Ctx, EventPattern, Payload } from '@nestjs/microservices';
import { type BotMessage, type DataOf, type Envelope, type HostAnswered } from '#contracts';
import { ConversationStore } from '../conversations/conversation.store.js';
import { TurnRunner } from './turn-runner.service.js';
import { HANDBACK_INTENT, TakeTurnService } from './take-turn.service.js';
import { TurnEndingService } from './turn-ending.service.js';

type Answer = DataOf<typeof HostAnswered>;

/**
 * Relays the answers of hosts to the conversation, under the host's title. Takes the conversation back when the hand-off
 * failed or finished.
 */
@Controller()
export class RelayAnswerHandler {
  constructor(
    private readonly turns: TakeTurnService,
    private readonly conversations: ConversationStore,
    private readonly turnRunner: TurnRunner,
    private readonly endings: TurnEndingService,
  ) {}

  @EventPattern<string>('host.answered.v1')
  async relay(@Payload() answer: Answer, @Ctx() cause: Envelope): Promise<void> {
    const { conversationId, messageId } = answer;
    const recordId = `answer:${messageId}`;
    await this.turns.once(conversationId, recordId, messageId, cause, async (conversation) => {
      const forwarded = await this.conversations.findTurn(conversationId, messageId);
      const tracker = this.turnRunner.trackerOf(conversation);
      // A late answer must not end a later hand-off to another host, and must not take back a conversation that the
      // assistant has.
      const isWithHost = conversation.handedOffTo === answer.host;
      const isHandedBack = isWithHost && answer.outcome.kind === 'answered' && answer.outcome.isHandedBack;
      const said = this.turnRunner.say(tracker, responsesTo(answer), 'collector', recordId);
      const home = isHandedBack
        ? await this.turnRunner.converse(tracker, handback(recordId), cause)
        : { events: [], messages: [] };
      const turn = {
        ...home,
        events: [...said.events, ...home.events],
        messages: [...(forwarded?.outcome.messages ?? []), ...said.messages, ...home.messages],
      };
      return this.endings.end({
        conversation,
        tracker,
        recordId,
        outputChannel: 'collector',
        turn,
        comesHome: isHandedBack || (isWithHost && answer.outcome.kind === 'failed'),
      });
    });
  }
}

function responsesTo({ outcome, title }: Answer) {
  if (outcome.kind === 'failed') return [{ response: 'utter_handoff_failed', title }];
  return outcome.messages.map((message) => titled(message, title));
}

const titled = (message: BotMessage, title: string): BotMessage => ({
  ...message,
  ...(message.text && { text: `${title}: ${message.text}` }),
  metadata: { ...message.metadata, host_title: title },
});

/** Taking a conversation back is a turn like any other: rules answer it, and a form that is still open asks again. */
function handback(messageId: string) {
  const text = `/${HANDBACK_INTENT}`;
  const intent = { name: HANDBACK_INTENT, confidence: 1 };
  const understanding = { text, intent, entities: [], intent_ranking: [intent] };
  return { messageId, text, understanding, inputChannel: 'handoff', outputChannel: 'collector' };
}
