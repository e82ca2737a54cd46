import { type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { and, asc, eq, inArray, sql } from 'drizzle-orm';
import { eventToJson, type Event } from '#dialogue-engine';
import { Poller, type Logger } from '#service';
import { type Store, StoreUnavailableError, type Database } from '#store';
import { type TurnOutlet } from '../conversations/conversation.store.js';
import { turns, unstreamedTurns } from '../conversations/dialogue.schema.js';
import { type EventBroker } from './event-broker.js';

/**
 * How often the stream looks for unsent turns, which an unavailable broker or a dead replica leaves behind, in
 * milliseconds.
 */
const INTERVAL_MS = 1_000;
/** Number of turns that are sent between two commits. After a crash, up to this many are sent again. */
const BATCH = 20;
/**
 * Any constant. Only the replica that holds this lock streams, which keeps the order. It is a lock of the transaction
 * and not a lease, because a batch is one transaction anyway: it reads the waiting turns, sends them and deletes them.
 * The lock ends with the transaction or the connection, so a dead replica holds nothing up, and nobody needs to renew
 * the lock. If a lease expired in the middle of a batch, two replicas could send at once and mix up the order.
 */
const STREAM_LOCK = 7_142_002;

interface UnstreamedTurn {
  position: number;
  conversationId: string;
  number: number;
  events: Event[];
}

/**
 * Sends every recorded event to the event broker, in Rasa's format. It is an outbox: each turn writes to it in the
 * turn's transaction, and the stream empties it afterwards. So no turn waits for the broker, no event is lost, and the
 * events of a conversation keep their order. After a crash between sending and commit, a few events are sent again with
 * the same message ids.
 */
export class EventStream implements TurnOutlet, OnApplicationBootstrap, OnApplicationShutdown {
  private readonly poller: Poller;

  /** @param assistantId of `config.yml`; part of the metadata of each event */
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

  /** Runs after the last turn: sends the remaining events, then closes the broker. */
  async onApplicationShutdown(): Promise<void> {
    await this.poller.stop();
    await this.sendAll().catch((error: unknown) => this.report(error));
    await this.broker.close();
  }

  wake(): void {
    void this.poller.wake();
  }

  /** Sends until no turn waits or the broker fails. */
  private async sendAll(): Promise<void> {
    while (!this.broker.problem() && (await this.store.transaction((db) => this.sendBatch(db))) === BATCH);
  }

  private report(error: unknown): void {
    if (!(error instanceof StoreUnavailableError))
      this.logger.warn({ err: error }, 'Events could not be streamed. They are kept and sent later.');
  }

  /** @returns the number of turns that were sent */
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
      // The turns that were sent before the failure are deleted all the same.
      this.logger.warn({ err: error }, 'The event broker accepts no more events. They are kept and sent later.');
    }
    await db.delete(unstreamedTurns).where(inArray(unstreamedTurns.position, sent));
    return sent.length;
  }

  /** Sends the events of one turn in their order and waits for all confirmations together. */
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
