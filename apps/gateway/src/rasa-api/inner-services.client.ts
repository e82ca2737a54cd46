import { randomUUID } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { BusUnavailableError, MessageBus, RequestTimeoutError, UnroutableError } from '#bus';
import {
  type Change,
  type Contract,
  ConversationChange,
  type DataOf,
  type IncludeEvents,
  type Refusal,
  type ReplyOf,
} from '#contracts';
import { Problem, SETTINGS } from '#service';
import { ConversationQueue } from '../accept-message/conversation-queue.service.js';
import { type GatewaySettings } from '../settings/gateway.settings.js';

const STATUS: Record<Refusal['cause'], number> = { 'not-found': 404, invalid: 400, unavailable: 503 };

/** The conversation id of requests that belong to no conversation. */
const NO_CONVERSATION = 'http-api';

interface Asking {
  conversationId?: string;
  timeoutMs?: number;
  /** The error text when no service takes such requests. By default it says that a service is unavailable. */
  ifNobody?: string;
}

/** Sends requests to the services behind the gateway. Turns refusals and unavailable services into HTTP errors. */
@Injectable()
export class InnerServicesClient {
  constructor(
    private readonly bus: MessageBus,
    private readonly queue: ConversationQueue,
    @Inject(SETTINGS) private readonly settings: GatewaySettings,
  ) {}

  /** @throws Problem when there is no usable answer */
  async ask<C extends Contract>(
    contract: C,
    data: DataOf<C>,
    { conversationId = NO_CONVERSATION, timeoutMs = this.settings.TURN_TIMEOUT_MS, ifNobody }: Asking = {},
  ): Promise<Exclude<ReplyOf<C>, Refusal>> {
    const reply: unknown = await this.bus
      .request(contract, data, { conversationId, timeoutMs })
      .catch((error: unknown) => {
        if (error instanceof RequestTimeoutError) throw new Problem(504, { detail: 'There was no answer in time.' });
        if (error instanceof UnroutableError && ifNobody !== undefined) throw new Problem(501, { detail: ifNobody });
        if (error instanceof BusUnavailableError)
          throw new Problem(503, { detail: 'A service that is needed for this is unavailable.', retryAfter: 2 });
        throw error;
      });
    if (isRefusal(reply)) throw new Problem(STATUS[reply.cause], { detail: reply.message });
    return reply as Exclude<ReplyOf<C>, Refusal>;
  }

  /** Changes a conversation. The change waits its turn among the messages of the person. */
  async change(
    conversationId: string,
    change: Change,
    { include, outputChannel }: { include: IncludeEvents; outputChannel?: string },
  ) {
    const data = {
      conversationId,
      changeId: `api-${randomUUID()}`,
      change,
      include,
      ...(outputChannel !== undefined && { outputChannel }),
    };
    const done = await this.queue.alone(conversationId, () => this.ask(ConversationChange, data, { conversationId }));
    if (done.kind === 'done') return done.result;
    throw new Problem(done.cause === 'too-many' ? 429 : 503, { detail: done.reason, retryAfter: 2 });
  }
}

const isRefusal = (reply: unknown): reply is Refusal => (reply as { kind?: unknown }).kind === 'refused';
