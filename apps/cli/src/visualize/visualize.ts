import { mkdir, writeFile } from 'node:fs/promises';
import { basename, dirname, relative } from 'node:path';
import { readAssistant } from '#assistant';
import { conversationGraph } from '#dialogue-engine';
import { readStories } from '#training';
import { drawGraph } from './draw-graph.js';
import { drawingOf } from './drawing.js';
import { graphPage } from './graph-page.js';

export interface VisualizeOptions {
  assistant: string;
  /** Test stories to draw instead of the assistant's stories and rules. */
  stories?: string;
  /** Path of the HTML page. */
  out: string;
  /** Number of steps that must match before two nodes are merged. */
  maxHistory: number;
}

/**
 * `helpdesk visualize`: writes one page with a graph of an assistant's stories and rules.
 * @throws Error, AssistantError naming the invalid file, or when there is nothing to draw
 */
export async function visualize({ assistant: directory, stories, out, maxHistory }: VisualizeOptions): Promise<void> {
  const { assistant } = await readAssistant(directory);
  const drawn = stories
    ? { ...assistant, rules: [], stories: (await readStories(assistant, stories)).stories }
    : assistant;
  if (drawn.stories.length + drawn.rules.length === 0) throw new Error(`${directory} has neither stories nor rules.`);
  const drawing = drawingOf(conversationGraph(drawn, maxHistory), Object.keys(assistant.domain.forms));
  const page = graphPage({
    title: `Conversations of ${assistant.config.assistantId ?? basename(directory)}`,
    facts: [`${drawn.stories.length} stories`, `${drawn.rules.length} rules`],
    drawing,
    svg: await drawGraph(drawing),
  });
  await mkdir(dirname(out), { recursive: true });
  await writeFile(out, page);
  console.log(`  Graph: ${relative(process.cwd(), out) || out}`);
}
