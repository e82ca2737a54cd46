import { Controller } from '@nestjs/common';
import { Ctx, EventPattern, Payload } from '@nestjs/microservices';
import { type DataOf, type Envelope, type IncidentSettled, type IncidentUpdated } from '#contracts';
import { NotificationStore } from './notification.store.js';
import { NotificationSender } from './notification.sender.js';

/** Stores events from outside as notifications. The sender delivers them when the conversation has no open question. */
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
    // An operation can have a second outcome after an operator retried it.
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
