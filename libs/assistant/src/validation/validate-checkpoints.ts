import type { Place, Rule, Story, StoryStep } from '../model/assistant.js';
import type { Findings } from '../model/findings.js';

type Checkpoint = Extract<StoryStep, { kind: 'checkpoint' }>;

/** Checks that checkpoints join stories, form no cycle, and are not used in rules. */
export function validateCheckpoints(stories: readonly Story[], rules: readonly Rule[], findings: Findings): void {
  const starts = new Set(stories.flatMap(({ steps }) => checkpointsOf(steps).starts.map(({ name }) => name)));
  const ends = new Set(stories.flatMap(({ steps }) => checkpointsOf(steps).ends.map(({ name }) => name)));
  for (const story of stories) {
    const own = checkpointsOf(story.steps);
    for (const { name, place } of own.starts)
      if (!ends.has(name))
        findings.warning(`story ${story.name} is never reached: no story ends with checkpoint ${name}`, place);
    for (const { name, place } of own.ends)
      if (!starts.has(name)) findings.warning(`no story goes on from checkpoint ${name} of ${story.name}`, place);
  }
  for (const { names, place } of circles(stories))
    findings.warning(
      `checkpoints lead in a circle: ${[...names, names[0]].join(' → ')}; it is cut after the first time around`,
      place,
    );
  for (const { name, steps } of rules)
    for (const step of steps)
      if (step.kind === 'checkpoint')
        findings.warning(`rule ${name} has a checkpoint, which joins stories only; it is ignored`, step.place);
}

/** A checkpoint before all other steps starts a story; every later one ends a part of it. */
function checkpointsOf(steps: readonly StoryStep[]): { starts: Checkpoint[]; ends: Checkpoint[] } {
  const first = steps.findIndex(({ kind }) => kind !== 'checkpoint');
  const isCheckpoint = (step: StoryStep): step is Checkpoint => step.kind === 'checkpoint';
  const inner = steps.slice(first === -1 ? steps.length : first).filter(isCheckpoint);
  const starts = steps.slice(0, first === -1 ? steps.length : first).filter(isCheckpoint);
  // The story itself also continues from a checkpoint in its middle.
  const isMiddle = (step: Checkpoint) => step !== steps.at(-1);
  return { starts: [...starts, ...inner.filter(isMiddle)], ends: inner };
}

/** Each cycle of checkpoints once, from where a search in the order of the stories closes it. */
function circles(stories: readonly Story[]): { names: string[]; place: Place | undefined }[] {
  const links = new Map<string, { to: string; place: Place | undefined }[]>();
  for (const { steps } of stories) {
    const { starts, ends } = checkpointsOf(steps);
    for (const start of starts)
      for (const end of ends)
        if (steps.indexOf(end) > steps.indexOf(start))
          links.set(start.name, [...(links.get(start.name) ?? []), { to: end.name, place: end.place }]);
  }
  const found: { names: string[]; place: Place | undefined }[] = [];
  const finished = new Set<string>();
  const visit = (name: string, path: string[]): void => {
    for (const { to, place } of links.get(name) ?? []) {
      if (path.includes(to)) found.push({ names: path.slice(path.indexOf(to)), place });
      else if (!finished.has(to)) visit(to, [...path, to]);
    }
    finished.add(name);
  };
  for (const name of links.keys()) if (!finished.has(name)) visit(name, [name]);
  return found;
}
