import { Controller } from '@nestjs/common';
import { Ctx, EventPattern, Payload } from '@nestjs/microservices';
import { MessageBus } from '#bus';
import { TurnDelayed, type DataOf, type Envelope, type MessageUnderstood } from '#contracts';
import { StoreUnavailableError } from '#store';
import { TakeTurnService } from './take-turn.service.js';

@Controller()
export class TakeTurnHandler {
  constructor(
    private readonly turns: TakeTurnService,
    private readonly bus: MessageBus,
  ) {}

  @EventPattern<string>('message.understood.v1')
  async take(@Payload() understood: DataOf<typeof MessageUnderstood>, @Ctx() cause: Envelope): Promise<void> {
    try {
      await this.turns.take(understood, cause);
    } catch (error) {
      if (error instanceof StoreUnavailableError) {
        // The waiting client learns of the delay at once; the message itself waits for the database.
        const { conversationId, messageId } = understood.message;
        const delayed = { conversationId, messageId, reason: 'the conversation store is unavailable' };
        await this.bus.publish(TurnDelayed, delayed, { cause }).catch(() => undefined);
      }
      throw error;
    }
  }
}
