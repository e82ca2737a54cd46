import { createHash, randomUUID } from 'node:crypto';
import { contracts, isEnvelope, type Contract, type DataOf, type Envelope, type ReplyOf } from '#contracts';
import {
  BusUnavailableError,
  PermanentError,
  RequestFailedError,
  RequestTimeoutError,
  RetryableError,
} from './transport/errors.js';
import {
  defaultTuning,
  type BusTuning,
  type Delivery,
  type Disposition,
  type Transport,
} from './transport/transport.js';

export interface PublishOptions {
  /** The conversation that the message is about; that of `cause` when absent. */
  conversationId?: string;
  /** The message that led to this one. Its correlation id, reply key and conversation are carried on. */
  cause?: Envelope | undefined;
  /** Process that waits for the turn's answer; that of `cause` when absent. */
  replyKey?: string | undefined;
  /** Envelope id; a new one when absent. */
  id?: string;
}

/** Handles one message. Its return value answers a command or query; its error decides about retries. */
export type MessageHandler = (data: unknown, envelope: Envelope) => Promise<unknown>;

/** Events that the bus reports to its owner, for logs. */
export type BusEvent =
  | { kind: 'retrying'; type: string; id: string; attempt: number; error: unknown }
  | { kind: 'parked'; type: string; id: string; reason: string; error?: unknown }
  | { kind: 'refused'; type: string; id: string; error: unknown };

interface Reply {
  requestId: string;
  outcome: { kind: 'ok'; data: unknown } | { kind: 'failed'; reason: string };
}

/**
 * The bus for services: typed publishing, requests with answers, and handlers whose errors decide between retry and
 * parking. It knows contracts and envelopes; the transport carries the bytes.
 */
export class MessageBus {
  private readonly handlers = new Map<string, MessageHandler>();
  private readonly waiting = new Map<string, (reply: Reply['outcome']) => void>();
  private readonly watched = new Map<string, number>();
  private closing: Promise<void> | undefined;

  constructor(
    /** Name of the service, e.g. `gateway`: the `source` of its envelopes and the prefix of its queues. */
    readonly service: string,
    private readonly transport: Transport,
    private readonly tuning: BusTuning = defaultTuning,
    private readonly report: (event: BusEvent) => void = () => undefined,
  ) {}

  /** The name of this process in envelopes. Messages addressed to it arrive here. */
  get replyKey(): string {
    return this.transport.inbox;
  }

  /** Why messages cannot be sent now, or `undefined` when they can. */
  problem(): string | undefined {
    return this.transport.problem();
  }

  /** Registers the handler of a message type. Call before `open`. Throws for an unknown type or a second handler. */
  handle(type: string, handler: MessageHandler): void {
    const contract = contracts.get(type);
    if (!contract) {
      throw new Error(`No contract is named "${type}". Known: ${[...contracts.keys()].join(', ')}.`);
    }
    if (this.handlers.has(type)) throw new Error(`${this.service} has two handlers for ${type}; it must have one.`);
    this.handlers.set(type, handler);
    if (contract.kind === 'addressed') return;
    this.transport.consume(`${this.service}.${type}`, type, (delivery) => this.take(contract, delivery));
  }

  /** Starts to connect and to receive messages. Keeps trying while the broker is unavailable. */
  open(): void {
    this.transport.consumeInbox([`*.*.*.${this.transport.inbox}.*`], (delivery) => this.takeFromInbox(delivery));
    this.transport.open();
  }

  /**
   * Publishes an event. Resolves when the broker has confirmed it.
   * @throws BusUnavailableError when it was not confirmed, UnroutableError when no service handles it
   */
  async publish<C extends Contract>(contract: C, data: DataOf<C>, options: PublishOptions): Promise<void> {
    const problem = contract.problemWith(data);
    if (problem) throw new PermanentError(`${this.service} built an invalid ${contract.type}: ${problem}`);
    const envelope = this.envelope(contract.type, data, options);
    await this.transport.publish({ destination: destinationOf(contract, envelope), body: encode(envelope) });
  }

  /**
   * Sends a command or query and waits for its answer.
   * @throws RequestTimeoutError when no answer comes in time, RequestFailedError when the service refuses,
   *   BusUnavailableError when it cannot be sent
   */
  async request<C extends Contract>(
    contract: C,
    data: DataOf<C>,
    options: PublishOptions & { timeoutMs: number },
  ): Promise<ReplyOf<C>> {
    const problem = contract.problemWith(data);
    if (problem) throw new PermanentError(`${this.service} built an invalid ${contract.type}: ${problem}`);
    const envelope = this.envelope(contract.type, data, options);
    let timer: NodeJS.Timeout | undefined;
    const answer = new Promise<Reply['outcome']>((resolve, reject) => {
      this.waiting.set(envelope.id, resolve);
      timer = setTimeout(
        () => reject(new RequestTimeoutError(`No answer to ${contract.type} within ${options.timeoutMs} ms.`)),
        options.timeoutMs,
      );
    });
    try {
      const sent = this.transport.publish({
        destination: { kind: 'topic', routingKey: contract.type, isMandatory: true },
        body: encode(envelope),
        replyTo: this.transport.inbox,
      });
      const [outcome] = await Promise.all([answer, sent]);
      if (outcome.kind === 'failed') throw new RequestFailedError(outcome.reason);
      const replyProblem = contract.problemWithReply(outcome.data);
      if (replyProblem) throw new RequestFailedError(`The answer to ${contract.type} is invalid: ${replyProblem}`);
      return outcome.data as ReplyOf<C>;
    } finally {
      clearTimeout(timer);
      this.waiting.delete(envelope.id);
    }
  }

  /** Receives the messages addressed to a conversation from now on. Calls are counted; end each with `unwatch`. */
  async watch(conversationId: string): Promise<void> {
    const count = this.watched.get(conversationId) ?? 0;
    this.watched.set(conversationId, count + 1);
    if (count === 0) await this.transport.bindInbox(`*.*.*.*.${conversationKey(conversationId)}`);
  }

  async unwatch(conversationId: string): Promise<void> {
    const count = this.watched.get(conversationId) ?? 0;
    if (count > 1) {
      this.watched.set(conversationId, count - 1);
    } else if (count === 1) {
      this.watched.delete(conversationId);
      await this.transport.unbindInbox(`*.*.*.*.${conversationKey(conversationId)}`);
    }
  }

  /** Stops receiving, waits for the messages in progress, and disconnects. A second call changes nothing. */
  close(): Promise<void> {
    this.closing ??= this.transport.close();
    return this.closing;
  }

  private envelope(type: string, data: unknown, options: PublishOptions): Envelope {
    const id = options.id ?? randomUUID();
    const subject = options.conversationId ?? options.cause?.subject;
    if (!subject) throw new PermanentError(`${type} was published without a conversation id.`);
    const replykey = options.replyKey ?? options.cause?.replykey;
    return {
      specversion: '1.0',
      id,
      source: this.service,
      type,
      subject,
      time: new Date().toISOString(),
      correlationid: options.cause?.correlationid ?? id,
      ...(options.cause && { causationid: options.cause.id }),
      ...(options.cause?.traceparent && { traceparent: options.cause.traceparent }),
      ...(replykey && { replykey }),
      data,
    };
  }

  private async take(contract: Contract, delivery: Delivery): Promise<Disposition> {
    const envelope = decode(delivery.body);
    if (!envelope) return this.park({ type: contract.type, id: '?' }, 'not an envelope');
    const problem = contract.problemWith(envelope.data);
    if (problem) return this.park(envelope, `invalid data: ${problem}`);
    try {
      const result = await this.handlers.get(contract.type)?.(envelope.data, envelope);
      if (contract.reply) await this.answer(delivery, envelope, { kind: 'ok', data: result });
      return { kind: 'done' };
    } catch (error) {
      return this.afterFailure(contract, envelope, delivery, error);
    }
  }

  private async afterFailure(
    contract: Contract,
    envelope: Envelope,
    delivery: Delivery,
    error: unknown,
  ): Promise<Disposition> {
    const reason = error instanceof Error ? error.message : String(error);
    if (contract.kind === 'query') {
      this.report({ kind: 'refused', type: envelope.type, id: envelope.id, error });
      await this.answer(delivery, envelope, { kind: 'failed', reason }).catch(() => undefined);
      return { kind: 'done' };
    }
    const isPassing = error instanceof RetryableError || error instanceof BusUnavailableError;
    const isPermanent =
      error instanceof PermanentError || (!isPassing && delivery.attempt >= this.tuning.maxUnexpectedAttempts);
    if (isPermanent) {
      if (contract.reply) await this.answer(delivery, envelope, { kind: 'failed', reason }).catch(() => undefined);
      return this.park(envelope, reason, error);
    }
    this.report({ kind: 'retrying', type: envelope.type, id: envelope.id, attempt: delivery.attempt, error });
    return { kind: 'retry', afterMs: error instanceof RetryableError ? error.retryAfterMs : 0 };
  }

  private park(about: { type: string; id: string }, reason: string, error?: unknown): Disposition {
    this.report({ kind: 'parked', type: about.type, id: about.id, reason, error });
    return { kind: 'park', reason };
  }

  private async answer(delivery: Delivery, request: Envelope, outcome: Reply['outcome']): Promise<void> {
    if (!delivery.replyTo) return;
    const reply: Reply = { requestId: request.id, outcome };
    await this.transport.publish({ destination: { kind: 'inbox', name: delivery.replyTo }, body: encode(reply) });
  }

  /** Handles an inbox message. Somebody waits for it now, so it is delivered once and a failure is only reported. */
  private async takeFromInbox(delivery: Delivery): Promise<Disposition> {
    const message: unknown = parse(delivery.body);
    if (isReply(message)) {
      this.waiting.get(message.requestId)?.(message.outcome);
    } else if (isEnvelope(message)) {
      const handler = this.handlers.get(message.type);
      const problem = contracts.get(message.type)?.problemWith(message.data);
      try {
        if (problem) throw new PermanentError(`invalid data: ${problem}`);
        await handler?.(message.data, message);
      } catch (error) {
        this.report({ kind: 'refused', type: message.type, id: message.id, error });
      }
    }
    return { kind: 'done' };
  }
}

function destinationOf(contract: Contract, envelope: Envelope) {
  if (contract.kind !== 'addressed') {
    return { kind: 'topic', routingKey: contract.type, isMandatory: true } as const;
  }
  // Possibly no process holds the conversation any more. Its tracker has the message, so this is no error.
  const routingKey = `${contract.type}.${envelope.replykey ?? '-'}.${conversationKey(envelope.subject)}`;
  return { kind: 'topic', routingKey, isMandatory: false } as const;
}

/** The routing key of a conversation: its id can be any text, but a routing key cannot. */
const conversationKey = (conversationId: string): string =>
  createHash('sha256').update(conversationId).digest('hex').slice(0, 32);

const encode = (value: unknown): Buffer => Buffer.from(JSON.stringify(value));

function parse(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString()) as unknown;
  } catch {
    return undefined;
  }
}

function decode(body: Buffer): Envelope | undefined {
  const value = parse(body);
  return isEnvelope(value) ? value : undefined;
}

function isReply(value: unknown): value is Reply {
  const { requestId, outcome } = (value ?? {}) as { requestId?: unknown; outcome?: unknown };
  if (typeof requestId !== 'string' || typeof outcome !== 'object' || outcome === null) return false;
  const { kind, reason } = outcome as { kind?: unknown; reason?: unknown };
  return kind === 'ok' || (kind === 'failed' && typeof reason === 'string');
}
