import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { action, assistantOf, intent, slot, story, type Sketch } from '../assistant.fixture.js';
import { Conversation, messageOf } from '../conversation.fixture.js';
import { DialogueEngine } from '../engine.js';
import { SequenceModel } from './sequence-model.js';
import { leaveOneStoryOut } from '../story-accuracy.js';
import { trainPolicies } from './trained-policies.js';

const topics = ['vpn', 'mail', 'wifi', 'printer', 'screen'];
const sketch: Sketch = {
  intents: ['greet', 'thank', 'unheard', ...topics],
  slots: { tier: { type: 'categorical', values: ['gold', 'iron'], influencesConversation: true } },
  responses: Object.fromEntries(
    ['hello', 'welcome', 'gold', 'iron', 'default', ...topics].map((name) => [`utter_${name}`, name]),
  ),
  stories: [
    ...topics.map((topic) =>
      story(topic, intent('greet'), action('utter_hello'), intent(topic), action(`utter_${topic}`)),
    ),
    ...topics.map((topic) =>
      story(`${topic} and thanks`, intent(topic), action(`utter_${topic}`), intent('thank'), action('utter_welcome')),
    ),
    ...['gold', 'iron'].map((tier) => story(tier, slot('tier', tier), intent('greet'), action(`utter_${tier}`))),
  ],
  policies: [
    { name: 'MemoizationPolicy', options: { max_history: 5 } },
    { name: 'RulePolicy', options: { core_fallback_threshold: 0.4 } },
    { name: 'TEDPolicy', options: { max_history: 5, epochs: 100 } },
  ],
};
const assistant = assistantOf(sketch);
const withPolicy = (options: Record<string, unknown>) =>
  assistantOf({ ...sketch, policies: [{ name: 'SequencePolicy', options }] });

describe('the learned policy', () => {
  it('continues sequences that no story contains', async () => {
    const talk = new Conversation(assistant);
    for (const line of ['greet', 'mail', 'wifi']) await talk.turn(line);
    expect(await talk.says('vpn')).toEqual(['vpn']);
    const { trace } = await talk.turn('thank');
    expect(trace.actions[0]).toMatchObject({ name: 'utter_welcome', policy: 'TEDPolicy' });
    expect(trace.actions[0]!.confidence).toBeLessThan(1);
  });

  it('leaves unknown situations to the fallback', async () => {
    const talk = new Conversation(assistant);
    await talk.turn('greet');
    expect(await talk.says('unheard')).toEqual(['default']);
  });

  it('scores all known actions, with likelihoods that sum to at most 1', async () => {
    const { engine, tracker, ports } = new Conversation(withPolicy({}));
    await engine.logMessage(tracker, messageOf('greet'), ports);
    const { action: best, scores, confidence } = engine.predict(tracker);
    expect(scores[0]).toEqual({ action: best, score: confidence });
    expect(scores.filter(({ score }) => score > 0).length).toBeGreaterThan(1);
    expect(scores.reduce((sum, { score }) => sum + score, 0)).toBeLessThanOrEqual(1 + 1e-9);
  });

  it('is reproducible with the same seed, and decides the same from stored data', async () => {
    const [one, other] = [trainPolicies(assistant), trainPolicies(assistant)];
    expect(other).toEqual(one);
    expect(trainPolicies(withPolicy({ random_seed: 7 })).models).not.toEqual(trainPolicies(withPolicy({})).models);
    const stored = JSON.parse(JSON.stringify(one)) as typeof one;
    const engines = [new DialogueEngine(assistant), new DialogueEngine(assistant, { trained: stored })];
    const [own, restored] = engines.map((engine) => {
      const talk = new Conversation(assistant);
      return { engine, talk };
    });
    for (const line of ['greet', 'wifi', 'vpn', 'thank', 'unheard']) {
      const decisions = [];
      for (const { engine, talk } of [own!, restored!])
        decisions.push(
          (await engine.takeTurn(talk.tracker, messageOf(line), talk.ports)).trace.actions.map(({ name }) => name),
        );
      expect(decisions[1]).toEqual(decisions[0]);
    }
  });

  it('is retrained when the stored data belongs to other stories', () => {
    const trained = { ...trainPolicies(assistant), fingerprint: 'of something else', models: [] };
    const engine = new DialogueEngine(assistant, { trained });
    expect(engine.notices).toEqual(new DialogueEngine(assistant).notices);
  });

  it('can also learn from joined stories', () => {
    const [plain, joined] = [0, 3].map((augmentation) => trainPolicies(withPolicy({ augmentation })).models[0]!);
    expect(Object.keys(joined!.weights).length).toBeGreaterThan(Object.keys(plain!.weights).length);
  });

  it('predicts nothing without stories', () => {
    expect(SequenceModel.train([], 1).predict(['anything'])).toEqual(new Map());
    const engine = new DialogueEngine(assistantOf({ ...sketch, stories: [] }));
    expect(engine.predict(new Conversation(assistant).tracker).action).toBe('action_listen');
  });
});

describe('a model of the next action', () => {
  const examples = fc.array(
    fc.record({
      features: fc.uniqueArray(fc.constantFrom('a', 'b', 'c', 'd'), { maxLength: 4 }),
      action: fc.constantFrom('x', 'y', 'z'),
    }),
    { minLength: 1, maxLength: 30 },
  );

  it('gives likelihoods between 0 and 1, and the same ones after a round trip through JSON', () => {
    fc.assert(
      fc.property(examples, fc.nat(), (learned, seed) => {
        const model = SequenceModel.train(learned, seed, 1.3);
        const restored = SequenceModel.restore(
          JSON.parse(JSON.stringify(model.toJson())) as ReturnType<typeof model.toJson>,
        );
        for (const { features } of learned) {
          const likelihoods = model.predict(features);
          const again = restored.predict(features);
          for (const [name, likelihood] of likelihoods) {
            expect(likelihood).toBeGreaterThanOrEqual(0);
            expect(likelihood).toBeLessThanOrEqual(1);
            expect(again.get(name)).toBeCloseTo(likelihood, 2);
          }
        }
      }),
      { numRuns: 50 },
    );
  });

  it('learns an action that always follows', () => {
    fc.assert(
      fc.property(fc.nat(), (seed) => {
        const learned = ['x', 'y', 'z'].flatMap((name) =>
          ['', 'noise', 'more'].map((other) => ({ features: [`is ${name}`, other], action: name })),
        );
        const model = SequenceModel.train(learned, seed);
        for (const name of ['x', 'y', 'z']) {
          const [best] = [...model.predict([`is ${name}`])].sort(([, a], [, b]) => b - a);
          expect(best?.[0]).toBe(name);
        }
      }),
      { numRuns: 20 },
    );
  });
});

it('predicts more of held-out stories than memoization', () => {
  const [all, acting] = leaveOneStoryOut(assistant, 0.3);
  expect(all.learned).toBeGreaterThan(all.memoization);
  expect(acting.decisions).toBeLessThan(all.decisions);
  expect(acting.majority).toBeLessThanOrEqual(all.majority);
});
