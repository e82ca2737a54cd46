import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Document, isMap, isScalar, isSeq, LineCounter, parseDocument, type Node, visit, type YAMLMap } from 'yaml';
import { type Place, type Story, type StoryStep } from '#assistant';
import { hasFailed, isWrong, type Judgement, type StoryRun } from '#training';
import { type TestStories } from '#training';

/** The failed and the passed stories as YAML texts. */
export interface WrittenStories {
  failed: string;
  successful: string;
}

/**
 * Writes the stories as in their files. Adds a comment `predicted: …` to each failed step. The result can be read as
 * test stories again.
 */
export async function writeStories(
  { folder, stories }: TestStories,
  runs: readonly StoryRun[],
): Promise<WrittenStories> {
  const failedSteps = new Set<StoryStep>(runs.filter(hasFailed).flatMap(({ steps }) => steps));
  const isFailed = (story: Story): boolean => stepsIn(story.steps).some((step) => failedSteps.has(step));
  const nodes = await nodesByPlace(folder, stories);
  for (const run of runs) comment(run, nodes);
  const written = (wanted: Story[], otherwise: string): string => {
    const found = wanted.flatMap(({ place }) => (place && nodes.get(keyOf(place))) ?? []);
    if (found.length === 0) return `# ${otherwise}\n`;
    const document = new Document({ version: '3.1', stories: [] });
    document.set('stories', found);
    return document.toString({ lineWidth: 0, indentSeq: false });
  };
  return {
    failed: written(stories.filter(isFailed), 'None of the test stories failed.'),
    successful: written(
      stories.filter((story) => !isFailed(story)),
      'None of the test stories succeeded.',
    ),
  };
}

const stepsIn = (steps: readonly StoryStep[]): StoryStep[] =>
  steps.flatMap((step) => (step.kind === 'or' ? stepsIn(step.alternatives) : [step]));

/** The YAML mappings of the files by their position. Stories and their steps are among them. */
async function nodesByPlace(folder: string, stories: readonly Story[]): Promise<Map<string, YAMLMap>> {
  const nodes = new Map<string, YAMLMap>();
  for (const file of new Set(stories.flatMap(({ place }) => place?.file ?? []))) {
    const lines = new LineCounter();
    const document = parseDocument(await readFile(join(folder, file), 'utf8'), { lineCounter: lines });
    visit(document, {
      Map(_, map) {
        const { line, col } = lines.linePos(map.range?.[0] ?? 0);
        nodes.set(keyOf({ file, line, column: col }), map);
      },
    });
  }
  return nodes;
}

const keyOf = ({ file, line, column }: Place): string => JSON.stringify([file, line, column]);

/** Adds the actual predictions as comments to the failed steps of a story. */
function comment({ steps, judgements }: StoryRun, nodes: ReadonlyMap<string, YAMLMap>): void {
  const last = steps.at(-1);
  for (const judgement of judgements.filter(isWrong)) {
    const step = judgement.step ?? last;
    const map = step?.place && nodes.get(keyOf(step.place));
    if (!step || !map) continue;
    if (isOwn(judgement)) add(valueOf(map), 'comment', ` ${predictionOf(judgement)}`);
    else add(map, judgement.step ? 'commentBefore' : 'comment', ` action_listen, predicted: ${judgement.predicted}`);
  }
}

const predictionOf = ({ kind, expected, predicted }: Judgement): string =>
  kind === 'entity' ? `entity ${expected}, predicted: ${predicted}` : `predicted: ${predicted}`;

/** Whether the judgement is about the step itself, and not about the `action_listen` before or after it. */
const isOwn = ({ kind, step, expected }: Judgement): boolean =>
  kind !== 'action' ||
  (step?.kind === 'action' && step.name === expected) ||
  (step?.kind === 'botText' && step.text === expected);

function valueOf(map: YAMLMap): Node {
  const keys = ['action', 'intent', 'bot', 'user'];
  const pair = keys.flatMap((key) => map.items.filter((item) => isScalar(item.key) && item.key.value === key))[0];
  const value = pair?.value;
  return isScalar(value) || isMap(value) || isSeq(value) ? value : map;
}

/** Adds a comment once. A step is reached more than once when `or` or checkpoints lead to it on several paths. */
function add(node: Node, where: 'comment' | 'commentBefore', text: string): void {
  const said = node[where]?.split(';').map((part) => part.trim()) ?? [];
  if (!said.includes(text.trim())) node[where] = node[where] ? `${node[where]}; ${text.trim()}` : text;
}
