import { Controller } from '@nestjs/common';
import { Ctx, EventPattern, Payload } from '@nestjs/microservices';
import { type DataOf, type Envelope, type IncidentSettled, type IncidentUpdated } from '#contracts';
import { NotificationStore } from './notification.store.js';
import { NotificationSender } from './notification.sender.js';

/** Keeps what happened outside as a notification, which is sent when the conversation has a moment for it. */
@Controller()
export class NotificationHandler {
  constructor(
    private readonly notifications: NotificationStore,
    private readonly sender: NotificationSender,
  ) {}

  @EventPattern<string>('incident.settled.v1')
  async settled(
    @Payload() { operationId, conversationId, outcome }: DataOf<typeof IncidentSettled>,
    @Ctx() event: Envelope,
  ) {
    // An operation that an operator had tried again may have another outcome.
    await this.keep(`settled:${operationId}:${outcome.kind}`, conversationId, event);
  }

  @EventPattern<string>('incident.updated.v1')
  async updated(@Payload() { changeId, conversationId }: DataOf<typeof IncidentUpdated>, @Ctx() event: Envelope) {
    await this.keep(`updated:${changeId}`, conversationId, event);
  }

  private async keep(id: string, conversationId: string, event: Envelope): Promise<void> {
    await this.notifications.keep(id, conversationId, event);
    void this.sender.poll();
  }
}
