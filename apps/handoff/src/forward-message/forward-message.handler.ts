import { Controller, Inject } from '@nestjs/common';
import { Ctx, EventPattern, Payload } from '@nestjs/microservices';
import { MessageBus } from '#bus';
import { HostAnswered, type DataOf, type Envelope, type MessageForwarded } from '#contracts';
import { LOGGER, SETTINGS, type Logger } from '#service';
import { type HandoffSettings } from '../settings/handoff.settings.js';
import { HostRegistry } from '../hosts/host.registry.js';
import { isSameHost, nextHost } from './host-answer.js';
import { HostClient, HostError } from './host.client.js';

type Outcome = DataOf<typeof HostAnswered>['outcome'];

@Controller()
export class ForwardMessageHandler {
  constructor(
    private readonly bus: MessageBus,
    private readonly hosts: HostRegistry,
    private readonly client: HostClient,
    @Inject(SETTINGS) private readonly settings: HandoffSettings,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /** Sends a message to its host. Publishes exactly one `host.answered` for it, also when the host does not answer. */
  @EventPattern<string>('message.forwarded.v1')
  async forward(@Payload() message: DataOf<typeof MessageForwarded>, @Ctx() cause: Envelope): Promise<void> {
    const { conversationId, messageId, host } = message;
    const outcome = await this.ask(message);
    if (outcome.kind === 'failed') this.logger.warn({ host, messageId, reason: outcome.reason }, 'A host failed.');
    const answered = { conversationId, messageId, host, title: this.hosts.titleOf(host), outcome };
    await this.bus.publish(HostAnswered, answered, { cause });
  }

  private async ask({ conversationId, messageId, host, text }: DataOf<typeof MessageForwarded>): Promise<Outcome> {
    const url = this.hosts.urlOf(host);
    if (!url) return { kind: 'failed', reason: `the host ${host} is not configured` };
    try {
      const messages = await this.client.say(url, conversationId, text, messageId);
      const next = messages.map(nextHost).filter((each) => each !== undefined);
      return {
        kind: 'answered',
        // Instructions of the hand-off protocol are for this service; the other messages are for the person.
        messages: messages.filter((each) => nextHost(each) === undefined),
        isHandedBack: next.some((each) => isSameHost(each, this.settings.PUBLIC_URL)),
      };
    } catch (error) {
      if (!(error instanceof HostError)) throw error;
      return { kind: 'failed', reason: error.message };
    }
  }
}
