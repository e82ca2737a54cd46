import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { nothingPretrained as pretrained } from '#nlu-engine';
import { validateData } from './validate-data.js';
import { withAssistant } from '#testing';

const WARNING = { 'data/x.yml': 'nlu:\n- intent: bye\n  examples: |\n    - hello\n' };
const ERROR = { 'data/x.yml': 'stories:\n- story: s\n  steps: [{action: a}]\n' };
const NOTE = { 'data/x.yml': 'nlu:\n- intent: bye\n  examples: |\n    - Goodbye!\n' };

const options = { notes: false, suggestMerges: false, pretrained };

describe('helpdesk data validate', () => {
  let before: typeof process.exitCode;
  let printed: string[];
  beforeEach(() => {
    before = process.exitCode;
    process.exitCode = undefined;
    printed = [];
    jest.spyOn(console, 'log').mockImplementation((line: string) => void printed.push(line));
  });
  afterEach(() => {
    process.exitCode = before;
    jest.restoreAllMocks();
  });

  it.each([
    ['nothing', {}, false, undefined],
    ['nothing', {}, true, undefined],
    ['a note', NOTE, true, undefined],
    ['a warning', WARNING, false, undefined],
    ['a warning', WARNING, true, 1],
    ['an error', ERROR, false, 1],
  ])('with %s, %j and --fail-on-warnings %s, exits with %s', async (_, files, failOnWarnings, exitCode) => {
    await withAssistant(files, (assistant) => validateData({ ...options, assistant, failOnWarnings }));
    expect(process.exitCode).toBe(exitCode);
    expect(printed.join('\n')).toMatch(/\berrors?, .+ warnings?\b/);
  });

  it('suggests with --suggest-merges to merge intents that no training can distinguish', async () => {
    const words = ['printer', 'scanner', 'screen', 'mouse', 'cable', 'phone', 'laptop', 'badge'];
    const intentOf = (name: string, at: number) =>
      `- intent: ${name}\n  examples: |\n${words.map((word, i) => `    - the ${word} is ${i % 2 === at ? 'dead' : 'broken'}\n`).join('')}`;
    const files = {
      'data/x.yml': `intents: [broken, dead]\nnlu:\n${intentOf('broken', 0)}${intentOf('dead', 1)}`,
    };
    await withAssistant(files, (assistant) =>
      validateData({ ...options, assistant, failOnWarnings: true, suggestMerges: true }),
    );
    expect(printed.join('\n')).toMatch(/warning {2}broken and dead are taken for each other in \d+ of \d+ cases/);
    expect(process.exitCode).toBe(1);
  });
});
