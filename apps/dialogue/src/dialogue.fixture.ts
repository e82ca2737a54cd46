import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach } from '@jest/globals';
import { pino } from 'pino';
import { readAssistant, type Assistant } from '#assistant';
import { createBus, InProcessBroker, type MessageBus } from '#bus';
import { type DataOf, type TurnCompleted } from '#contracts';
import { DialogueEngine, type Event } from '#dialogue-engine';
import { projectRoot } from '#service';
import { EmbeddedHost, Store } from '#store';
import { ActionRequests } from './action-servers/action-request.js';
import { ActionServers } from './action-servers/action-servers.js';
import { ActionRegistry } from './actions/action.registry.js';
import { ActionRunner } from './actions/action.runner.js';
import { ConversationStore } from './conversations/conversation.store.js';
import { type DialogueSettings } from './settings/dialogue.settings.js';
import { TurnEndingService } from './turns/turn-ending.service.js';
import { TurnRunner } from './turns/turn-runner.service.js';
import { TakeTurnService } from './turns/take-turn.service.js';

export const settings = {
  PUBLIC_URL: 'http://localhost:5005',
  CLIENT_HANDOFF_CHANNELS: '',
  INCIDENT_TIMEOUT_MS: 30_000,
} as DialogueSettings;
export const logger = pino({ level: 'silent' });
export const migrations = join(projectRoot, 'apps/dialogue/migrations');

/** Waits until the messages that were published have arrived. */
export async function settle(): Promise<void> {
  for (let i = 0; i < 5; i++) await new Promise((resolve) => setImmediate(resolve));
}

let count = 0;
/** An id that no other conversation of the spec has. */
export const freshId = (): string => `conversation-${count++}`;

/**
 * The helpdesk assistant with a database in memory, and for each test a new bus, which the test opens once it has
 * registered its handlers. Registers its hooks where it is created.
 */
export class DialogueFixture {
  assistant!: Assistant;
  engine!: DialogueEngine;
  store!: Store;
  conversations!: ConversationStore;
  turnRunner!: TurnRunner;
  turns!: TakeTurnService;
  broker!: InProcessBroker;
  bus!: MessageBus;
  /** The completed turns that reached this bus, oldest first. */
  completed: DataOf<typeof TurnCompleted>[] = [];
  readonly endings = new TurnEndingService(settings, logger);
  private host!: EmbeddedHost;

  /** @param actions instances of classes with `@Action`, which the turns may run */
  constructor(actions: readonly object[] = []) {
    beforeAll(() => this.prepare(actions));
    afterAll(() => this.host.close());
    beforeEach(() => this.connect());
    afterEach(() => this.bus.close());
  }

  /** Runs turns with these actions and no action server. */
  runnerOf(actions: readonly object[], engine = this.engine): TurnRunner {
    const registry = new ActionRegistry(actions.map((instance) => ({ metatype: instance.constructor, instance })));
    const servers = new ActionServers([], new ActionRequests(this.assistant.domain, async () => [], false), logger);
    return new TurnRunner(engine, new ActionRunner(registry, servers, 5_000), logger);
  }

  /** Creates a conversation with these events. */
  async conversationWith(events: Event[], handedOffTo: string | null = null): Promise<string> {
    const id = freshId();
    await this.happens(id, events, handedOffTo);
    return id;
  }

  /** Records a turn with these events and no messages. */
  async happens(id: string, events: Event[], handedOffTo: string | null = null): Promise<void> {
    const messageId = `m${count++}`;
    const { conversation } = await this.conversations.load(id, messageId);
    const tracker = this.turnRunner.trackerOf(conversation);
    tracker.apply(...events);
    await this.conversations.record(conversation, {
      messageId,
      userText: null,
      events,
      outcome: { kind: 'completed', messages: [] },
      handedOffTo,
      snapshot: tracker.snapshot(),
      reminders: this.endings.remindersOf(tracker, 'socketio'),
    });
  }

  private async prepare(actions: readonly object[]): Promise<void> {
    ({ assistant: this.assistant } = await readAssistant(join(projectRoot, 'assistants/helpdesk')));
    this.engine = new DialogueEngine(this.assistant);
    this.host = new EmbeddedHost('memory://');
    this.store = new Store(this.host, { service: 'dialogue', folder: migrations });
    await this.store.open();
    this.conversations = new ConversationStore(this.store);
    this.turnRunner = this.runnerOf(actions);
  }

  private connect(): void {
    this.completed = [];
    this.broker = new InProcessBroker();
    this.bus = createBus({ service: 'dialogue', broker: this.broker });
    this.bus.handle('turn.completed.v1', async (turn) => {
      this.completed.push(turn as DataOf<typeof TurnCompleted>);
    });
    this.turns = new TakeTurnService(this.conversations, this.turnRunner, this.endings, this.bus);
  }
}
