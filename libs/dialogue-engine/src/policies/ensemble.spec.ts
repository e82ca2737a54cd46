import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { assistantOf } from '../assistant.fixture.js';
import { chooseAction } from './ensemble.js';
import { type Event } from '../tracker/event.js';
import { type Policy, type Prediction } from './prediction.js';
import { Tracker } from '../tracker/tracker.js';

const { domain } = assistantOf({ actions: ['a', 'b', 'c'] });
const tracker = (...events: Event[]): Tracker => {
  const started = Tracker.start('someone', domain);
  started.apply(...events);
  return started;
};

/** A policy that always makes the same prediction. */
function policyOf(name: string, says: Partial<Prediction>): Policy {
  const prediction: Prediction = {
    policy: name,
    action: 'a',
    confidence: 1,
    priority: 1,
    isWithoutUser: false,
    isRuleOnly: false,
    isEndToEnd: false,
    source: `story of ${name}`,
    events: [],
    ...says,
  };
  return { priority: prediction.priority, knowsTexts: prediction.isEndToEnd, predict: () => prediction };
}
const chosen = (...says: Partial<Prediction>[]) =>
  chooseAction(
    says.map((each, i) => policyOf(`policy ${i}`, each)),
    tracker(),
  );

describe('Choosing between policies', () => {
  it.each<[string, Partial<Prediction>, Partial<Prediction>]>([
    ['the more confident one', { confidence: 0.4 }, { confidence: 0.6 }],
    ['the one with the higher priority at equal confidence', { priority: 1 }, { priority: 2 }],
    ['the more confident one before the higher priority', { confidence: 0.4, priority: 9 }, { confidence: 0.6 }],
    [
      'a decision by text before the more confident one',
      { confidence: 1, priority: 9 },
      { confidence: 0.3, isEndToEnd: true },
    ],
    [
      'a decision independent of the message before a decision by text',
      { isEndToEnd: true, priority: 9 },
      { confidence: 0.3, isWithoutUser: true },
    ],
    [
      'one with an action before one without',
      { action: null, confidence: 0, isWithoutUser: true },
      { confidence: 0.1 },
    ],
  ])('takes %s', (_, loser, winner) => {
    const [lost, won] = [
      { ...loser, action: loser.action === undefined ? 'a' : null },
      { ...winner, action: 'b' },
    ];
    expect(chosen(lost, won)).toMatchObject({ action: 'b', policy: 'policy 1', source: 'story of policy 1' });
    expect(chosen(won, lost)).toMatchObject({ action: 'b', policy: 'policy 0' });
  });

  it('takes the first listed of equal predictions', () => {
    expect(chosen({ action: 'a' }, { action: 'b' }).action).toBe('a');
  });

  it('listens when no policy has a prediction', () => {
    const none = { action: null, confidence: 0 };
    for (const says of [[], [none], [none, none], [{ action: 'a', confidence: 0 }]])
      expect(chosen(...says).action).toBe('action_listen');
  });

  it('takes the same action in any order of policies with different priorities', () => {
    const confidence = fc.constantFrom(0.2, 0.5, 1);
    const says = fc.record({ confidence, isEndToEnd: fc.boolean(), isWithoutUser: fc.boolean() });
    fc.assert(
      fc.property(fc.array(says, { minLength: 1, maxLength: 5 }), fc.nat(), (all, turn) => {
        const policies = all.map((each, i) => policyOf(`policy ${i}`, { ...each, action: `action_${i}`, priority: i }));
        const rotated = [...policies.slice(turn % all.length), ...policies.slice(0, turn % all.length)];
        expect(chooseAction(rotated, tracker()).action).toBe(chooseAction(policies, tracker()).action);
      }),
    );
  });

  it('reports the prediction of every policy, and the scores of the winner', () => {
    const scores = new Map([
      ['b', 0.7],
      ['c', 0.3],
    ]);
    const choice = chosen({ action: 'a', confidence: 0.5 }, { action: 'b', confidence: 0.7, scores });
    expect(choice.opinions.map(({ policy, action, confidence }) => [policy, action, confidence])).toEqual([
      ['policy 0', 'a', 0.5],
      ['policy 1', 'b', 0.7],
    ]);
    expect(choice.scores).toEqual(scores);
    expect(chosen({ action: 'a', confidence: 0.5 }).scores).toEqual(new Map([['a', 0.5]]));
  });

  it('records the events of every policy', () => {
    const event: Event = { event: 'loop_interrupted', is_interrupted: true };
    expect(chosen({ events: [event] }, { action: 'b', priority: 2 }).events).toEqual([event]);
  });
});

describe('An action that was just rejected', () => {
  const rejected = tracker({ event: 'action_execution_rejected', name: 'a', policy: null, confidence: null });
  const choose = (...says: Partial<Prediction>[]) =>
    chooseAction(
      says.map((each, i) => policyOf(`policy ${i}`, each)),
      rejected,
    );

  it('is not chosen again, and another policy may decide', () => {
    expect(choose({ action: 'a', priority: 9 }, { action: 'b', confidence: 0.1 }).action).toBe('b');
    expect(choose({ action: 'a' }).action).toBe('action_listen');
  });

  it('leaves a policy with scores its second choice, without a source story', () => {
    const scores = new Map([
      ['c', 0.1],
      ['a', 0.7],
      ['b', 0.2],
    ]);
    expect(choose({ action: 'a', confidence: 0.7, scores })).toMatchObject({
      action: 'b',
      confidence: 0.2,
      source: null,
    });
  });
});
