/** The destination of an outgoing message. */
export type Destination =
  /** To every queue bound to this routing key; unroutable when there is none and `isMandatory`. */
  | { kind: 'topic'; routingKey: string; isMandatory: boolean }
  /** To one process: its inbox by name. Gone when the process is. */
  | { kind: 'inbox'; name: string };

export interface OutgoingMessage {
  destination: Destination;
  body: Buffer;
  /** Inbox for the answer. */
  replyTo?: string;
}

export interface Delivery {
  body: Buffer;
  /** 1 for the first attempt; counted by our own retries. */
  attempt: number;
  replyTo?: string;
}

/** How to treat a delivery after its handler. */
export type Disposition =
  | { kind: 'done' }
  /** Deliver again after at least this long, with `attempt` one higher. */
  | { kind: 'retry'; afterMs: number }
  /** Keep it in the parking queue with this reason. */
  | { kind: 'park'; reason: string };

export type DeliveryHandler = (delivery: Delivery) => Promise<Disposition>;

/**
 * Carries messages: through RabbitMQ between processes, or through queues in memory within one. One conformance suite
 * tests both for the same guarantees: a published message is kept until a handler has finished it; replicas compete for a
 * queue; a failed message is retried later or parked; closing waits for the handlers in progress.
 */
export interface Transport {
  /** Name of this process's inbox. */
  readonly inbox: string;
  /** Starts to connect and keeps trying; never throws for an unavailable broker. */
  open(): void;
  /** Why messages cannot be sent now, or `undefined` when they can. */
  problem(): string | undefined;
  /** Resolves when the message is stored safely. Rejects with `BusUnavailableError` or `UnroutableError`. */
  publish(message: OutgoingMessage): Promise<void>;
  /** Consumes a durable queue that all replicas of a service share. Call before `open`. */
  consume(queue: string, routingKey: string, handler: DeliveryHandler): void;
  /** Consumes the messages for this process only. Call before `open`. */
  consumeInbox(routingKeys: string[], handler: DeliveryHandler): void;
  /** Adds a topic routing key to the inbox. Resolves when messages sent from now on will arrive. */
  bindInbox(routingKey: string): Promise<void>;
  unbindInbox(routingKey: string): Promise<void>;
  /** Stops consuming, waits for handlers and publications in progress, then disconnects. */
  close(): Promise<void>;
}

/** All settings for failures and load. */
export interface BusTuning {
  /** Prefix of every exchange and queue, so that installations can share a broker: letters, digits and `-`. */
  namespace: string;
  /** Delays before the 2nd, 3rd… attempt; the last one repeats. Milliseconds. */
  retryDelaysMs: number[];
  /** Attempts after an unexpected error (a bug) before the message is parked. */
  maxUnexpectedAttempts: number;
  /** Unfinished deliveries per queue and process. */
  prefetch: number;
  /** Longest wait for a broken connection before a publication is refused. Milliseconds. */
  connectWaitMs: number;
  /** Longest wait for the broker's confirmation. Milliseconds. */
  confirmTimeoutMs: number;
  /** Longest wait for handlers in progress when closing. Milliseconds. */
  drainTimeoutMs: number;
}

export const defaultTuning: BusTuning = {
  namespace: 'helpdesk',
  retryDelaysMs: [1_000, 5_000, 30_000],
  maxUnexpectedAttempts: 3,
  prefetch: 64,
  connectWaitMs: 500,
  confirmTimeoutMs: 5_000,
  drainTimeoutMs: 10_000,
};

/** The delay of the schedule for the retry after `attempt`: at least `afterMs`, if a step is that long. */
export function retryDelay(tuning: BusTuning, attempt: number, afterMs: number): number {
  const delays = tuning.retryDelaysMs;
  const last = delays.at(-1) ?? 1_000;
  const scheduled = delays[attempt - 1] ?? last;
  return delays.find((delay) => delay >= Math.max(scheduled, afterMs)) ?? last;
}
