import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { withStories } from '#testing';
import { testCore, type TestCoreOptions } from './test-core.js';

const RIGHT = `- story: a greeting # as it should be
  steps:
  - user: |
      hello [there](site)
    intent: greet
  - action: utter_greet
`;
const WRONG = `- story: a farewell
  steps:
  - intent: bye
  - action: utter_bye
  - or:
    - intent: greet
    - intent: why
  - action: utter_greet
`;

describe('helpdesk test core', () => {
  let printed: string[];
  beforeEach(() => {
    printed = [];
    jest.spyOn(console, 'log').mockImplementation((line: string) => void printed.push(line));
    jest.spyOn(console, 'error').mockImplementation(() => undefined);
  });
  afterEach(() => {
    jest.restoreAllMocks();
    process.exitCode = undefined;
  });

  const test = (assistant: string, options: Partial<TestCoreOptions> = {}): Promise<void> =>
    testCore({
      assistant,
      out: join(assistant, 'results'),
      e2e: false,
      successes: true,
      errors: true,
      plot: true,
      failOnPredictionErrors: false,
      ...options,
    });
  const result = (folder: string, name: string): Promise<string> => readFile(join(folder, 'results', name), 'utf8');

  it('writes Rasa’s result files, with the prediction beside each failed step', () =>
    withStories(RIGHT + WRONG, async (_assistant, _stories, folder) => {
      await test(folder);
      const failed = await result(folder, 'failed_test_stories.yml');
      expect(failed).toContain('- action: utter_greet # predicted: utter_why');
      expect(failed).not.toContain('a greeting');
      expect(await result(folder, 'successful_test_stories.yml')).toContain('hello [there](site)');
      expect(JSON.parse(await result(folder, 'story_report.json'))).toMatchObject({
        conversation_accuracy: { correct: 2, total: 3 },
      });
      expect(await result(folder, 'story_confusion_matrix.svg')).toContain('utter_why');
      expect(printed.join('\n')).toContain('tests/test_stories.yml:16  expected utter_greet, predicted utter_why');
      expect(process.exitCode).toBeUndefined();
    }));

  it('writes failed stories that can be read as test stories and fail again', () =>
    withStories(WRONG, async (_assistant, _stories, folder) => {
      await test(folder);
      const again = join(folder, 'test_again.yml');
      await writeFile(again, await result(folder, 'failed_test_stories.yml'));
      await test(folder, { stories: again });
      expect(await result(folder, 'failed_test_stories.yml')).toContain('predicted: utter_why');
    }));

  it('exits with 1 on errors only with --fail-on-prediction-errors', () =>
    withStories(WRONG, async (_assistant, _stories, folder) => {
      await test(folder, { failOnPredictionErrors: true });
      expect(process.exitCode).toBe(1);
    }));

  it('writes into the file of failed stories that there are none', () =>
    withStories(RIGHT, async (_assistant, _stories, folder) => {
      await test(folder, { failOnPredictionErrors: true });
      expect(await result(folder, 'failed_test_stories.yml')).toMatch(/^# None/);
      expect(process.exitCode).toBeUndefined();
    }));

  it('leaves out the files that the options exclude', () =>
    withStories(RIGHT, async (_assistant, _stories, folder) => {
      await test(folder, { successes: false, errors: false, plot: false });
      expect(await readdir(join(folder, 'results'))).toEqual(['story_report.json']);
    }));

  it('follows checkpoints through the stories', () =>
    withStories(
      `- story: first\n  steps:\n  - intent: greet\n  - action: utter_greet\n  - checkpoint: met\n` +
        `- story: then\n  steps:\n  - checkpoint: met\n  - intent: bye\n  - action: utter_why\n`,
      async (_assistant, _stories, folder) => {
        await test(folder);
        expect(printed.join('\n')).toContain('✗ first > then');
        expect(await result(folder, 'failed_test_stories.yml')).toContain('utter_why # predicted: utter_bye');
      },
    ));

  it('only prints a note for an assistant without test stories', () =>
    withStories(RIGHT, async (_assistant, _stories, folder) => {
      await rm(join(folder, 'tests'), { recursive: true });
      await test(folder, { failOnPredictionErrors: true });
      expect(await readdir(folder)).not.toContain('results');
      expect(process.exitCode).toBeUndefined();
    }));

  it('refuses stories that are invalid or missing, and names the place', () =>
    withStories(RIGHT, async (_assistant, _stories, folder) => {
      await expect(test(folder, { stories: join(folder, 'nowhere.yml') })).rejects.toThrow(
        'There is no file or folder',
      );
      await expect(test(folder, { stories: join(folder, 'domain.yml') })).rejects.toThrow('has no test stories');
      await writeFile(
        join(folder, 'test_bad.yml'),
        'stories:\n- story: bad\n  steps:\n  - intent: nobody_knows\n  - action: utter_nothing\n',
      );
      await expect(test(folder)).rejects.toThrow(/test_bad\.yml:5/);
    }));
});
