import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { pino } from 'pino';
import { readAssistant, type Assistant } from '#assistant';
import { createBus, InProcessBroker, PermanentError, type MessageBus } from '#bus';
import { type DataOf, type Envelope, type HostAnswered, type MessageForwarded, type TurnCompleted } from '#contracts';
import { DialogueEngine } from '#dialogue-engine';
import { projectRoot } from '#service';
import { EmbeddedHost, PostgresHost, Store, StoreUnavailableError } from '#store';
import { freePort, waitUntil } from '#testing';
import { ActionRequests } from '../action-servers/action-request.js';
import { ActionServers } from '../action-servers/action-servers.js';
import {
  ConversationStore,
  VersionConflict,
  type Conversation,
  type NewTurn,
} from '../conversations/conversation.store.js';
import { type DialogueSettings } from '../settings/dialogue.settings.js';
import { RelayAnswerHandler } from './relay-answer.handler.js';
import { ReplayConversationHandler } from '../conversations/replay-conversation.handler.js';
import { ActionRegistry } from '../actions/action.registry.js';
import { ActionRunner } from '../actions/action.runner.js';
import { AskEmail, ValidateIncidentStatusForm, ValidateOpenIncidentForm } from '../helpdesk-actions/form.actions.js';
import { Handoff, HandoffOptions } from '../helpdesk-actions/handoff.actions.js';
import { CheckIncidentStatus, OpenIncident } from '../helpdesk-actions/incident.actions.js';
import { IncidentClient } from '../helpdesk-actions/incident.client.js';
import { TurnEndingService } from './turn-ending.service.js';
import { TurnRunner } from './turn-runner.service.js';
import { TakeTurnHandler } from './take-turn.handler.js';
import { TakeTurnService } from './take-turn.service.js';

type Completed = DataOf<typeof TurnCompleted>;
type Forwarded = DataOf<typeof MessageForwarded>;
type Answer = DataOf<typeof HostAnswered>;

const settings = {
  PUBLIC_URL: 'http://localhost:5005',
  CLIENT_HANDOFF_CHANNELS: '',
  INCIDENT_TIMEOUT_MS: 100,
} as DialogueSettings;
const logger = pino({ level: 'silent' });
const folder = join(projectRoot, 'apps/dialogue/migrations');

let assistant: Assistant;
let engine: DialogueEngine;
let host: EmbeddedHost;
let store: Store;
let bus: MessageBus;
let peer: MessageBus;
/** Runs before a turn is recorded, where another replica can record first. */
let beforeRecord: () => Promise<void>;
let completed: Completed[];
let forwarded: Forwarded[];
let delayed: unknown[];
let opened: { operationId: string }[];
let openAnswer: () => Promise<unknown>;

class RacingStore extends ConversationStore {
  override async record(conversation: Conversation, turn: NewTurn): Promise<number> {
    await beforeRecord();
    return super.record(conversation, turn);
  }
}

function parts(on: Store = store, conductedBy: DialogueEngine = engine) {
  const conversations = new RacingStore(on);
  const incidents = new IncidentClient(bus, settings);
  const classes = [
    new AskEmail(),
    new ValidateOpenIncidentForm(incidents),
    new ValidateIncidentStatusForm(incidents),
    new OpenIncident(incidents),
    new CheckIncidentStatus(incidents),
    new HandoffOptions(assistant),
    new Handoff(assistant, settings),
  ];
  const registry = new ActionRegistry(classes.map((instance) => ({ metatype: instance.constructor, instance })));
  const nobody = new ActionServers([], new ActionRequests(assistant.domain, async () => [], false), logger);
  const actions = new ActionRunner(registry, nobody, 5_000);
  const turnRunner = new TurnRunner(conductedBy, actions, logger);
  const endings = new TurnEndingService(settings, logger);
  const turns = new TakeTurnService(conversations, turnRunner, endings, bus);
  return {
    conversations,
    take: new TakeTurnHandler(turns, bus),
    relay: new RelayAnswerHandler(turns, conversations, turnRunner, endings),
    replay: new ReplayConversationHandler(conversations),
  };
}

const causeOf = (conversationId: string): Envelope => ({
  specversion: '1.0',
  id: 'cause',
  source: 'nlu',
  type: 'message.understood.v1',
  subject: conversationId,
  time: '2026-01-01T00:00:00.000Z',
  correlationid: 'cause',
  replykey: bus.replyKey,
  data: undefined,
});

let count = 0;
const freshId = (): string => `conversation-${count++}`;

/** A message with this intent and with entities as `{ entity: value }`. Its text defaults to the name of the intent. */
function understood(
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

/** A person who talks to the assistant. */
class Person {
  private said = 0;
  constructor(
    readonly id = freshId(),
    private readonly to = parts(),
  ) {}

  /** Says something and returns the texts of the answer. */
  async say(intent: string, entities: Record<string, string> = {}, text?: string): Promise<string> {
    const before = completed.length;
    await this.to.take.take(understood(this.id, `m${++this.said}`, intent, entities, text), causeOf(this.id));
    await settle();
    return completed
      .slice(before)
      .flatMap(({ messages }) => messages.map((message) => message.text))
      .join('\n');
  }

  async fillForm(email = 'ann@example.com', priority = 'low'): Promise<string> {
    await this.say('open_incident');
    await this.say('inform', { email }, email);
    await this.say('inform', { priority });
    await this.say('inform', {}, 'The printer hums');
    return this.say('inform', {}, 'Humming printer');
  }

  async hear(outcome: Answer['outcome'], messageId: string, from = 'second_desk'): Promise<void> {
    const answer = { conversationId: this.id, messageId, host: from, title: 'Second desk', outcome };
    await this.to.relay.relay(answer, causeOf(this.id));
    await settle();
  }

  get handedOffTo(): Promise<string | null> {
    return this.to.conversations.load(this.id, '').then(({ conversation }) => conversation.handedOffTo);
  }
}

/** Waits until the published messages have arrived. */
const settle = async (): Promise<void> => {
  for (let i = 0; i < 3; i++) await new Promise((resolve) => setImmediate(resolve));
};

beforeAll(async () => {
  ({ assistant } = await readAssistant(join(projectRoot, 'assistants/helpdesk')));
  engine = new DialogueEngine(assistant);
  host = new EmbeddedHost('memory://');
  store = new Store(host, { service: 'dialogue', folder });
  await store.open();
});
afterAll(() => host.close());

beforeEach(() => {
  [completed, forwarded, delayed, opened] = [[], [], [], []];
  beforeRecord = async () => undefined;
  openAnswer = async () => ({ kind: 'would-open' });
  const broker = new InProcessBroker();
  bus = createBus({ service: 'dialogue', broker });
  bus.handle('turn.completed.v1', async (turn) => completed.push(turn as Completed));
  bus.handle('turn.delayed.v1', async (turn) => delayed.push(turn));
  bus.open();
  peer = createBus({ service: 'peer', broker });
  peer.handle('message.forwarded.v1', async (message) => void forwarded.push(message as Forwarded));
  peer.handle('incident.open.v1', async (request) => {
    opened.push(request as { operationId: string });
    return openAnswer();
  });
  peer.handle('incident.find.v1', async () => ({ kind: 'made-up', state: 'on hold' }));
  peer.open();
});
afterEach(async () => {
  await bus.close();
  await peer.close();
});

describe('A turn', () => {
  it('is answered and recorded', async () => {
    const ann = new Person();
    expect(await ann.say('thank')).not.toBe('');
    expect(completed).toMatchObject([{ conversationId: ann.id, messageId: 'm1', turn: 1 }]);
  });

  it('is recorded once and gets the same answer again when its message is delivered twice', async () => {
    const { take, conversations } = parts();
    const id = freshId();
    for (let i = 0; i < 3; i++) await take.take(understood(id, 'm1', 'greet'), causeOf(id));
    await settle();
    expect(completed).toHaveLength(3);
    expect(completed[1]).toEqual(completed[0]);
    expect(completed[2]).toEqual(completed[0]);
    expect(await conversations.turnsAfter(id, 0, 10)).toHaveLength(1);
  });

  it('is recorded once when two replicas take the same message at the same time', async () => {
    const [one, other] = [parts(), parts()];
    const id = freshId();
    const message = understood(id, 'm1', 'greet');
    await Promise.all([one.take.take(message, causeOf(id)), other.take.take(message, causeOf(id))]);
    await settle();
    expect(completed).toHaveLength(2);
    expect(completed[1]).toEqual(completed[0]);
    expect(await one.conversations.turnsAfter(id, 0, 10)).toHaveLength(1);
  });

  it('is repeated when another replica recorded another message first', async () => {
    const { take, conversations } = parts();
    const id = freshId();
    let isFirst = true;
    beforeRecord = async () => {
      if (!isFirst) return;
      isFirst = false;
      await parts().take.take(understood(id, 'faster', 'thank'), causeOf(id));
    };
    await take.take(understood(id, 'slower', 'greet'), causeOf(id));
    await settle();
    expect(completed).toMatchObject([
      { messageId: 'faster', turn: 1 },
      { messageId: 'slower', turn: 2 },
    ]);
    expect(await conversations.turnsAfter(id, 0, 10)).toHaveLength(2);
  });

  it('is retried later when another replica records first at every attempt', async () => {
    const id = freshId();
    beforeRecord = () => Promise.reject(new VersionConflict('lost'));
    const lost = parts().take.take(understood(id, 'm1', 'greet'), causeOf(id));
    await expect(lost).rejects.toMatchObject({ name: 'RetryableError' });
    expect(completed).toEqual([]);
  });

  it('is announced as delayed and left to the bus while the store is unavailable', async () => {
    const nobody = new PostgresHost(`postgres://u:p@127.0.0.1:${await freePort()}/x`);
    const away = new Store(nobody, { service: 'dialogue', folder });
    const id = freshId();
    const taken = parts(away).take.take(understood(id, 'm1', 'greet'), causeOf(id));
    await expect(taken).rejects.toThrow(StoreUnavailableError);
    await settle();
    expect(delayed).toEqual([{ conversationId: id, messageId: 'm1', reason: expect.any(String) }]);
    await nobody.close();
  });

  it('contains a trace only if the message asks for one', async () => {
    const { take } = parts();
    const id = freshId();
    const asked = understood(id, 'm1', 'thank');
    await take.take({ ...asked, message: { ...asked.message, wantsTrace: true } }, causeOf(id));
    await take.take(understood(id, 'm2', 'thank'), causeOf(id));
    await settle();
    expect(completed[0]?.trace).toMatchObject({ intent: 'thank', confidence: 1 });
    expect(completed[1]).not.toHaveProperty('trace');
  });

  it('with a failed action always gets an answer, even without a response in the domain', async () => {
    const responses = { ...assistant.domain.responses, utter_action_failed: [], utter_default: [] };
    const wordless = new DialogueEngine({ ...assistant, domain: { ...assistant.domain, responses } });
    const ann = new Person(freshId(), parts(store, wordless));
    openAnswer = () => Promise.reject(new PermanentError('the desk is on fire'));
    await ann.fillForm();
    const answer = await ann.say('affirm');
    expect(answer).toMatch(/^Sorry, something went wrong/);
    expect(answer).not.toContain('fire');
    expect(await ann.say('thank')).not.toBe('');
  });

  it('is shown to a person who comes back later', async () => {
    const ann = new Person();
    const text = await ann.say('thank', {}, 'thanks a lot');
    const { turns } = await parts().replay.replay({ conversationId: ann.id, afterTurn: 0 });
    expect(turns).toEqual([{ turn: 1, at: expect.any(String), userText: 'thanks a lot', messages: [{ text }] }]);
  });
});

describe('Opening an incident', () => {
  it('shows in local mode the incident that would be opened, and offers the address next time', async () => {
    const ann = new Person();
    await ann.fillForm();
    const answer = await ann.say('affirm');
    for (const part of ['ann@example.com', 'low', 'The printer hums', 'Humming printer'])
      expect(answer).toContain(part);
    expect(opened).toMatchObject([
      { email: 'ann@example.com', priority: 'low', title: 'Humming printer', description: 'The printer hums' },
    ]);
    expect(await ann.say('open_incident')).toContain('ann@example.com');
    expect(await ann.say('affirm')).toContain('priority');
  });

  it('forgets the address of a person who wants to use another one, and asks for it', async () => {
    const ann = new Person();
    await ann.fillForm();
    await ann.say('affirm');
    await ann.say('open_incident');
    const question = await ann.say('deny');
    expect(question).toMatch(/address/);
    expect(question).not.toContain('ann@example.com');
  });

  it('asks again when a person says yes to a question for an address', async () => {
    const ann = new Person();
    await ann.say('open_incident');
    expect(await ann.say('affirm')).toMatch(/address/);
  });

  it.each(['nobody', 'a@b', '@example.com', 'a b@example.com', 'ann@exa mple.com', `${'x'.repeat(250)}@example.com`])(
    'refuses %j as an address and asks again',
    async (email) => {
      const ann = new Person();
      await ann.say('open_incident');
      expect(await ann.say('inform', { email }, email)).toContain("doesn't look like an email");
    },
  );

  it('accepts a priority in any letter case, and refuses other values', async () => {
    const ann = new Person();
    await ann.say('open_incident');
    await ann.say('inform', { email: 'ann@example.com' });
    expect(await ann.say('inform', { priority: 'enormous' })).toContain('low, medium or high');
    await ann.say('inform', { priority: 'HIGH' });
    await ann.say('inform', {}, 'The printer hums');
    await ann.say('inform', {}, 'Humming printer');
    await ann.say('affirm');
    expect(opened).toMatchObject([{ priority: 'high' }]);
  });

  it('does not happen when the person does not confirm', async () => {
    const ann = new Person();
    await ann.fillForm();
    expect(await ann.say('deny')).toContain('not opened');
    expect(opened).toEqual([]);
    expect(await ann.say('open_incident')).toContain('ann@example.com');
  });

  it('tells the number, or the reason of a refusal', async () => {
    const [ann, bob] = [new Person(), new Person()];
    openAnswer = async () => ({ kind: 'opened', number: 'INC0010001' });
    await ann.fillForm();
    expect(await ann.say('affirm')).toContain('INC0010001');
    openAnswer = async () => ({ kind: 'refused', reason: 'unknown-caller' });
    await bob.fillForm();
    expect(await bob.say('affirm')).toContain('ann@example.com');
  });

  it('says that the request is recorded when the incident service does not answer', async () => {
    let answer: () => void = () => undefined;
    openAnswer = () => new Promise((resolve) => (answer = () => resolve({ kind: 'would-open' })));
    const ann = new Person();
    await ann.fillForm();
    expect(await ann.say('affirm')).toContain('recorded');
    answer();
  });

  it('asks for the same operation when a turn is repeated, and for another one in another conversation', async () => {
    const [ann, bob] = [new Person(), new Person()];
    await ann.fillForm();
    let losses = 1;
    beforeRecord = async () => {
      if (losses-- > 0) throw new VersionConflict('lost');
    };
    await ann.say('affirm');
    await bob.fillForm();
    await bob.say('affirm');
    const [first, again, other] = opened.map(({ operationId }) => operationId);
    expect(again).toBe(first);
    expect(other).not.toBe(first);
    expect(opened).toHaveLength(3);
  });
});

describe('The status of incidents', () => {
  it('is made up in local mode, and the answer says so', async () => {
    const ann = new Person();
    await ann.say('incident_status');
    const answer = await ann.say('inform', { email: 'ann@example.com' });
    for (const part of ['made this answer up', 'ann@example.com', 'on hold']) expect(answer).toContain(part);
  });

  it('is unknown while the incident service is unavailable', async () => {
    await peer.close();
    const ann = new Person();
    await ann.say('incident_status');
    expect(await ann.say('inform', { email: 'ann@example.com' })).toContain("can't reach our ticket system");
  });
});

describe('A handed-off conversation', () => {
  async function handedOff(): Promise<Person> {
    const ann = new Person();
    await ann.say('open_incident');
    await ann.say('trigger_handoff', { handoff_to: 'second_desk' });
    return ann;
  }
  const answered = (text: string, isHandedBack = false): Answer['outcome'] => ({
    kind: 'answered',
    messages: [{ text }],
    isHandedBack,
  });

  it('starts with an introduction that tells the host where the person came from', async () => {
    const ann = await handedOff();
    expect(forwarded).toEqual([
      {
        conversationId: ann.id,
        messageId: 'm2',
        host: 'second_desk',
        text: '/handoff{"from_host":"http://localhost:5005"}',
        isFirst: true,
      },
    ]);
    expect(completed).toHaveLength(1);
  });

  it('forwards its messages word for word, and again when they are delivered again', async () => {
    const ann = await handedOff();
    forwarded.length = 0;
    const message = understood(ann.id, 'm3', 'affirm', {}, 'Yes please ');
    for (let i = 0; i < 2; i++) await parts().take.take(message, causeOf(ann.id));
    await settle();
    const expected = {
      conversationId: ann.id,
      messageId: 'm3',
      host: 'second_desk',
      text: 'Yes please ',
      isFirst: false,
    };
    expect(forwarded).toEqual([expected, expected]);
  });

  it('shows the host’s answers under its title, after the message that handed it over', async () => {
    const ann = await handedOff();
    await ann.hear(answered('What can I do?'), 'm2');
    expect(completed.at(-1)).toMatchObject({
      messageId: 'm2',
      messages: [
        { text: expect.stringContaining('Second desk') },
        { text: 'Second desk: What can I do?', metadata: { host_title: 'Second desk' } },
      ],
    });
    expect(await ann.handedOffTo).toBe('second_desk');
  });

  it('shows an answer that is delivered twice both times, and records it once', async () => {
    const ann = await handedOff();
    await ann.hear(answered('What can I do?'), 'm2');
    await ann.hear(answered('Something else'), 'm2');
    expect(completed.at(-1)).toEqual(completed.at(-2));
    expect(await parts().conversations.turnsAfter(ann.id, 0, 10)).toHaveLength(3);
  });

  it('comes back with an apology when the host fails', async () => {
    const ann = await handedOff();
    await ann.hear({ kind: 'failed', reason: 'ECONNREFUSED 10.0.0.1' }, 'm2');
    const texts = JSON.stringify(completed.at(-1)?.messages);
    expect(texts).toContain('could not reach Second desk');
    expect(texts).not.toContain('10.0.0.1');
    expect(await ann.handedOffTo).toBeNull();
  });

  it('comes back when the host hands it back, and the open form asks again', async () => {
    const ann = await handedOff();
    await ann.hear(answered('Bye', true), 'm2');
    const texts = completed.at(-1)?.messages.map(({ text }) => text) ?? [];
    expect(texts.slice(1)).toEqual([
      'Second desk: Bye',
      expect.stringContaining('Welcome back'),
      expect.stringMatching(/address/),
    ]);
    expect(await ann.handedOffTo).toBeNull();
    expect(await ann.say('inform', { email: 'ann@example.com' })).toContain('priority');
  });

  it('comes back when the person asks for it', async () => {
    const ann = await handedOff();
    forwarded.length = 0;
    expect(await ann.say('handback')).toContain('Welcome back');
    expect(forwarded).toEqual([]);
    expect(await ann.handedOffTo).toBeNull();
  });

  it('does not come back after a late answer of a host that no longer has it', async () => {
    const ann = await handedOff();
    await ann.hear({ kind: 'failed', reason: 'too late' }, 'm0', 'another_desk');
    expect(await ann.handedOffTo).toBe('second_desk');
    await ann.say('handback');
    await ann.hear(answered('Bye', true), 'm2');
    expect(JSON.stringify(completed.at(-1)?.messages)).not.toContain('Welcome back');
    await waitUntil('the assistant has it back', async () => (await ann.handedOffTo) === null);
  });
});
