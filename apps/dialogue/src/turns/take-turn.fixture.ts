import { afterEach, beforeEach } from '@jest/globals';
import { createBus, type MessageBus } from '#bus';
import { type DataOf, type Envelope, type HostAnswered, type MessageForwarded } from '#contracts';
import { type DialogueEngine } from '#dialogue-engine';
import { type Store } from '#store';
import { ConversationStore, type Conversation, type NewTurn } from '../conversations/conversation.store.js';
import { ReplayConversationHandler } from '../conversations/replay-conversation.handler.js';
import { DialogueFixture, freshId, logger, settings, settle } from '../dialogue.fixture.js';
import { AskEmail, ValidateIncidentStatusForm, ValidateOpenIncidentForm } from '../helpdesk-actions/form.actions.js';
import { Handoff, HandoffOptions } from '../helpdesk-actions/handoff.actions.js';
import { CheckIncidentStatus, OpenIncident } from '../helpdesk-actions/incident.actions.js';
import { IncidentClient } from '../helpdesk-actions/incident.client.js';
import { RelayAnswerHandler } from './relay-answer.handler.js';
import { TakeTurnHandler } from './take-turn.handler.js';
import { TakeTurnService } from './take-turn.service.js';
import { TurnEndingService } from './turn-ending.service.js';

export type Outcome = DataOf<typeof HostAnswered>['outcome'];

/** The parts of the service that take turns, with stand-ins for the incident service and the host. */
export class TakeTurnFixture extends DialogueFixture {
  /** Stands in for the services that dialogue talks to. */
  peer!: MessageBus;
  /** Runs before a turn is recorded, where another replica can record first. */
  beforeRecord: () => Promise<void> = async () => undefined;
  forwarded: DataOf<typeof MessageForwarded>[] = [];
  delayed: unknown[] = [];
  opened: { operationId: string }[] = [];
  /** Answers the requests to open an incident. */
  openAnswer: () => Promise<unknown> = async () => ({ kind: 'would-open' });

  constructor() {
    super();
    beforeEach(() => this.connectPeer());
    beforeEach(() => void (settings.INCIDENT_TIMEOUT_MS = 30_000));
    afterEach(() => this.peer.close());
  }

  /** For the rest of a test, requests to the incident service fail after a tenth of a second. */
  limitPatience(): void {
    settings.INCIDENT_TIMEOUT_MS = 100;
  }

  /** A replica of the service. */
  replica(store: Store = this.store, engine: DialogueEngine = this.engine) {
    const conversations = new RacingStore(store, this);
    const incidents = new IncidentClient(this.bus, settings);
    const turnRunner = this.runnerOf(
      [
        new AskEmail(),
        new ValidateOpenIncidentForm(incidents),
        new ValidateIncidentStatusForm(incidents),
        new OpenIncident(incidents),
        new CheckIncidentStatus(incidents),
        new HandoffOptions(this.assistant),
        new Handoff(this.assistant, settings),
      ],
      engine,
    );
    const endings = new TurnEndingService(settings, logger);
    const turns = new TakeTurnService(conversations, turnRunner, endings, this.bus);
    return {
      conversations,
      take: new TakeTurnHandler(turns, this.bus),
      relay: new RelayAnswerHandler(turns, conversations, turnRunner, endings),
      replay: new ReplayConversationHandler(conversations),
    };
  }

  /** A person who talks to the assistant in a new conversation. */
  person(replica = this.replica()): Person {
    return new Person(this, replica);
  }

  causeOf(conversationId: string): Envelope {
    return {
      specversion: '1.0',
      id: 'cause',
      source: 'nlu',
      type: 'message.understood.v1',
      subject: conversationId,
      time: '2026-01-01T00:00:00.000Z',
      correlationid: 'cause',
      replykey: this.bus.replyKey,
      data: undefined,
    };
  }

  private connectPeer(): void {
    [this.forwarded, this.delayed, this.opened] = [[], [], []];
    this.beforeRecord = async () => undefined;
    this.openAnswer = async () => ({ kind: 'would-open' });
    this.bus.handle('turn.delayed.v1', async (turn) => void this.delayed.push(turn));
    this.bus.open();
    this.peer = createBus({ service: 'peer', broker: this.broker });
    this.peer.handle('message.forwarded.v1', async (message) => {
      this.forwarded.push(message as DataOf<typeof MessageForwarded>);
    });
    this.peer.handle('incident.open.v1', async (request) => {
      this.opened.push(request as { operationId: string });
      return this.openAnswer();
    });
    this.peer.handle('incident.find.v1', async () => ({ kind: 'made-up', state: 'on hold' }));
    this.peer.open();
  }
}

class RacingStore extends ConversationStore {
  constructor(
    store: Store,
    private readonly fixture: TakeTurnFixture,
  ) {
    super(store);
  }

  override async record(conversation: Conversation, turn: NewTurn): Promise<number> {
    await this.fixture.beforeRecord();
    return super.record(conversation, turn);
  }
}

/** A message with this intent and with entities as `{ entity: value }`. Its text defaults to the name of the intent. */
export function understood(
  conversationId: string,
  messageId: string,
  intent: string,
  entities: Record<string, string> = {},
  text = `/${intent}`,
) {
  const found = Object.entries(entities).map(([entity, value]) => ({ entity, value, start: 0, end: 0 }));
  const top = { name: intent, confidence: 1 };
  return {
    message: {
      messageId,
      conversationId,
      text,
      channel: { input: 'rest', output: 'collector' },
      sentAt: '2026-01-01T00:00:00.000Z',
    },
    understanding: { text, intent: top, entities: found, intent_ranking: [top] },
  };
}

export class Person {
  readonly id = freshId();
  private said = 0;

  constructor(
    private readonly fixture: TakeTurnFixture,
    private readonly replica: ReturnType<TakeTurnFixture['replica']>,
  ) {}

  /** Says something and returns the texts of the answer. */
  async say(intent: string, entities: Record<string, string> = {}, text?: string): Promise<string> {
    const before = this.fixture.completed.length;
    const message = understood(this.id, `m${++this.said}`, intent, entities, text);
    await this.replica.take.take(message, this.fixture.causeOf(this.id));
    await settle();
    const turns = this.fixture.completed.slice(before);
    return turns.flatMap(({ messages }) => messages.map((each) => each.text)).join('\n');
  }

  /** Answers every question of the form that opens an incident, except the last one for confirmation. */
  async fillForm(email = 'ann@example.com', priority = 'low'): Promise<string> {
    await this.say('open_incident');
    await this.say('inform', { email }, email);
    await this.say('inform', { priority });
    await this.say('inform', {}, 'The printer hums');
    return this.say('inform', {}, 'Humming printer');
  }

  /** Receives the host's answer to one of the messages. */
  async hear(outcome: Outcome, messageId: string, from = 'second_desk'): Promise<void> {
    const answer = { conversationId: this.id, messageId, host: from, title: 'Second desk', outcome };
    await this.replica.relay.relay(answer, this.fixture.causeOf(this.id));
    await settle();
  }

  get handedOffTo(): Promise<string | null> {
    return this.replica.conversations.load(this.id, '').then(({ conversation }) => conversation.handedOffTo);
  }
}
