import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { appliedAfter, withoutAnswers } from './applied-events.js';
import { assistantOf } from '../assistant.fixture.js';
import { actionExecuted, slotSet, type Event } from './event.js';

const user = (text: string): Event => ({
  event: 'user',
  text,
  parse_data: { text, intent: {}, entities: [], message_id: null, metadata: {} },
  input_channel: null,
  message_id: null,
  metadata: {},
});
const loop = (name: string | null): Event => ({ event: 'active_loop', name });
const rejected = (name: string): Event => ({
  event: 'action_execution_rejected',
  name,
  policy: null,
  confidence: null,
});
const applied = (...events: Event[]): string[] => outline(events.reduce<Event[]>(appliedAfter, []));
const outline = (events: readonly Event[]): string[] =>
  events.map((event) =>
    event.event === 'user' ? `user ${event.text}` : 'name' in event ? `${event.event} ${event.name}` : event.event,
  );

describe('The events in effect', () => {
  const turn = (text: string): Event[] => [
    user(text),
    actionExecuted(`utter_${text}`),
    actionExecuted('action_listen'),
  ];

  it('are all events, in order', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom('a', 'b', 'c'), { maxLength: 8 }), (texts) => {
        const events = texts.flatMap(turn);
        expect(events.reduce<Event[]>(appliedAfter, [])).toEqual(events);
      }),
    );
  });

  it.each(['restart', 'session_started'] as const)('are none before a %s', (event) => {
    expect(applied(...turn('a'), { event }, ...turn('b'))).toEqual(outline(turn('b')));
  });

  it('lose the last action and later events by an undo', () => {
    expect(applied(...turn('a'), slotSet('x', 1), { event: 'undo' })).toEqual(['user a', 'action utter_a']);
  });

  it('are, after a rewind, those before the last user turn', () => {
    const rewind: Event = { event: 'rewind' };
    expect(applied(actionExecuted('action_listen'), ...turn('a'), ...turn('b'), rewind)).toEqual([
      'action action_listen',
      'user a',
      'action utter_a',
    ]);
    expect(applied(actionExecuted('action_listen'), ...turn('a'), rewind)).toEqual([]);
  });

  it.each(['undo', 'rewind'] as const)('are none, without an error, after an %s of nothing', (event) => {
    expect(applied({ event })).toEqual([]);
    expect(applied(slotSet('x', 1), slotSet('y', 1), { event })).toEqual([]);
  });
});

describe('The events as policies see them', () => {
  const { domain } = assistantOf({ forms: { ticket_form: ['email'], other_form: [] } });
  const seen = (...events: Event[]): string[] => outline(withoutAnswers(events, domain));
  const run = actionExecuted('ticket_form');
  const listen = actionExecuted('action_listen');

  it('contain a form once, for any number of answers', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 6 }), (answers) => {
        const turns = Array.from({ length: answers }, () => [
          listen,
          user('answer'),
          slotSet('email', 'a'),
          run,
        ]).flat();
        const shown = seen(user('open'), run, loop('ticket_form'), ...turns, loop(null), actionExecuted('utter_done'));
        expect(shown).toEqual([
          'user open',
          'action ticket_form',
          'active_loop ticket_form',
          ...Array.from({ length: answers }, () => 'slot email'),
          'active_loop null',
          'action utter_done',
        ]);
      }),
    );
  });

  it('contain a turn with another action before the form continued', () => {
    const aside = [listen, user('aside'), actionExecuted('utter_help'), run];
    expect(seen(user('open'), run, loop('ticket_form'), ...aside)).toEqual([
      'user open',
      'action ticket_form',
      'active_loop ticket_form',
      'action action_listen',
      'user aside',
      'action utter_help',
      'action ticket_form',
    ]);
  });

  it('contain the turn that the form rejected', () => {
    const shown = seen(user('open'), run, loop('ticket_form'), listen, user('no'), rejected('ticket_form'), run);
    expect(shown.filter((each) => each === 'action ticket_form')).toHaveLength(2);
    expect(shown).toContain('user no');
  });

  it('contain a form that restarts after it ended, and another form', () => {
    expect(seen(run, loop('ticket_form'), loop(null), listen, user('again'), run)).toContain('user again');
    expect(seen(run, loop('ticket_form'), listen, user('x'), actionExecuted('other_form'))).toContain('user x');
  });

  it('leave out answers to a form that ran before the first event', () => {
    const events = [listen, user('answer'), slotSet('email', 'a'), run];
    expect(outline(withoutAnswers(events, domain, 'ticket_form'))).toEqual(['slot email']);
    expect(outline(withoutAnswers(events, domain, 'other_form'))).toEqual(outline(events));
    expect(outline(withoutAnswers(events, domain))).toEqual(outline(events));
  });
});
