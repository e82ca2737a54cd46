/** Where an outgoing message goes. */
export type Destination =
  /** To every queue bound to this routing key; unroutable when there is none and `isMandatory`. */
  | { kind: 'topic'; routingKey: string; isMandatory: boolean }
  /** To one process: its inbox by name. Gone when the process is. */
  | { kind: 'inbox'; name: string };

export interface OutgoingMessage {
  destination: Destination;
  body: Buffer;
  /** Inbox that takes the answer. */
  replyTo?: string;
}

export interface Delivery {
  body: Buffer;
  /** 1 for the first try; counted by our own retries. */
  attempt: number;
  replyTo?: string;
}

/** What becomes of a delivery after its handler. */
export type Disposition =
  | { kind: 'done' }
  /** Deliver again after at least this long, with `attempt` one higher. */
  | { kind: 'retry'; afterMs: number }
  /** Keep it in the parking queue with this reason. */
  | { kind: 'park'; reason: string };

export type DeliveryHandler = (delivery: Delivery) => Promise<Disposition>;

/**
 * How messages travel: RabbitMQ between processes or a queue in memory within one. Both promise the same, proved by
 * one conformance suite: a published message is kept until a handler is done with it; replicas compete for a queue; a
 * failed message comes back later or is parked; closing waits for the handlers at work.
 */
export interface Transport {
  /** Name of this process's inbox. */
  readonly inbox: string;
  /** Begins to connect and keeps trying; never throws for an absent broker. */
  open(): void;
  /** Why messages cannot be sent now, or `undefined` when they can. */
  problem(): string | undefined;
  /** Resolves when the message is kept safely. Rejects with `BusUnavailableError` or `UnroutableError`. */
  publish(message: OutgoingMessage): Promise<void>;
  /** Takes from a durable queue that all replicas of a service share. Call before `open`. */
  consume(queue: string, routingKey: string, handler: DeliveryHandler): void;
  /** Takes what is sent to this process alone. Call before `open`. */
  consumeInbox(routingKeys: string[], handler: DeliveryHandler): void;
  /** Adds a topic routing key to the inbox. Resolves when messages sent from now on arrive. */
  bindInbox(routingKey: string): Promise<void>;
  unbindInbox(routingKey: string): Promise<void>;
  /** Stops taking, waits for handlers and publications at work, then disconnects. */
  close(): Promise<void>;
}

/** How the bus treats failures and load; one place for every number. */
export interface BusTuning {
  /** Prefix of every exchange and queue, so that installations can share a broker: letters, digits and `-`. */
  namespace: string;
  /** Waits before the 2nd, 3rd… try; the last one repeats. Milliseconds. */
  retryDelaysMs: number[];
  /** Tries that an unexpected error (a bug) gets before its message is parked. */
  maxUnexpectedAttempts: number;
  /** Unfinished deliveries per queue and process. */
  prefetch: number;
  /** Longest wait for a broken connection before a publication is refused. Milliseconds. */
  connectWaitMs: number;
  /** Longest wait for the broker's confirmation. Milliseconds. */
  confirmTimeoutMs: number;
  /** Longest wait for handlers at work when closing. Milliseconds. */
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

/** The scheduled delay that is at least `afterMs`, for the try after `attempt`. */
export function retryDelay(tuning: BusTuning, attempt: number, afterMs: number): number {
  const delays = tuning.retryDelaysMs;
  const last = delays.at(-1) ?? 1_000;
  const scheduled = delays[attempt - 1] ?? last;
  return delays.find((delay) => delay >= Math.max(scheduled, afterMs)) ?? last;
}
