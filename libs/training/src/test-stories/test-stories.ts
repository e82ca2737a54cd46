import { stat } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { type Assistant, type Finding, readTestStories, type Story } from '#assistant';

/** Stories to test with, and the folder that their places are relative to. */
export interface TestStories {
  folder: string;
  stories: Story[];
  /** What is ignored in their files. */
  findings: Finding[];
}

/**
 * Reads the test stories of an assistant: those of its own folder, or those below `path`, which may be one file.
 * Files of test stories are named `test_….yml`.
 * @throws Error, AssistantError that say which file and line is wrong, or that there are none at `path`.
 */
export async function readStories(assistant: Assistant, path?: string): Promise<TestStories> {
  if (path === undefined) return { folder: assistant.directory, ...(await readTestStories(assistant)) };
  const found = await stat(path).catch(() => undefined);
  if (!found) throw new Error(`There is no file or folder ${path}.`);
  const file = found.isDirectory() ? undefined : basename(path);
  const folder = file === undefined ? path : dirname(path);
  const { stories, findings } = await readTestStories({ ...assistant, directory: folder });
  const wanted = file === undefined ? stories : stories.filter(({ place }) => place?.file === file);
  if (wanted.length === 0)
    throw new Error(`${path} has no test stories; they are under "stories:" in files named test_….yml.`);
  return { folder, stories: wanted, findings };
}
