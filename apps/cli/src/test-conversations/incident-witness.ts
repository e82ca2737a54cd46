import { InProcessBroker, type OutgoingMessage } from '#bus';
import { type DataOf, type Envelope, IncidentOpen } from '#contracts';

/** A broker that records the incidents that conversations asked to open. */
export class IncidentWitness extends InProcessBroker {
  private readonly opened = new Map<string, DataOf<typeof IncidentOpen>[]>();

  override publish(message: OutgoingMessage): void {
    const { destination, body } = message;
    if (destination.kind === 'topic' && destination.routingKey === IncidentOpen.type) {
      const { subject, data } = JSON.parse(body.toString()) as Envelope<DataOf<typeof IncidentOpen>>;
      this.opened.set(subject, [...this.of(subject), data]);
    }
    super.publish(message);
  }

  /** The incidents of a conversation, oldest first. */
  of(conversationId: string): readonly DataOf<typeof IncidentOpen>[] {
    return this.opened.get(conversationId) ?? [];
  }
}
