import { describe, expect, it } from '@jest/globals';
import { readAssistant } from '#assistant';
import { conversationGraph } from '#dialogue-engine';
import { FILES } from '#testing';
import { withAssistant } from '#testing';
import { drawGraph } from './draw-graph.js';
import { drawingOf, type Drawing } from './drawing.js';
import { graphPage } from './graph-page.js';

const STORIES = `stories:
- story: <b>met & greeted</b>
  steps:
  - intent: greet
  - action: utter_greet
  - slot_was_set: [{site: leeds}]
  - intent: bye
  - action: utter_bye
`;

const drawn = (): Promise<Drawing> =>
  withAssistant({ ...FILES, 'data/stories.yml': STORIES }, async (folder) => {
    const { assistant } = await readAssistant(folder);
    return drawingOf(conversationGraph(assistant), Object.keys(assistant.domain.forms));
  });

describe('The drawing of stories and rules', () => {
  it('distinguishes messages, answers, actions and forms, and names the condition of a rule', async () => {
    const { nodes } = await drawn();
    const labels = (kind: string): string[] => nodes.filter((node) => node.kind === kind).map(({ label }) => label);
    expect(new Set(labels('message'))).toEqual(new Set(['greet', 'bye', 'why', 'report']));
    expect(labels('response')).toContain('utter_why');
    expect(labels('action')).toEqual(['action_file']);
    expect(labels('loop')).toEqual(['report_form', 'report_form']);
    expect(labels('anything').sort()).toEqual(['at any time', 'while report_form runs']);
  });

  it('has an end for every path, and edges only between its nodes', async () => {
    const { nodes, edges } = await drawn();
    const ids = new Set(nodes.map(({ id }) => id));
    expect(edges.every(({ from, to }) => ids.has(from) && ids.has(to))).toBe(true);
    for (const end of nodes.filter(({ kind }) => kind === 'end'))
      expect(edges.filter(({ to }) => to === end.id)).toHaveLength(1);
  });

  it('describes the changes along an edge in words', async () => {
    const labels = (await drawn()).edges.map(({ label }) => label).filter(Boolean);
    expect(labels).toContain('site is leeds');
    expect(labels).toContain('the form ends');
    expect(labels.join()).not.toContain('requested_slot');
  });

  it('becomes one page with every part, its stories as title, and escaped names', async () => {
    const drawing = await drawn();
    const svg = await drawGraph(drawing);
    const page = graphPage({ title: 'Conversations', facts: ['1 story'], drawing, svg });
    for (const { id } of [...drawing.nodes, ...drawing.edges]) expect(page).toContain(`id="${id}"`);
    expect(page).toContain('<option>story: &#60;b&#62;met &#38; greeted&#60;/b&#62;</option>');
    expect(page).not.toContain('<b>met');
    expect(page).not.toMatch(/(src|href)="/);
  });
});
