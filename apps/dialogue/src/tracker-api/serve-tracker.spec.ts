import { afterAll, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import fc from 'fast-check';
import { createBus, InProcessBroker, type MessageBus } from '#bus';
import {
  type Change,
  ConversationChange,
  ConversationNarrate,
  ConversationPredict,
  ConversationShow,
  AssistantShow,
  type DataOf,
  type IncludeEvents,
  type TurnCompleted,
} from '#contracts';
import { createLogger, projectRoot, startService, type RunningService } from '#service';
import { EmbeddedHost } from '#store';
import { dialogueService } from '../dialogue.module.js';

// Jest on Node 20 cannot load this package; it only serves the assets of the API's page.
jest.unstable_mockModule('@fastify/static', () => ({ default: async () => undefined }));

type Tracker = { slots: Record<string, unknown>; events: Record<string, unknown>[] | null } & Record<string, unknown>;

let dialogue: RunningService;
let database: EmbeddedHost;
let gateway: MessageBus;
let completed: DataOf<typeof TurnCompleted>[];
let count = 0;
const freshId = (): string => `conversation-${count++}`;

beforeAll(async () => {
  const broker = new InProcessBroker();
  database = new EmbeddedHost('memory://');
  gateway = createBus({ service: 'gateway', broker });
  gateway.handle('turn.completed.v1', async (turn) => void completed.push(turn as DataOf<typeof TurnCompleted>));
  gateway.handle('message.forwarded.v1', async () => undefined);
  gateway.open();
  dialogue = await startService(dialogueService, {
    env: { DIALOGUE_PORT: '0', SECOND_DESK_URL: 'http://second.example' },
    host: '127.0.0.1',
    broker,
    database,
    namespace: 'test',
    logger: (service) => createLogger(service, 'silent'),
    projectRoot,
  });
  while ((await dialogue.problems()).length > 0) await new Promise((resolve) => setImmediate(resolve));
});
afterAll(async () => {
  await dialogue.close();
  await gateway.close();
  await database.close();
});
beforeEach(() => {
  completed = [];
});

const to = (conversationId: string) => ({ conversationId, timeoutMs: 10_000 });

async function change(
  conversationId: string,
  what: Change,
  more: { changeId?: string; include?: IncludeEvents; outputChannel?: string } = {},
) {
  const { changeId = `change-${count++}`, include = 'ALL', outputChannel } = more;
  const asked = { conversationId, changeId, change: what, include, ...(outputChannel && { outputChannel }) };
  return gateway.request(ConversationChange, asked, to(conversationId));
}

async function changed(...args: Parameters<typeof change>): Promise<{ tracker: Tracker; texts: unknown[] }> {
  const reply = await change(...args);
  if (reply.kind !== 'changed') throw new Error(reply.message);
  return { tracker: reply.tracker as Tracker, texts: reply.messages.map(({ text }) => text) };
}

async function show(conversationId: string, include: IncludeEvents = 'ALL', until?: number): Promise<Tracker> {
  const asked = { conversationId, include, ...(until !== undefined && { until }) };
  const reply = await gateway.request(ConversationShow, asked, to(conversationId));
  if (reply.kind !== 'shown') throw new Error(reply.message);
  return reply.tracker as Tracker;
}

const append = (events: unknown[], isActedOn = false): Change => ({ kind: 'append', events, isActedOn });
const log = (text: string, intent: string, entities: { entity: string; value: unknown }[] = []): Change => {
  const named = { name: intent, confidence: 1 };
  const found = entities.map((entity) => ({ start: 0, end: 0, ...entity }));
  return { kind: 'log', text, understanding: { text, intent: named, entities: found, intent_ranking: [named] } };
};
const kinds = ({ events }: Tracker): unknown[] => (events ?? []).map(({ event }) => event);

describe('A conversation without events', () => {
  it('is shown in its initial state, and is not stored', async () => {
    const id = freshId();
    const tracker = await show(id);
    expect(kinds(tracker)).toEqual(['action', 'session_started', 'action']);
    expect(tracker).toMatchObject({ sender_id: id, latest_action_name: 'action_listen', active_loop: {} });
    const story = { conversationId: id, allSessions: false };
    expect(await gateway.request(ConversationNarrate, story, to(id))).toMatchObject({ cause: 'not-found' });
    const asked = { conversationId: id, include: 'NONE' as const };
    expect(await gateway.request(ConversationPredict, asked, to(id))).toMatchObject({ cause: 'not-found' });
    expect(await change(id, { kind: 'execute', action: 'utter_greet' })).toMatchObject({ cause: 'not-found' });
  });
});

describe('Appending events', () => {
  it('starts a session first, unless the events start one', async () => {
    const begun = await changed(freshId(), append([{ event: 'slot', name: 'email', value: 'ann@example.com' }]));
    expect(kinds(begun.tracker)).toEqual(['action', 'session_started', 'action', 'slot']);
    expect(begun.tracker.slots['email']).toBe('ann@example.com');
    const own = await changed(freshId(), append([{ event: 'session_started' }, { event: 'pause' }]));
    expect(kinds(own.tracker)).toEqual(['session_started', 'pause']);
    expect(own.tracker['paused']).toBe(true);
  });

  it('sends bot messages to the channel only when the caller asks for that', async () => {
    const [id, bot] = [freshId(), { event: 'bot', text: 'The printer is back.' }];
    await gateway.watch(id);
    expect((await changed(id, append([bot]))).texts).toEqual([]);
    expect((await changed(id, append([bot], true))).texts).toEqual(['The printer is back.']);
    const said = completed.flatMap(({ messages }) => messages.map(({ text }) => text));
    expect(said).toEqual(['The printer is back.']);
  });

  it('happens once, however often the same change is delivered', async () => {
    const [id, once] = [freshId(), { changeId: 'the-one' }];
    const events = append([{ event: 'bot', text: 'Hello.' }], true);
    const [first, second] = [await changed(id, events, once), await changed(id, events, once)];
    expect(second).toEqual(first);
    expect(first.texts).toEqual(['Hello.']);
  });

  it('changes nothing when there are none', async () => {
    const id = freshId();
    const { tracker } = await changed(id, append([{ event: 'pause' }]));
    expect((await changed(id, append([]))).tracker).toEqual(tracker);
  });

  it.each<[string, unknown, string]>([
    ['of an unknown kind', { event: 'jump' }, '"jump"'],
    ['about an unknown slot', { event: 'slot', name: 'shoe_size', value: 42 }, '"shoe_size"'],
    ['about an unknown form', { event: 'active_loop', name: 'tax_form' }, '"tax_form"'],
    ['without the fields of its kind', { event: 'slot', value: 42 }, '"name"'],
    ['that is not an object', 5, 'object'],
    ['whose time is a text', { event: 'pause', timestamp: 'noon' }, 'seconds'],
    ['whose metadata is not an object', { event: 'pause', metadata: 'x' }, 'metadata'],
    ['with invalid entities', { event: 'user', text: 'x', parse_data: { entities: [5] } }, 'parse_data'],
    ['with invalid buttons', { event: 'bot', text: 'x', data: { buttons: 5 } }, 'data'],
  ])('refuses an event %s, and records none of the others', async (_, event, named) => {
    const id = freshId();
    const reply = await change(id, append([{ event: 'pause' }, event]));
    expect(reply).toMatchObject({ kind: 'refused', cause: 'invalid', message: expect.stringContaining(named) });
    expect(reply).toMatchObject({ message: expect.stringContaining('Event 2') });
    expect((await show(id))['paused']).toBe(false);
  });

  it('accepts or refuses any events, and never fails', async () => {
    const names = ['user', 'bot', 'action', 'slot', 'active_loop', 'restart', 'rewind', 'undo', 'reminder', 'followup'];
    const key = fc.constantFrom('event', 'name', 'value', 'text', 'data', 'parse_data', 'timestamp', 'intent');
    const event = fc.oneof(
      fc.record({ event: fc.constantFrom(...names) }),
      fc.dictionary(key, fc.oneof(fc.constantFrom(...names, 'email', 'open_incident_form'), fc.jsonValue())),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(event, { maxLength: 6 }), async (events) => {
        const id = freshId();
        expect(['changed', 'refused']).toContain((await change(id, append(events, true))).kind);
        expect((await change(id, log('hi', 'greet'))).kind).toBe('changed');
        const asked = { conversationId: id, include: 'ALL' as const };
        expect((await gateway.request(ConversationPredict, asked, to(id))).kind).toBe('predicted');
      }),
      { numRuns: 40 },
    );
  });
});

describe('Replacing the events', () => {
  it('gives the state of the new events, and keeps the old ones before a restart in the log', async () => {
    const id = freshId();
    await changed(id, append([{ event: 'slot', name: 'email', value: 'ann@example.com' }]));
    const events = [
      { event: 'action', name: 'action_listen' },
      { event: 'slot', name: 'priority', value: 'low' },
    ];
    const { tracker } = await changed(id, { kind: 'replace', events }, { include: 'AFTER_RESTART' });
    expect(tracker.slots).toMatchObject({ email: null, priority: 'low' });
    expect(kinds(tracker)).toEqual(['action', 'slot']);
    expect(kinds(await show(id))).toEqual(['action', 'session_started', 'action', 'slot', 'restart', 'action', 'slot']);
  });
});

describe('A triggered intent', () => {
  it('is answered like a message, with its entities', async () => {
    const { tracker, texts } = await changed(freshId(), {
      kind: 'trigger',
      intent: 'open_incident',
      entities: { priority: 'high' },
    });
    expect(tracker['active_loop']).toMatchObject({ name: 'open_incident_form' });
    expect(tracker['latest_message']).toMatchObject({ text: 'EXTERNAL: open_incident' });
    expect(tracker.slots['priority']).toBe('high');
    expect(texts).not.toEqual([]);
  });

  it('that the domain does not have is refused as not found', async () => {
    const reply = await change(freshId(), { kind: 'trigger', intent: 'order_pizza' });
    expect(reply).toMatchObject({
      kind: 'refused',
      cause: 'not-found',
      message: expect.stringContaining('order_pizza'),
    });
  });

  it('reaches every client that has the conversation open', async () => {
    const id = freshId();
    await gateway.watch(id);
    const { texts } = await changed(id, { kind: 'trigger', intent: 'thank' }, { outputChannel: 'latest' });
    expect(completed).toMatchObject([{ conversationId: id, messages: [{ text: texts[0] }] }]);
  });
});

describe('An executed action', () => {
  it('runs and is recorded with its policy and confidence, and no further action follows', async () => {
    const id = freshId();
    await changed(id, append([{ event: 'pause' }]));
    const { tracker, texts } = await changed(id, {
      kind: 'execute',
      action: 'utter_thank',
      policy: 'Me',
      confidence: 0.5,
    });
    expect(tracker.events?.slice(-2)).toMatchObject([
      { event: 'action', name: 'utter_thank', policy: 'Me', confidence: 0.5 },
      { event: 'bot', text: texts[0] },
    ]);
  });

  it('that the assistant does not have is refused', async () => {
    const id = freshId();
    await changed(id, append([{ event: 'pause' }]));
    const reply = await change(id, { kind: 'execute', action: 'action_make_tea' });
    expect(reply).toMatchObject({ cause: 'invalid', message: expect.stringContaining('action_make_tea') });
  });
});

describe('A logged message', () => {
  it('fills slots and gets no answer', async () => {
    const email = { entity: 'email', value: 'ann@example.com' };
    const { tracker, texts } = await changed(freshId(), log('I am ann@example.com', 'inform', [email]));
    expect(texts).toEqual([]);
    expect(tracker.slots['email']).toBe('ann@example.com');
    expect(kinds(tracker)).toEqual(['action', 'session_started', 'action', 'user', 'slot']);
  });
});

describe('A prediction', () => {
  it('lists every action with its score, highest first, and changes nothing', async () => {
    const id = freshId();
    const { tracker } = await changed(id, log('thanks', 'thank'));
    const asked = { conversationId: id, include: 'ALL' as const };
    const reply = await gateway.request(ConversationPredict, asked, to(id));
    expect(reply).toMatchObject({ kind: 'predicted', policy: 'RulePolicy', tracker });
    expect(reply.kind === 'predicted' && reply.scores[0]).toEqual({ action: 'utter_thank', score: 1 });
    expect(await show(id)).toEqual(tracker);
  });

  it('for given events stores nothing', async () => {
    const id = freshId();
    const parse_data = { intent: { name: 'thank', confidence: 1 }, entities: [] };
    const events = [
      { event: 'action', name: 'action_listen' },
      { event: 'user', text: 'thanks', parse_data },
    ];
    const asked = { conversationId: id, include: 'NONE' as const, events };
    const reply = await gateway.request(ConversationPredict, asked, to(id));
    expect(reply).toMatchObject({
      kind: 'predicted',
      scores: expect.arrayContaining([{ action: 'utter_thank', score: 1 }]),
    });
    const story = { conversationId: id, allSessions: true };
    expect((await gateway.request(ConversationNarrate, story, to(id))).kind).toBe('refused');
  });
});

describe('A shown conversation', () => {
  it('contains the requested events', async () => {
    const id = freshId();
    const listen = { event: 'action', name: 'action_listen' };
    await changed(
      id,
      append([{ event: 'pause' }, { event: 'restart' }, listen, { event: 'resume' }, { event: 'undo' }]),
    );
    expect((await show(id, 'NONE')).events).toBeNull();
    expect(kinds(await show(id, 'AFTER_RESTART'))).toEqual(['action', 'resume', 'undo']);
    expect(kinds(await show(id, 'APPLIED'))).toEqual([]);
    expect(kinds(await show(id))).toHaveLength(8);
  });

  it('ends at the requested time', async () => {
    const id = freshId();
    const at = (timestamp: number, value: string) => ({ event: 'slot', name: 'email', value, timestamp });
    await changed(
      id,
      append([{ event: 'session_started', timestamp: 1 }, at(2, 'a@example.com'), at(4, 'b@example.com')]),
    );
    expect((await show(id, 'ALL', 3)).slots['email']).toBe('a@example.com');
    expect(kinds(await show(id, 'ALL', 3))).toEqual(['session_started', 'slot']);
    expect((await show(id)).slots['email']).toBe('b@example.com');
  });

  it('is exported as stories, one for each session', async () => {
    const id = freshId();
    await changed(id, log('thanks', 'thank'));
    await changed(id, { kind: 'execute', action: 'utter_thank' });
    await changed(id, append([{ event: 'session_started' }]));
    await changed(id, log('ann@example.com', 'inform', [{ entity: 'email', value: 'ann@example.com' }]));
    const told = async (allSessions: boolean) =>
      gateway.request(ConversationNarrate, { conversationId: id, allSessions }, to(id));
    const last = [
      '- intent: inform',
      'entities:',
      '- email: ann@example.com',
      '- slot_was_set:',
      '- email: ann@example.com',
    ];
    const lines = (reply: object) =>
      (reply as { yaml: string }).yaml
        .trim()
        .split('\n')
        .map((line) => line.trim());
    expect(lines(await told(false))).toEqual(['version: "3.1"', 'stories:', `- story: ${id}`, 'steps:', ...last]);
    expect(lines(await told(true))).toEqual([
      ...[
        'version: "3.1"',
        'stories:',
        `- story: ${id}, story 1`,
        'steps:',
        '- intent: thank',
        '- action: utter_thank',
      ],
      ...[`- story: ${id}, story 2`, 'steps:', ...last],
    ]);
  });
});

it('The domain is shown in the format of its file', async () => {
  const { domain } = await gateway.request(AssistantShow, { part: 'domain' }, to('any'));
  expect(domain).toMatchObject({ version: '3.1', slots: { email: { type: 'text' } }, forms: expect.any(Object) });
  expect(domain['intents']).toContain('greet');
});
