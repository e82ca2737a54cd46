import { type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { and, asc, eq, inArray, sql } from 'drizzle-orm';
import { eventToJson, type Event } from '#dialogue-engine';
import { Poller, type Logger } from '#service';
import { type Store, StoreUnavailableError, type Database } from '#store';
import { type TurnOutlet } from '../conversations/conversation.store.js';
import { turns, unstreamedTurns } from '../conversations/dialogue.schema.js';
import { type EventBroker } from './event-broker.js';

/** How often what was left behind is searched for: by a broker that was away, or a replica that died. */
const INTERVAL_MS = 1_000;
/** Turns that are sent between two commits; after a crash so many may be sent again. */
const BATCH = 20;
/**
 * Any constant; of several replicas the one that holds the lock streams, which keeps the order. A lock of the transaction
 * and no lease, because a batch is one transaction anyway: it reads what waits, sends it and deletes it. The lock ends
 * with the transaction and the connection, so a replica that dies holds nothing up, and there is nothing to renew. A
 * lease that ran out in the middle of a batch would let two replicas send at once, and mix up the order.
 */
const STREAM_LOCK = 7_142_002;

interface UnstreamedTurn {
  position: number;
  conversationId: string;
  number: number;
  events: Event[];
}

/**
 * Sends every recorded event to the event broker, in the format of Rasa's: an outbox that is written with each turn and
 * emptied after it, so that no turn waits for the broker, none is lost, and those of a conversation keep their order.
 * A crash between sending and noting it repeats a few; they then have the same message ids.
 */
export class EventStream implements TurnOutlet, OnApplicationBootstrap, OnApplicationShutdown {
  private readonly poller: Poller;

  /** @param assistantId of `config.yml`; stands in the metadata of each event */
  constructor(
    private readonly store: Store,
    private readonly broker: EventBroker,
    private readonly logger: Logger,
    private readonly assistantId: string | undefined,
  ) {
    this.poller = new Poller(() => this.sendAll(), {
      everyMs: INTERVAL_MS,
      onError: (error) => this.report(error),
    });
  }

  onApplicationBootstrap(): void {
    this.broker.open();
    this.poller.start();
  }

  /** After the last turn: sends what is left, then ends. */
  async onApplicationShutdown(): Promise<void> {
    await this.poller.stop();
    await this.sendAll().catch((error: unknown) => this.report(error));
    await this.broker.close();
  }

  wake(): void {
    void this.poller.wake();
  }

  /** Sends until nothing waits or nothing can be sent. */
  private async sendAll(): Promise<void> {
    while (!this.broker.problem() && (await this.store.transaction((db) => this.sendBatch(db))) === BATCH);
  }

  private report(error: unknown): void {
    if (!(error instanceof StoreUnavailableError))
      this.logger.warn({ err: error }, 'Events could not be streamed now; they are kept.');
  }

  /** Returns how many turns were sent. */
  private async sendBatch(db: Database): Promise<number> {
    const [lock] = await db
      .select({ isOurs: sql<boolean>`pg_try_advisory_xact_lock(${STREAM_LOCK})` })
      .from(sql`(select 1) as one`);
    if (!lock?.isOurs) return 0;
    const waiting: UnstreamedTurn[] = await db
      .select({
        position: unstreamedTurns.position,
        conversationId: turns.conversationId,
        number: turns.number,
        events: turns.events,
      })
      .from(unstreamedTurns)
      .innerJoin(
        turns,
        and(eq(turns.conversationId, unstreamedTurns.conversationId), eq(turns.number, unstreamedTurns.number)),
      )
      .orderBy(asc(unstreamedTurns.position))
      .limit(BATCH);
    const sent: number[] = [];
    try {
      for (const turn of waiting) {
        await this.send(turn);
        sent.push(turn.position);
      }
    } catch (error) {
      // What was sent before it is noted all the same.
      this.logger.warn({ err: error }, 'The event broker took no more events; they are kept.');
    }
    await db.delete(unstreamedTurns).where(inArray(unstreamedTurns.position, sent));
    return sent.length;
  }

  /** One turn: its events leave in their order, and are confirmed together. */
  private async send({ conversationId, number, events }: UnstreamedTurn): Promise<void> {
    const confirmations = events.map((event, index) =>
      this.broker.publish(this.messageOf(conversationId, event), `${conversationId}:${number}:${index}`),
    );
    await Promise.all(confirmations);
  }

  private messageOf(conversationId: string, event: Event): string {
    const { assistantId } = this;
    const metadata = { ...event.metadata, ...(assistantId !== undefined && { assistant_id: assistantId }) };
    return JSON.stringify({ sender_id: conversationId, ...eventToJson({ ...event, metadata }) });
  }
}
