/** Measures how often the policies predict the next action of a story that they have not learned. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { readAssistant, readTestStories } from '#assistant';
import { leaveOneStoryOut, type StoryAccuracy } from '#dialogue-engine';

const DEFAULT_THRESHOLD = 0.3;

/** A markdown table with two rows for each assistant in a folder: its stories, and its stories with its test conversations. */
export async function accuracyTable(folder: string): Promise<string> {
  const lines: string[] = [];
  for (const name of readdirSync(folder).sort()) {
    const { assistant } = await readAssistant(join(folder, name));
    const { stories: conversations } = await readTestStories(assistant);
    const rules = assistant.config.policies.find((policy) => policy.name === 'RulePolicy');
    const threshold = Number(rules?.options['core_fallback_threshold'] ?? DEFAULT_THRESHOLD);
    const sets = {
      stories: assistant.stories,
      'stories and test conversations': [...assistant.stories, ...conversations],
    };
    for (const [set, stories] of Object.entries(sets)) {
      const [all, acting] = leaveOneStoryOut({ ...assistant, stories }, threshold);
      lines.push(lineOf(`${name}, ${set}`, stories.length, all), lineOf('– without listening', '', acting));
    }
  }
  return `
| | stories | decisions | majority | memoisation | learned | mean confidence | sure | right when sure |
| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |
${lines.join('\n')}
`;
}

function lineOf(name: string, stories: number | '', accuracy: StoryAccuracy): string {
  const { decisions, majority, memoization, learned, confidence, sure } = accuracy;
  const shares = [majority, memoization, learned, confidence, sure.decisions].map((count) => count / decisions);
  const cells = [...shares, sure.right / sure.decisions].map((share) =>
    Number.isFinite(share) ? share.toFixed(3) : '–',
  );
  return `| ${[name, stories, decisions, ...cells].join(' | ')} |`;
}
