import { randomUUID } from 'node:crypto';
import { type Server as HttpServer } from 'node:http';
import { Inject, Injectable, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { Server, type Socket } from 'socket.io';
import { MessageBus } from '#bus';
import { ConversationReplay, isUnguessable } from '#contracts';
import { LOGGER, MAX_BODY_BYTES, SETTINGS, type Logger } from '#service';
import { idProblem, metadataProblem, textProblem } from '../../accept-message/message.validation.js';
import {
  ConversationQueue,
  type CompletedTurn,
  type TurnResult,
} from '../../accept-message/conversation-queue.service.js';
import { userMessage } from '../../accept-message/user-message.js';
import { corsOrigins, type GatewaySettings } from '../../settings/gateway.settings.js';
import { IdentityRefused, IdentityTokenVerifier, type Identity } from '../../authentication/identity-token.verifier.js';
import { SocketSettings } from './socket.settings.js';
import { socketMessages } from './socket-message.js';

const REPLAY_TIMEOUT_MS = 3_000;
/** Limited, because each conversation takes a binding on the broker. */
const MAX_CONVERSATIONS_PER_SOCKET = 50;

interface SocketData {
  /** The conversations that the socket has joined. Each promise resolves when the conversation is watched. */
  open: Map<string, Promise<unknown>>;
  /** The identity that the latest token of this connection asserts. */
  identity?: Identity | undefined;
}

/**
 * Rasa's Socket.IO channel. With session persistence, a session id names the conversation, which can be open in several
 * tabs and continues after a reload. A client that sends `last_turn` with its `session_request` gets a
 * `session_history` with the messages after that turn.
 */
@Injectable()
export class SocketChannel implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private server: Server | undefined;

  constructor(
    private readonly queue: ConversationQueue,
    private readonly bus: MessageBus,
    private readonly identities: IdentityTokenVerifier,
    private readonly http: HttpAdapterHost,
    private readonly channel: SocketSettings,
    @Inject(SETTINGS) private readonly settings: GatewaySettings,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  onApplicationBootstrap(): void {
    this.server = new Server(this.http.httpAdapter.getHttpServer() as HttpServer, {
      path: this.channel.socketio_path,
      maxHttpBufferSize: MAX_BODY_BYTES,
      cors: { origin: corsOrigins(this.settings), credentials: true },
    });
    this.server.of(this.channel.namespace).on('connection', (socket: Socket) => this.connected(socket));
  }

  beforeApplicationShutdown(): void {
    // Closes only the sockets, because `Server.close` would wait for the HTTP calls as well. Clients reconnect by
    // themselves, to another instance or to this one when it is back.
    this.server?.engine.close();
  }

  /** Sends a turn to every socket that has its conversation open here. */
  deliver(turn: CompletedTurn): void {
    const room = this.server?.of(this.channel.namespace).to(turn.conversationId);
    for (const payload of turn.messages.flatMap(socketMessages)) {
      room?.emit(this.channel.bot_message_evt, { ...payload, turn: turn.turn });
    }
  }

  private connected(socket: Socket): void {
    const open: SocketData['open'] = new Map();
    (socket.data as SocketData).open = open;
    socket.on('disconnect', () => open.forEach((_, conversationId) => void this.bus.unwatch(conversationId)));
    if (!this.channel.session_persistence) void this.join(socket, socket.id);
    socket.on('session_request', (request: unknown) => this.guard(socket, () => this.openSession(socket, request)));
    socket.on(this.channel.user_message_evt, (message: unknown) =>
      this.guard(socket, () => this.take(socket, message)),
    );
  }

  private async openSession(socket: Socket, request: unknown): Promise<void> {
    const { session_id, last_turn, identity_token } = asRecord(request);
    const isGiven = session_id !== undefined && session_id !== null && session_id !== '';
    const problem = isGiven ? idProblem('session_id', session_id) : undefined;
    if (problem) return this.say(socket, problem);
    const sessionId = isGiven ? (session_id as string) : randomUUID().replaceAll('-', '');
    if (identity_token !== undefined && identity_token !== null) await this.identify(socket, identity_token);
    // Awaited, so that the socket receives every turn after the history.
    if (this.channel.session_persistence && !(await this.join(socket, sessionId))) return;
    socket.emit('session_confirm', sessionId);
    // Everybody who knows the session id can read the history. So it is sent only for ids that cannot be guessed:
    // anybody can continue a conversation named `ann`, but nobody can read it.
    if (this.channel.session_persistence && Number.isInteger(last_turn) && isUnguessable(sessionId)) {
      await this.replay(socket, sessionId, Math.max(0, last_turn as number));
    }
  }

  /**
   * Reads the token of the session. After a refused token the session continues without an identity, and the page can
   * fetch a new token.
   */
  private async identify(socket: Socket, token: unknown): Promise<void> {
    const data = socket.data as SocketData;
    try {
      data.identity = await this.identities.read(token);
    } catch (error) {
      if (!(error instanceof IdentityRefused)) throw error;
      data.identity = undefined;
      socket.emit('identity_refused', { reason: error.message });
    }
  }

  private async replay(socket: Socket, conversationId: string, afterTurn: number): Promise<void> {
    const question = { conversationId, afterTurn };
    const { turns } = await this.bus.request(ConversationReplay, question, {
      conversationId,
      timeoutMs: REPLAY_TIMEOUT_MS,
    });
    socket.emit('session_history', {
      turns: turns.map(({ messages, ...turn }) => ({ ...turn, messages: messages.flatMap(socketMessages) })),
    });
  }

  private async take(socket: Socket, request: unknown): Promise<void> {
    const { message, session_id, message_id, ...rest } = asRecord(request);
    if (this.channel.session_persistence && !session_id) {
      this.logger.warn('A user_uttered without session_id was dropped.');
      return;
    }
    const conversationId = this.channel.session_persistence ? session_id : socket.id;
    const metadata = metadataOf(rest[this.channel.metadata_key]);
    const problem =
      textProblem(message) ??
      idProblem('session_id', conversationId) ??
      (message_id === undefined || message_id === null ? undefined : idProblem('message_id', message_id)) ??
      (metadata === undefined ? undefined : metadataProblem(metadata));
    if (problem) return this.say(socket, problem);
    if (!(await this.join(socket, conversationId as string))) return;
    const { identity } = socket.data as SocketData;
    const result = await this.queue.submit(
      userMessage({
        conversationId: conversationId as string,
        text: message as string,
        channel: { input: 'socketio', output: 'socketio' },
        messageId: message_id as string | null | undefined,
        metadata: metadata as Record<string, unknown> | undefined,
        identity,
      }),
    );
    const excuse = excuseFor(result);
    if (excuse) this.say(socket, excuse);
  }

  /**
   * Delivers the turns of the conversation to the socket from now on, also turns that another instance took. When the
   * socket has too many conversations open, tells it so and returns false.
   */
  private async join(socket: Socket, conversationId: string): Promise<boolean> {
    const { open } = socket.data as SocketData;
    if (!open.has(conversationId)) {
      if (open.size >= MAX_CONVERSATIONS_PER_SOCKET) {
        this.say(socket, 'Too many conversations are open on this connection. Please open another one.');
        return false;
      }
      open.set(conversationId, Promise.all([socket.join(conversationId), this.bus.watch(conversationId)]));
    }
    // Later messages of a conversation wait for the same promise as the first, so that they keep their order.
    await open.get(conversationId);
    return true;
  }

  private say(socket: Socket, text: string): void {
    socket.emit(this.channel.bot_message_evt, { text });
  }

  private guard(socket: Socket, work: () => Promise<void>): void {
    work().catch((error: unknown) => {
      this.logger.warn({ err: error }, 'A socket event failed.');
      this.say(socket, 'Sorry, something went wrong on our side. Please try again in a moment.');
    });
  }
}

/** The text for a message without a turn. Answers arrive through the watched conversation and need no text here. */
function excuseFor(result: TurnResult): string | undefined {
  switch (result.kind) {
    case 'completed':
      return undefined;
    case 'delayed':
    case 'timed-out':
      return 'This takes longer than usual. Your message is safe and I will answer it here as soon as I can.';
    case 'refused':
      return result.cause === 'too-many'
        ? 'That was a bit fast for me. Please wait for my answer and send your message again.'
        : 'I cannot be reached at the moment, so your message was not sent. Please try again in a minute.';
  }
}

const asRecord = (value: unknown): Record<string, unknown> =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};

/** Reads metadata, which may be an object or its JSON text. */
function metadataOf(value: unknown): unknown {
  if (typeof value !== 'string') return value ?? undefined;
  try {
    return JSON.parse(value) as unknown;
  } catch {
    return value;
  }
}
