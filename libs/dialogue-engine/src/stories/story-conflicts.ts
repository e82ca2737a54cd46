import { type Assistant, type Finding } from '#assistant/model';
import { keyOf } from '../tracker/dialogue-state.js';
import { storyTrackers } from './training-tracker.js';

/**
 * Situations in which stories continue differently, so that no policy can learn what to do. Each finding names the
 * actions and the stories that contain them.
 * @param maxHistory number of states that are compared; null: all since the beginning
 */
export function findStoryConflicts({ stories, domain }: Assistant, maxHistory: number | null): Finding[] {
  const situations = new Map<string, Map<string, Set<string>>>();
  for (const { decisions } of storyTrackers(stories, domain, []))
    for (const { name, states, action, isPredictable } of decisions) {
      if (!isPredictable) continue;
      const key = keyOf(maxHistory === null ? states : states.slice(-maxHistory));
      const choices = situations.get(key) ?? new Map<string, Set<string>>();
      situations.set(key, choices.set(action, (choices.get(action) ?? new Set()).add(name)));
    }
  const findings = [...situations.values()].filter((choices) => choices.size > 1).map(conflictOf(stories));
  return [...new Map(findings.map((finding) => [finding.message, finding])).values()];
}

const conflictOf =
  (stories: Assistant['stories']) =>
  (choices: ReadonlyMap<string, ReadonlySet<string>>): Finding => {
    const told = [...choices].map(
      ([action, names]) => `"${action}" in ${[...names].map((name) => `"${name}"`).join(', ')}`,
    );
    const [first = ''] = [...choices.values()].flatMap((names) => [...names]);
    // A path through checkpoints is named after all of its stories; the last one contains the difference.
    const place = stories.find(({ name }) => name === first.split(' > ').at(-1))?.place;
    const message = `Stories go on differently after the same history: ${told.join(' and ')}. Change one of them, or tell them apart by a slot.`;
    return { level: 'error', message, ...(place && { place }) };
  };
