import { Inject, Injectable } from '@nestjs/common';
import { BusUnavailableError, MessageBus } from '#bus';
import { MessageReceived, type DataOf, type TurnCompleted, type UserMessage } from '#contracts';
import { SETTINGS } from '#service';
import { type GatewaySettings } from '../gateway.settings.js';

export type CompletedTurn = DataOf<typeof TurnCompleted>;

/** What became of a message. Only after `refused` is it gone; in every other case it is kept and will be answered. */
export type TurnResult =
  | { kind: 'completed'; turn: CompletedTurn }
  /** Accepted, but a part that is needed to answer is away. */
  | { kind: 'delayed'; reason: string }
  /** Accepted, but not answered in time. */
  | { kind: 'timed-out' }
  /** Not accepted: nothing was promised. */
  | { kind: 'refused'; reason: string; cause: 'unavailable' | 'too-many' };

interface Waiting {
  message: UserMessage;
  finish: (result: TurnResult) => void;
}

interface Lane {
  current: Waiting;
  timer?: NodeJS.Timeout;
  next: Waiting[];
}

/**
 * At most one turn of a conversation is in flight; its other messages wait here in the order they came. That keeps
 * their order without any agreement between the services behind the broker.
 */
@Injectable()
export class TurnLanes {
  private readonly lanes = new Map<string, Lane>();
  private inFlight = 0;

  constructor(
    private readonly bus: MessageBus,
    @Inject(SETTINGS) private readonly settings: GatewaySettings,
  ) {}

  /** Takes a message and resolves, never rejects, with what became of it. */
  submit(message: UserMessage): Promise<TurnResult> {
    const lane = this.lanes.get(message.conversationId);
    if (lane && lane.next.length >= this.settings.MAX_WAITING_PER_CONVERSATION) {
      const reason = 'This conversation already has too many messages waiting.';
      return Promise.resolve({ kind: 'refused', cause: 'too-many', reason });
    }
    if (this.inFlight >= this.settings.MAX_TURNS_IN_FLIGHT) {
      const reason = 'Too many conversations are active right now.';
      return Promise.resolve({ kind: 'refused', cause: 'too-many', reason });
    }
    this.inFlight++;
    return new Promise<TurnResult>((resolve) => {
      const waiting: Waiting = {
        message,
        finish: (result) => {
          this.inFlight--;
          resolve(result);
        },
      };
      if (lane) lane.next.push(waiting);
      else this.begin(message.conversationId, { current: waiting, next: [] });
    });
  }

  /** A turn ended; ends the wait for its message when that began here. */
  completed(turn: CompletedTurn): void {
    if (turn.messageId) this.end(turn.conversationId, turn.messageId, { kind: 'completed', turn });
  }

  delayed(conversationId: string, messageId: string, reason: string): void {
    this.end(conversationId, messageId, { kind: 'delayed', reason });
  }

  private begin(conversationId: string, lane: Lane): void {
    const { message } = lane.current;
    this.lanes.set(conversationId, lane);
    this.bus.publish(MessageReceived, message, { conversationId, replyKey: this.bus.replyKey }).then(
      () => {
        if (this.lanes.get(conversationId)?.current.message !== message) return;
        lane.timer = setTimeout(
          () => this.end(conversationId, message.messageId, { kind: 'timed-out' }),
          this.settings.TURN_TIMEOUT_MS,
        ).unref();
      },
      (error: unknown) => {
        if (this.lanes.get(conversationId)?.current.message !== message) return;
        // The error may name machines, which is nothing for whoever writes to a channel; the bus has logged it.
        const reason = error instanceof BusUnavailableError ? 'The message bus is away.' : 'It could not be sent.';
        this.end(conversationId, message.messageId, { kind: 'refused', cause: 'unavailable', reason });
      },
    );
  }

  private end(conversationId: string, messageId: string, result: TurnResult): void {
    const lane = this.lanes.get(conversationId);
    if (lane?.current.message.messageId !== messageId) return;
    clearTimeout(lane.timer);
    const [next, ...rest] = lane.next;
    if (next) this.begin(conversationId, { current: next, next: rest });
    else this.lanes.delete(conversationId);
    lane.current.finish(result);
  }
}
