import { type Place, type Story, type StoryStep } from '#assistant/model';

type PlainStep = Exclude<StoryStep, { kind: 'or' } | { kind: 'checkpoint' }>;
type Checkpoint = Extract<StoryStep, { kind: 'checkpoint' }>;

/** A story or rule as one sequence of steps, without alternatives and checkpoints. */
export interface Path {
  name: string;
  /** The place of its first story. */
  place?: Place | undefined;
  steps: PlainStep[];
}

/** A piece of a story between checkpoints. */
interface Block extends Pick<Story, 'name' | 'place'> {
  starts: Checkpoint[];
  ends: Checkpoint[];
  steps: PlainStep[];
}

/** Most paths of a story graph; the rest is cut off. */
const MAX_PATHS = 5_000;

/** Expands every alternative of the `or` steps. */
export function alternatives(steps: readonly StoryStep[]): Exclude<StoryStep, { kind: 'or' }>[][] {
  let lines: Exclude<StoryStep, { kind: 'or' }>[][] = [[]];
  for (const step of steps) {
    if (step.kind === 'or') {
      const choices = alternativesOf(step.alternatives);
      lines = lines.flatMap((line) => choices.map((choice) => [...line, ...choice])).slice(0, MAX_PATHS);
    } else for (const line of lines) line.push(step);
  }
  return lines;
}

const alternativesOf = (steps: readonly StoryStep[]) => steps.flatMap((step) => alternatives([step]));

/**
 * All paths through stories that checkpoints link. The slot values of a checkpoint at the start of a story must match the
 * values that the path has set. Cycles are cut: a path visits a block once. `notices` receives what is unreachable or
 * was cut.
 */
export function expandStories(
  stories: readonly Story[],
  initialSlots: Record<string, unknown>,
  notices: string[],
): Path[] {
  const blocks = stories.flatMap((story) => alternatives(story.steps).flatMap((steps) => blocksOf(story, steps)));
  const ended = new Set(blocks.flatMap(({ ends }) => ends.map(({ name }) => name)));
  for (const { name, starts } of blocks)
    for (const start of starts)
      if (!ended.has(start.name))
        notices.push(`Story "${name}" starts at checkpoint "${start.name}", where no story ends.`);

  const linked = blocks.filter(({ starts }) => starts.length > 0);
  const paths: Path[] = [];
  const follow = (path: Block[], block: Block): void => {
    const walked = [...path, block];
    const steps = walked.flatMap((piece) => piece.steps);
    const next = block.ends.length === 0 ? [] : following(walked, steps);
    if (next.length === 0 && paths.length < MAX_PATHS)
      paths.push({ name: walked.map(({ name }) => name).join(' > '), place: walked[0]?.place, steps });
    if (paths.length < MAX_PATHS) next.forEach((other) => follow(walked, other));
  };
  const following = (walked: Block[], steps: PlainStep[]): Block[] => {
    const slots = { ...initialSlots, ...slotsSetBy(steps) };
    const ends = walked.at(-1)!.ends;
    return linked.filter(
      (other) =>
        !walked.includes(other) &&
        other.starts.some(
          (start) =>
            ends.some((end) => end.name === start.name) &&
            start.slots.every(({ name, value }) => slots[name] === value),
        ),
    );
  };
  blocks.filter(({ starts }) => starts.length === 0).forEach((block) => follow([], block));
  if (paths.length >= MAX_PATHS)
    notices.push(`The stories branch into more than ${MAX_PATHS} paths; the rest is ignored.`);
  return paths;
}

function blocksOf({ name, place }: Story, steps: Exclude<StoryStep, { kind: 'or' }>[]): Block[] {
  const written = { name, ...(place && { place }) };
  const blocks: Block[] = [{ ...written, starts: [], ends: [], steps: [] }];
  for (const step of steps) {
    const block = blocks.at(-1)!;
    if (step.kind !== 'checkpoint') block.steps.push(step);
    else if (block.steps.length === 0) block.starts.push(step);
    else {
      block.ends.push(step);
      blocks.push({ ...written, starts: [step], ends: [], steps: [] });
    }
  }
  return blocks.filter((block) => block.steps.length > 0);
}

const slotsSetBy = (steps: readonly PlainStep[]): Record<string, unknown> =>
  Object.fromEntries(steps.flatMap((step) => (step.kind === 'slot' ? [[step.name, step.value]] : [])));
