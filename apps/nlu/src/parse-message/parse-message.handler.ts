import { Controller } from '@nestjs/common';
import { Ctx, EventPattern, Payload } from '@nestjs/microservices';
import { MessageBus } from '#bus';
import { MessageUnderstood, type Envelope, type UserMessage } from '#contracts';
import { TrainedModel } from '../trained-model.js';

@Controller()
export class ParseMessageHandler {
  constructor(
    private readonly bus: MessageBus,
    private readonly model: TrainedModel,
  ) {}

  @EventPattern<string>('message.received.v1')
  async parse(@Payload() message: UserMessage, @Ctx() cause: Envelope): Promise<void> {
    const understanding = this.model.parse(message.text);
    await this.bus.publish(MessageUnderstood, { message, understanding }, { cause });
  }
}
