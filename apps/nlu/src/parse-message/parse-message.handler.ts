import { Controller } from '@nestjs/common';
import { Ctx, EventPattern, Payload } from '@nestjs/microservices';
import { MessageBus } from '#bus';
import { MessageUnderstood, type Envelope, type UserMessage } from '#contracts';
import { TextParser } from './text-parser.service.js';

@Controller()
export class ParseMessageHandler {
  constructor(
    private readonly bus: MessageBus,
    private readonly parser: TextParser,
  ) {}

  @EventPattern<string>('message.received.v1')
  async parse(@Payload() message: UserMessage, @Ctx() cause: Envelope): Promise<void> {
    const { text, messageId, sentAt } = message;
    const understanding = await this.parser.parse(text, { now: new Date(sentAt) }, messageId);
    await this.bus.publish(MessageUnderstood, { message, understanding }, { cause });
  }
}
