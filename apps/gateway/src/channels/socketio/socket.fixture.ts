import { join } from 'node:path';
import { afterEach, beforeEach } from '@jest/globals';
import { io, type Socket } from 'socket.io-client';
import { createBus, InProcessBroker, type MessageBus } from '#bus';
import { TurnCompleted, type BotMessage, type Envelope, type UserMessage } from '#contracts';
import { createLogger, PageFiles, projectRoot, startService, type RunningService } from '#service';
import { waitUntil } from '#testing';
import { gatewayService, GatewayModule } from '../../gateway.module.js';
import { SocketSettings } from './socket.settings.js';

type Payload = Record<string, unknown>;

/** A broker that records the watched conversations. */
export class CountingBroker extends InProcessBroker {
  readonly watched: string[] = [];
  override bind(queue: string, routingKey: string): void {
    if (routingKey.startsWith('*.*.*.*.')) this.watched.push(routingKey);
    super.bind(queue, routingKey);
  }
  override unbind(queue: string, routingKey: string): void {
    const index = this.watched.indexOf(routingKey);
    if (index >= 0) this.watched.splice(index, 1);
    super.unbind(queue, routingKey);
  }
}

export const nextEvent = (socket: Socket, event: string): Promise<unknown[]> =>
  new Promise((resolve) => socket.once(event, (...values: unknown[]) => resolve(values)));

export const turnFor = ({ conversationId, messageId }: UserMessage, messages: BotMessage[], turn = 1) => ({
  conversationId,
  messageId,
  turn,
  messages,
});

/** A gateway, its clients and the services behind it. Registers its hooks where it is created. */
export class SocketFixture {
  broker!: CountingBroker;
  /** A bus that stands in for the services behind the gateway. */
  inner!: MessageBus;
  received: UserMessage[] = [];
  /** Answers a message; by default repeats its text. */
  answer!: (message: UserMessage, cause: Envelope) => Promise<void>;
  /** Everything that is closed after the test, the latest first. */
  open: { close: () => unknown }[] = [];

  constructor() {
    beforeEach(() => this.openInner());
    afterEach(async () => {
      for (const each of this.open.toReversed()) await each.close();
      await this.inner.close();
    });
  }

  /** Starts a gateway with this section of `credentials.yml`. */
  async start(
    section: Record<string, unknown> = { session_persistence: true },
    env: Record<string, string> = {},
  ): Promise<RunningService> {
    const webchat = new PageFiles(join(projectRoot, 'apps/webchat'));
    const gateway = await startService(
      { ...gatewayService, module: () => GatewayModule.with(new SocketSettings(section), webchat) },
      {
        env: { GATEWAY_PORT: '0', MAX_WAITING_PER_CONVERSATION: '1', ...env },
        host: '127.0.0.1',
        broker: this.broker,
        namespace: 'test',
        logger: (service) => createLogger(service, 'silent'),
        projectRoot,
      },
    );
    this.open.push(gateway);
    return gateway;
  }

  /** Connects a client to a gateway. */
  async connect({ url }: RunningService): Promise<Client> {
    const client = new Client(io(url, { transports: ['websocket'], forceNew: true, reconnectionDelay: 10 }));
    this.open.push(client);
    await nextEvent(client.socket, 'connect');
    return client;
  }

  private openInner(): void {
    this.broker = new CountingBroker();
    [this.received, this.open] = [[], []];
    this.answer = (message, cause) =>
      this.inner.publish(TurnCompleted, turnFor(message, [{ text: `You said ${message.text}` }]), { cause });
    this.inner = createBus({ service: 'inner', broker: this.broker });
    this.inner.handle('message.received.v1', async (data, envelope) => {
      this.received.push(data as UserMessage);
      await this.answer(data as UserMessage, envelope);
    });
    this.inner.handle('conversation.replay.v1', async (data) => {
      const { afterTurn } = data as { afterTurn: number };
      const at = '2026-01-01T00:00:00.000Z';
      return { turns: [{ turn: afterTurn + 1, at, userText: 'hi', messages: [{ text: 'one\n\ntwo' }] }] };
    });
    this.inner.open();
  }
}

export class Client {
  /** The messages that the client received and did not take with `next`. */
  readonly heard: Payload[] = [];

  constructor(readonly socket: Socket) {
    socket.on('bot_uttered', (payload: Payload) => this.heard.push(payload));
  }

  /** Requests a session, and returns the id in the confirmation. */
  async openSession(request?: unknown): Promise<unknown> {
    const confirmed = nextEvent(this.socket, 'session_confirm');
    this.socket.emit('session_request', request);
    return (await confirmed)[0];
  }

  say(payload: unknown): void {
    this.socket.emit('user_uttered', payload);
  }

  /** Waits for the next messages and takes them. */
  async next(count = 1): Promise<Payload[]> {
    await waitUntil(`${count} messages are received`, () => this.heard.length >= count);
    return this.heard.splice(0, count);
  }

  close(): void {
    this.socket.close();
  }
}
