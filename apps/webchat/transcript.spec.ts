import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { ChatWorld } from './chat-world.fixture.js';

const place = fc.nat(20);
/** What can happen to a page: few words, so that people and assistant repeat themselves. */
const text: fc.Arbitrary<string> = fc.constantFrom('hello', 'yes', '/inform{"priority":"low"}');
const ownEvents = [
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('say' as const), text }) },
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('stepServer' as const) }) },
  { weight: 8, arbitrary: fc.record({ kind: fc.constant('stepPage' as const) }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('connect' as const) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constantFrom('cut' as const, 'reload' as const) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constantFrom('repeat' as const, 'sayAgain' as const), place }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('loseHope' as const), place }) },
];
const elsewhere = { weight: 2, arbitrary: fc.record({ kind: fc.constant('sayElsewhere' as const), text }) };
const alone = fc.array(fc.oneof(...ownEvents), { maxLength: 60 });
const withAnotherTab = fc.array(fc.oneof(...ownEvents, elsewhere), { maxLength: 60 });
type Event = typeof withAnotherTab extends fc.Arbitrary<(infer E)[]> ? E : never;

/** An assistant that says up to three things, the same ones at times. */
const answers = fc.array(fc.array(fc.constantFrom('A', 'B'), { minLength: 1, maxLength: 3 }), {
  minLength: 1,
  maxLength: 5,
});

function worldWith(spoken: string[][]): ChatWorld {
  const world = new ChatWorld((turn) => (spoken[turn % spoken.length] ?? []).map((text) => ({ text })));
  world.connect();
  return world;
}

function happen(world: ChatWorld, event: Event): void {
  if ('text' in event) world[event.kind](event.text);
  else if ('place' in event) world[event.kind](event.place);
  else world[event.kind]();
}

/** Each turn of the tracker in its place and, besides, what was written here and never taken. */
function expectAll(world: ChatWorld): void {
  expect(world.shown).toEqual(world.said);
  const notTaken = world.own.filter(({ id }) => !world.isTaken(id)).map(({ text }) => text);
  expect(world.transcript.outbox.map(({ text }) => text).sort()).toEqual(notTaken.sort());
}

describe('A page that has heard everything', () => {
  it('shows each message once and in the order of the tracker, whatever happened on the way', () => {
    fc.assert(
      fc.property(alone, answers, (events, spoken) => {
        const world = worldWith(spoken);
        for (const event of events) happen(world, event);
        world.settle();
        expectAll(world);
      }),
      { numRuns: 500 },
    );
  });

  // By the same words of two tabs nobody could tell whose message a turn is about.
  it('does so beside another tab, when everybody uses words of their own', () => {
    fc.assert(
      fc.property(withAnotherTab, answers, (events, spoken) => {
        const world = worldWith(spoken);
        events.forEach((event, i) => happen(world, 'text' in event ? { ...event, text: `${event.text} ${i}` } : event));
        world.settle();
        expectAll(world);
      }),
      { numRuns: 500 },
    );
  });
});

describe('A page at any moment', () => {
  it('shows turns in order, no message of a person twice, and of each turn only how it began', () => {
    fc.assert(
      fc.property(withAnotherTab, answers, (events, spoken) => {
        const world = worldWith(spoken);
        for (const event of events) {
          happen(world, event);
          const { transcript } = world;
          const numbers = transcript.inOrder.map(({ number }) => number);
          expect(numbers).toEqual([...new Set(numbers)].sort((a, b) => a - b));
          const ids = [
            ...transcript.inOrder.flatMap(({ outgoing }) => outgoing?.id ?? []),
            ...transcript.outbox.map(({ id }) => id),
          ];
          expect(ids).toEqual([...new Set(ids)]);
          for (const { number, messages } of transcript.inOrder) {
            expect(messages).toEqual(world.tracker[number - 1]?.messages.slice(0, messages.length));
          }
        }
      }),
      { numRuns: 200 },
    );
  });
});
