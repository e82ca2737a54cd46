import { randomUUID } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { BusUnavailableError, MessageBus } from '#bus';
import { MessageReceived, type DataOf, type TurnCompleted, type UserMessage } from '#contracts';
import { SETTINGS } from '#service';
import { type GatewaySettings } from '../settings/gateway.settings.js';

export type CompletedTurn = DataOf<typeof TurnCompleted>;

/**
 * The result of a message. Only a `refused` message is dropped; in every other case it is stored and will be answered.
 */
export type TurnResult =
  | { kind: 'completed'; turn: CompletedTurn }
  /** Accepted, but a service that is needed for the answer is unavailable. */
  | { kind: 'delayed'; reason: string }
  /** Accepted, but not answered in time. */
  | { kind: 'timed-out' }
  | Refused;

/** Not accepted: the message will not be answered. */
export interface Refused {
  kind: 'refused';
  reason: string;
  cause: 'unavailable' | 'too-many';
}

interface Waiting {
  /** Id of the message. */
  id: string;
  start: () => void;
  finish: (result: TurnResult) => void;
}

/** A conversation with a turn in flight. */
interface Conversation {
  current: Waiting;
  timer?: NodeJS.Timeout;
  next: Waiting[];
}

/**
 * Keeps the messages of each conversation in order. At most one turn of a conversation is in flight; its other messages
 * wait here in the order of their arrival. So the services behind the broker need no coordination.
 */
@Injectable()
export class ConversationQueue {
  private readonly conversations = new Map<string, Conversation>();
  private inFlight = 0;
  private closedBecause: string | undefined;

  constructor(
    private readonly bus: MessageBus,
    @Inject(SETTINGS) private readonly settings: GatewaySettings,
  ) {}

  /** Takes a message and resolves with its result. Never rejects. */
  submit(message: UserMessage): Promise<TurnResult> {
    const { conversationId, messageId } = message;
    const refused = this.refusal(conversationId);
    if (refused) return Promise.resolve(refused);
    return new Promise<TurnResult>((resolve) => {
      const waiting: Waiting = { id: messageId, start: () => this.publish(message, waiting), finish: resolve };
      this.enter(conversationId, waiting);
    });
  }

  /** Runs `work` while no turn of the conversation is in flight. The conversation's messages wait until `work` ends. */
  async alone<Result>(
    conversationId: string,
    work: () => Promise<Result>,
  ): Promise<{ kind: 'done'; result: Result } | Refused> {
    const refused = this.refusal(conversationId);
    if (refused) return refused;
    const id = randomUUID();
    await new Promise<void>((resolve) => this.enter(conversationId, { id, start: resolve, finish: () => undefined }));
    try {
      return { kind: 'done', result: await work() };
    } finally {
      this.leave(conversationId, id);
    }
  }

  /** Refuses everything new with this reason from now on. With undefined, accepts messages again. */
  close(reason: string | undefined): void {
    this.closedBecause = reason;
  }

  get isClosed(): boolean {
    return this.closedBecause !== undefined;
  }

  /** Reports that a turn ended. Ends the wait for its message if this process is waiting for it. */
  completed(turn: CompletedTurn): void {
    if (turn.messageId) this.end(turn.conversationId, turn.messageId, { kind: 'completed', turn });
  }

  delayed(conversationId: string, messageId: string, reason: string): void {
    this.end(conversationId, messageId, { kind: 'delayed', reason });
  }

  private refusal(conversationId: string): Refused | undefined {
    const { MAX_WAITING_PER_CONVERSATION, MAX_TURNS_IN_FLIGHT } = this.settings;
    if (this.closedBecause !== undefined) return { kind: 'refused', cause: 'unavailable', reason: this.closedBecause };
    const waiting = this.conversations.get(conversationId)?.next.length ?? 0;
    if (waiting >= MAX_WAITING_PER_CONVERSATION) {
      const reason = 'This conversation already has too many messages waiting.';
      return { kind: 'refused', cause: 'too-many', reason };
    }
    if (this.inFlight >= MAX_TURNS_IN_FLIGHT) {
      return { kind: 'refused', cause: 'too-many', reason: 'Too many conversations are active right now.' };
    }
    return undefined;
  }

  private enter(conversationId: string, waiting: Waiting): void {
    this.inFlight++;
    const conversation = this.conversations.get(conversationId);
    if (conversation) conversation.next.push(waiting);
    else this.begin(conversationId, { current: waiting, next: [] });
  }

  private begin(conversationId: string, conversation: Conversation): void {
    this.conversations.set(conversationId, conversation);
    conversation.current.start();
  }

  private publish(message: UserMessage, waiting: Waiting): void {
    const { conversationId, messageId } = message;
    const asCurrent = (): Conversation | undefined => {
      const conversation = this.conversations.get(conversationId);
      return conversation?.current === waiting ? conversation : undefined;
    };
    this.bus.publish(MessageReceived, message, { conversationId, replyKey: this.bus.replyKey }).then(
      () => {
        const conversation = asCurrent();
        if (!conversation) return;
        conversation.timer = setTimeout(
          () => this.end(conversationId, messageId, { kind: 'timed-out' }),
          this.settings.TURN_TIMEOUT_MS,
        ).unref();
      },
      (error: unknown) => {
        if (!asCurrent()) return;
        // The error may name hosts, which users of a channel must not see. The bus has logged it.
        const reason =
          error instanceof BusUnavailableError ? 'The message broker is unavailable.' : 'It could not be sent.';
        this.end(conversationId, messageId, { kind: 'refused', cause: 'unavailable', reason });
      },
    );
  }

  private end(conversationId: string, id: string, result: TurnResult): void {
    this.leave(conversationId, id)?.finish(result);
  }

  /**
   * Ends the current turn and starts the next one, if this message is still the current one. Returns the ended entry,
   * or undefined.
   */
  private leave(conversationId: string, id: string): Waiting | undefined {
    const conversation = this.conversations.get(conversationId);
    if (conversation?.current.id !== id) return undefined;
    clearTimeout(conversation.timer);
    this.inFlight--;
    const [next, ...rest] = conversation.next;
    if (next) this.begin(conversationId, { current: next, next: rest });
    else this.conversations.delete(conversationId);
    return conversation.current;
  }
}
