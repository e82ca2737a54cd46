import { Controller } from '@nestjs/common';
import { EventPattern, Payload } from '@nestjs/microservices';
import { type DataOf, type TurnDelayed } from '#contracts';
import { ConversationQueue, type CompletedTurn } from '../accept-message/conversation-queue.service.js';
import { SocketChannel } from '../channels/socketio/socket.channel.js';

/** Delivers the assistant's answers to the clients of this instance that wait for them. */
@Controller()
export class DeliverTurnHandler {
  constructor(
    private readonly queue: ConversationQueue,
    private readonly sockets: SocketChannel,
  ) {}

  @EventPattern<string>('turn.completed.v1')
  completed(@Payload() turn: CompletedTurn): void {
    this.sockets.deliver(turn);
    this.queue.completed(turn);
  }

  @EventPattern<string>('turn.delayed.v1')
  delayed(@Payload() { conversationId, messageId, reason }: DataOf<typeof TurnDelayed>): void {
    this.queue.delayed(conversationId, messageId, reason);
  }
}
