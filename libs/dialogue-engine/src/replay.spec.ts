import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Conversation, messageOf } from './conversation.fixture.js';
import { actionExecuted, type Event } from './tracker/event.js';
import { eventsFromJson, eventToJson } from './tracker/event-json.js';
import { helpdesk, helpdeskActions } from './helpdesk.fixture.js';
import { Tracker } from './tracker/tracker.js';

const MESSAGES = [
  ...['greet', 'thank', 'help', 'bot_challenge', 'out_of_scope', 'nlu_fallback', 'affirm', 'deny', 'inform'],
  ...['open_incident', 'password_reset', 'incident_status', 'restart', 'back'],
  ...['inform email=a@b.example', 'inform priority=high', 'open_incident email=c@d.example priority=low'],
];
/** Other events that may happen between two turns. */
const OUTSIDE: Event[] = [
  { event: 'pause' },
  { event: 'resume' },
  { event: 'slot', name: 'email', value: 'e@f.example' },
  { event: 'reminder', name: 'later', intent: 'help', date_time: '2030-01-01T00:00:00Z', kill_on_user_msg: false },
  { event: 'cancel_reminder', name: 'later' },
  { event: 'followup', name: 'utter_help' },
  { event: 'reset_slots' },
  { event: 'undo' },
  actionExecuted('utter_greet'),
];
const happenings = (maxLength: number) =>
  fc.array(
    fc.oneof({ weight: 4, arbitrary: fc.constantFrom<string | Event>(...MESSAGES) }, fc.constantFrom(...OUTSIDE)),
    { minLength: 1, maxLength },
  );
const conversation = () => new Conversation(helpdesk, helpdeskActions);

async function held(happened: readonly (string | Event)[], talk: Conversation): Promise<Event[]> {
  const events: Event[] = [];
  for (const one of happened) {
    const turn =
      typeof one === 'string' ? await talk.turn(one) : talk.engine.recordEvents(talk.tracker, [one], talk.ports);
    events.push(...turn.events);
  }
  return events;
}

/** Events after a round trip through a store or HTTP. */
const asStored = (events: readonly Event[]): Event[] =>
  eventsFromJson(JSON.parse(JSON.stringify(events.map(eventToJson))) as unknown[]);

const whole = ({ tracker }: Conversation, events: readonly Event[]) => {
  const { events: _some, ...state } = tracker.toRasaJson('NONE');
  return { state, events: events.map(eventToJson) };
};

describe('the same events', () => {
  it('give the same state and the same next prediction, replayed from their JSON', async () => {
    await fc.assert(
      fc.asyncProperty(happenings(20), async (happened) => {
        const talk = conversation();
        const events = await held(happened, talk);
        const replayed = conversation();
        replayed.tracker = Tracker.replay('someone', helpdesk.domain, asStored(events));
        expect(whole(replayed, events)).toEqual(whole(talk, events));
        expect(replayed.engine.predict(replayed.tracker)).toEqual(talk.engine.predict(talk.tracker));
      }),
      { numRuns: 60 },
    );
  });

  it('lead to the same turns, with or without a snapshot in between', async () => {
    await fc.assert(
      fc.asyncProperty(happenings(12), happenings(8), async (before, after) => {
        const talk = conversation();
        await held(before, talk);
        const resumed = conversation();
        const snapshot = JSON.parse(JSON.stringify(talk.tracker.snapshot())) as ReturnType<Tracker['snapshot']>;
        resumed.tracker = Tracker.restore(snapshot, helpdesk.domain);
        const events = await held(after, talk);
        expect(await held(after, resumed)).toEqual(events);
        expect(whole(resumed, events)).toEqual(whole(talk, events));
      }),
      { numRuns: 60 },
    );
  });

  it('result with and without a trace: asking every policy changes no decision', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.constantFrom(...MESSAGES), { minLength: 1, maxLength: 12 }), async (lines) => {
        const [talk, traced] = [conversation(), conversation()];
        for (const line of lines) {
          const message = { ...messageOf(line), wantsTrace: true };
          const turn = await traced.engine.takeTurn(traced.tracker, message, traced.ports);
          expect(turn.events).toEqual((await talk.turn(line)).events);
        }
      }),
      { numRuns: 30 },
    );
  });
});

const RECORDED = new URL('../recorded/', import.meta.url);

describe.each(readdirSync(RECORDED))('the recorded conversation %s', (file) => {
  const recorded = JSON.parse(readFileSync(new URL(file, RECORDED), 'utf8')) as Record<string, unknown>[];
  const events = eventsFromJson(recorded);

  it('repeats itself for the same messages at the same times', async () => {
    const talk = conversation();
    const again: Event[] = [];
    for (const event of events) {
      if (event.event !== 'user') continue;
      talk.clock.seconds = event.timestamp ?? 0;
      again.push(...(await talk.turn(event.text ?? '')).events);
    }
    expect(again.map(eventToJson)).toEqual(recorded);
  });

  it('predicts each recorded action from the events before it', () => {
    const { engine } = conversation();
    events.forEach((event, index) => {
      if (event.event !== 'action' || event.policy === 'followup_action' || !event.policy) return;
      const before = events.slice(0, index);
      while (before.at(-1)?.event === 'user_featurization' || before.at(-1)?.event === 'loop_interrupted') before.pop();
      const { action, policy } = engine.predict(Tracker.replay('someone', helpdesk.domain, before));
      expect([index, action, policy]).toEqual([index, event.name, event.policy]);
    });
  });
});
