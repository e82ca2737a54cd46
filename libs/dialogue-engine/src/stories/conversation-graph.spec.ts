import { describe, expect, it } from '@jest/globals';
import { action, assistantOf, intent, loop, rule, slot, story } from '../assistant.fixture.js';
import { conversationGraph } from './conversation-graph.js';
import { helpdesk } from '../helpdesk.fixture.js';

const sketch = {
  intents: ['greet', 'ask', 'thank'],
  slots: { vip: { type: 'bool' as const, influencesConversation: true } },
  forms: { form: [] },
  responses: { utter_a: 'A', utter_b: 'B' },
};

describe('the graph of an assistant', () => {
  it('draws the common part of stories once, and names the stories with it', () => {
    const stories = [
      story('s', intent('greet'), action('utter_a'), intent('ask'), action('utter_b')),
      story('t', intent('greet'), action('utter_a'), intent('thank'), action('utter_b')),
    ];
    const { nodes, edges } = conversationGraph(assistantOf({ ...sketch, stories }));
    expect(nodes.map(({ kind, label }) => `${kind} ${label}`.trim())).toEqual([
      'start',
      'end',
      'action utter_a',
      'action utter_b',
      'action utter_b',
    ]);
    const greeted = edges.find(({ message }) => message === 'greet');
    expect(greeted).toMatchObject({ from: nodes[0]!.id, to: nodes[2]!.id, changes: [] });
    expect(greeted?.shownBy).toEqual([
      { kind: 'story', name: 's' },
      { kind: 'story', name: 't' },
    ]);
  });

  it('merges places that are reached by the same last steps', () => {
    const turn = [intent('ask'), action('utter_b')];
    const stories = [story('s', intent('greet'), action('utter_a'), ...turn), story('t', ...turn)];
    const actions = (maxHistory: number) =>
      conversationGraph(assistantOf({ ...sketch, stories }), maxHistory).nodes.filter(({ kind }) => kind === 'action');
    expect([actions(1).length, actions(2).length]).toEqual([2, 3]);
  });

  it('shows the conditions of rules, the loops they start, and any history before them', () => {
    const rules = [rule('r', [intent('ask'), action('form'), loop('form')], { condition: [slot('vip', true)] })];
    const { nodes, edges } = conversationGraph(assistantOf({ ...sketch, rules }));
    expect(nodes.map(({ kind }) => kind)).toEqual(['start', 'end', 'anything', 'action']);
    expect(edges.map(({ message, changes }) => ({ message, changes }))).toEqual([
      { message: undefined, changes: ['vip: true'] },
      { message: 'ask', changes: [] },
      { message: undefined, changes: ['active_loop: form'] },
    ]);
  });

  it('connects every node of a whole assistant, and only existing nodes', () => {
    const { nodes, edges } = conversationGraph(helpdesk);
    const ids = nodes.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    const connected = new Set(edges.flatMap(({ from, to }) => [from, to]));
    expect([...connected].sort()).toEqual([...ids].sort());
    expect(new Set(edges.flatMap(({ shownBy }) => shownBy.map(({ name }) => name)))).toEqual(
      new Set([...helpdesk.stories, ...helpdesk.rules].map(({ name }) => name)),
    );
  });
});
