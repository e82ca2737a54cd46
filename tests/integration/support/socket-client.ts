import { io, type Socket } from 'socket.io-client';
import { waitUntil } from '#testing';

export interface BotUttered {
  text?: string;
  quick_replies?: { content_type: string; title: string; payload: string }[];
  attachment?: unknown;
  turn?: number;
}

/** A client of the Socket.IO channel that behaves like Rasa's web widgets. */
export class SocketClient {
  readonly heard: BotUttered[] = [];
  sessionId = '';

  private constructor(readonly socket: Socket) {
    socket.on('bot_uttered', (message: BotUttered) => this.heard.push(message));
  }

  static async connect(url: string): Promise<SocketClient> {
    const socket = io(url, { transports: ['websocket'] });
    const client = new SocketClient(socket);
    await client.once('connect');
    return client;
  }

  /** @returns the data of the `session_confirm` event */
  async openSession(request: Record<string, unknown> = {}): Promise<unknown> {
    const confirmed = this.once('session_confirm');
    this.socket.emit('session_request', request);
    const id = await confirmed;
    this.sessionId = String(id);
    return id;
  }

  /** Resolves with the data of the next event of that name. */
  once(event: string): Promise<unknown> {
    return new Promise((resolve) => void this.socket.once(event, resolve));
  }

  say(message: unknown, more: Record<string, unknown> = {}): void {
    this.socket.emit('user_uttered', { message, session_id: this.sessionId, ...more });
  }

  /** Resolves with the first message that matches. Removes it and all earlier messages. */
  async next(fits: (message: BotUttered) => unknown): Promise<BotUttered> {
    const index = await waitUntil('a matching message arrives', () => {
      const found = this.heard.findIndex(fits);
      return found >= 0 && found + 1;
    });
    return this.heard.splice(0, index).at(-1) as BotUttered;
  }

  close(): void {
    this.socket.close();
  }
}
