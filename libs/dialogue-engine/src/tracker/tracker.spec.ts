import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Conversation } from '../conversation.fixture.js';
import { type Event } from './event.js';
import { eventsFromJson, InvalidEvent } from './event-json.js';
import { helpdesk, helpdeskActions } from '../helpdesk.fixture.js';
import { Tracker } from './tracker.js';

const MESSAGES = [
  ...['greet', 'thank', 'goodbye', 'help', 'bot_challenge', 'out_of_scope', 'nlu_fallback', 'affirm', 'deny', 'inform'],
  ...['open_incident', 'password_reset', 'problem_email', 'incident_status', 'restart', 'back'],
  ...['inform email=a@b.example', 'inform priority=high', 'open_incident email=c@d.example priority=low'],
];
const dialogue = (maxLength: number) => fc.array(fc.constantFrom(...MESSAGES), { minLength: 1, maxLength });
const conversation = () => new Conversation(helpdesk, helpdeskActions);

async function held(lines: readonly string[], talk = conversation()): Promise<Event[]> {
  const events: Event[] = [];
  for (const line of lines) events.push(...(await talk.turn(line)).events);
  return events;
}

describe('any conversation', () => {
  it('gets an answer in every turn and ends with listening', async () => {
    await fc.assert(
      fc.asyncProperty(dialogue(25), async (lines) => {
        const talk = conversation();
        for (const line of lines) {
          const turn = await talk.turn(line);
          expect([line, turn.messages.length > 0]).toEqual([line, true]);
          expect(turn.trace.isLimitReached || talk.tracker.latestAction === 'action_listen').toBe(true);
          expect(turn.trace.failures).toEqual([]);
        }
      }),
      { numRuns: 60, examples: [[['help', 'inform priority=high', 'help', 'inform priority=high', 'greet']]] },
    );
  });

  it('is the same for the same messages', async () => {
    await fc.assert(
      fc.asyncProperty(dialogue(15), async (lines) => {
        expect(await held(lines)).toEqual(await held(lines));
      }),
      { numRuns: 20 },
    );
  });

  it('has the state that results from its events', async () => {
    await fc.assert(
      fc.asyncProperty(dialogue(20), async (lines) => {
        const talk = conversation();
        const events = await held(lines, talk);
        const replayed = Tracker.start('someone', helpdesk.domain);
        replayed.apply(...events);
        expect(replayed.snapshot()).toEqual(talk.tracker.snapshot());
      }),
      { numRuns: 40 },
    );
  });

  it('continues from a stored snapshot and later turns as if it had not been interrupted', async () => {
    const stored = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T;
    await fc.assert(
      fc.asyncProperty(dialogue(15), dialogue(10), dialogue(10), async (before, since, after) => {
        const talk = conversation();
        await held(before, talk);
        const snapshot = stored(talk.tracker.snapshot());
        const eventsSince = stored(await held(since, talk));
        const resumed = conversation();
        resumed.tracker = Tracker.restore(snapshot, helpdesk.domain, eventsSince);
        expect(await held(after, resumed)).toEqual(await held(after, talk));
        expect(resumed.tracker.snapshot()).toEqual(talk.tracker.snapshot());
      }),
      { numRuns: 40 },
    );
  });
});

describe('a snapshot', () => {
  it('adapts to a domain that changed in the meantime', async () => {
    const talk = conversation();
    await held(['open_incident email=a@b.example'], talk);
    const { priority: _, ...slots } = helpdesk.domain.slots;
    const domain = { ...helpdesk.domain, forms: {}, slots: { ...slots, added: slots.email! } };
    const tracker = Tracker.restore(talk.tracker.snapshot(), domain);
    expect(tracker.activeLoop).toBeNull();
    expect(tracker.slots).toMatchObject({ email: 'a@b.example', added: null });
    expect(tracker.slots).not.toHaveProperty('priority');
  });

  it('does not grow with the conversation', async () => {
    const talk = conversation();
    const sizes: number[] = [];
    for (let turn = 0; turn < 400; turn += 1) {
      await talk.turn(MESSAGES[(turn * 7) % MESSAGES.length]!);
      sizes.push(JSON.stringify(talk.tracker.snapshot()).length);
    }
    expect(Math.max(...sizes.slice(200))).toBeLessThanOrEqual(Math.max(...sizes.slice(0, 200)) * 1.1);
    expect(Math.max(...sizes)).toBeLessThan(60_000);
  });

  it('does not grow in a form with many wrong answers, or through events without messages', async () => {
    const talk = conversation();
    await talk.turn('open_incident');
    for (let turn = 0; turn < 100; turn += 1) await talk.turn('affirm');
    const slots = Array.from({ length: 2_000 }, (_, value): Event => ({ event: 'slot', name: 'priority', value }));
    talk.engine.recordEvents(talk.tracker, slots, talk.ports);
    expect(JSON.stringify(talk.tracker.snapshot()).length).toBeLessThan(100_000);
  });
});

describe('the JSON of a tracker', () => {
  it('has the fields and events of Rasa', async () => {
    const talk = conversation();
    const events = await held(['greet', 'open_incident', 'restart', 'greet'], talk);
    const json = (include: 'NONE' | 'APPLIED' | 'AFTER_RESTART' | 'ALL') => {
      const tracker = Tracker.start('someone', helpdesk.domain);
      tracker.apply(...events);
      return tracker.toRasaJson(include).events as Event[] | null;
    };
    expect(json('NONE')).toBeNull();
    expect(json('ALL')).toHaveLength(events.length);
    expect(json('AFTER_RESTART')?.[0]).toMatchObject({ event: 'action', name: 'action_session_start' });
    expect(json('APPLIED')?.[0]).toMatchObject({ event: 'action', name: 'action_listen' });
    expect(talk.tracker.toRasaJson('NONE')).toMatchObject({
      sender_id: 'someone',
      latest_message: { intent: { name: 'greet' } },
      active_loop: {},
      latest_action: { action_name: 'action_listen' },
      latest_action_name: 'action_listen',
      latest_input_channel: 'rest',
      paused: false,
    });
    expect(Tracker.start('x', helpdesk.domain).toRasaJson('ALL')).toMatchObject({
      latest_message: { intent: {}, entities: [], text: null, message_id: null, metadata: {} },
      latest_action: {},
      latest_action_name: null,
      events: [],
    });
  });
});

describe('events from JSON', () => {
  it('are read with their optional fields filled in, and objects of other kinds skipped', () => {
    expect(eventsFromJson([{ event: 'slot', name: 'a' }, { other: 1 }, { event: 'active_loop' }])).toEqual([
      { event: 'slot', name: 'a', value: null },
      { event: 'active_loop', name: null },
    ]);
  });

  it.each([[{ event: 'nope' }], [{ event: 'slot' }], [{ event: 'followup', name: 1 }], [{ event: 'toString' }]])(
    'are refused in an unknown shape: %j',
    (event) => {
      expect(() => eventsFromJson([event])).toThrow(InvalidEvent);
    },
  );
});
