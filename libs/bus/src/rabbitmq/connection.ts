import { setTimeout as delay } from 'node:timers/promises';
import { connect, type ChannelModel, type RecoveringChannelModel } from 'amqplib';

export interface ConnectionEvents {
  /** Declares channels, queues and consumers on each new connection; a failure counts as a failed connection. */
  setUp(model: ChannelModel): Promise<void>;
  /** Called when the connection is gone; channels made by `setUp` are dead. */
  tornDown(): void;
  report(state: 'connected' | 'disconnected', reason?: string): void;
}

/** One connection to the broker that reconnects by itself, with growing, randomized delays of at most 5 seconds. */
export class BrokerConnection {
  /** Resolves once the library manages the connection, whether or not the broker is reachable. */
  private opening: Promise<RecoveringChannelModel> | undefined;
  private model: ChannelModel | undefined;
  private lastProblem = 'not connected yet';
  private isBlocked = false;
  /** Why `restart` drops the connection; set until it is dropped. */
  private restartReason: string | undefined;

  constructor(
    private readonly url: string,
    private readonly name: string,
    private readonly events: ConnectionEvents,
  ) {}

  /** Starts to connect and keeps trying until `close`. */
  open(): void {
    this.opening = connect(this.url, {
      // With Nagle's algorithm a hop takes about 20 ms instead of 3.
      noDelay: true,
      timeout: 5_000,
      clientProperties: { connection_name: this.name },
      recovery: {
        waitForConnect: false,
        initialDelay: 200,
        maxDelay: 5_000,
        setup: (model: ChannelModel) => this.setUp(model),
      },
    }).then((recovering) => {
      recovering.on('connect-failed', (error: Error) => this.down(error));
      recovering.on('disconnect', (error: Error | undefined) => this.down(error));
      recovering.on('blocked', (reason: string) => {
        this.isBlocked = true;
        this.lastProblem = `the broker accepts no messages: ${reason}`;
      });
      recovering.on('unblocked', () => (this.isBlocked = false));
      recovering.on('error', () => undefined);
      return recovering;
    });
  }

  /** Why the connection cannot be used now, or `undefined` when it can. */
  problem(): string | undefined {
    return this.model && !this.isBlocked ? undefined : this.lastProblem;
  }

  /** Resolves when the connection is usable, or after `timeoutMs` in any case. */
  async waitUntilUp(timeoutMs: number): Promise<void> {
    const deadline = Date.now() + timeoutMs;
    while (this.problem() && Date.now() < deadline) await delay(20, undefined, { ref: false });
  }

  /** Drops the connection and connects again. Needed after the broker closed a channel. */
  restart(reason: string): void {
    this.restartReason = reason;
    this.model?.close().catch(() => undefined);
  }

  async close(): Promise<void> {
    const { opening } = this;
    this.opening = undefined;
    await (await opening)?.close();
    this.down(new Error('closed'));
  }

  private async setUp(model: ChannelModel): Promise<void> {
    model.on('error', () => undefined);
    await this.events.setUp(model);
    this.model = model;
    this.isBlocked = false;
    this.events.report('connected');
  }

  private down(error: Error | undefined): void {
    this.lastProblem = this.restartReason ?? `the broker is away: ${reasonOf(error)}`;
    this.restartReason = undefined;
    if (!this.model) return;
    this.model = undefined;
    this.events.tornDown();
    this.events.report('disconnected', this.lastProblem);
  }
}

/** The reason of an error. For several refused addresses, Node throws an AggregateError without a message. */
function reasonOf(error: Error | undefined): string {
  if (error instanceof AggregateError) return (error.errors as Error[]).map((each) => each.message).join(', ');
  return error?.message ?? 'the connection was closed';
}
