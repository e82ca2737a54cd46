import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** Path of an assistant's model. */
export const modelFile = (assistantDirectory: string): string => join(assistantDirectory, 'models', 'nlu.model');

/** Path of an assistant's trained policies, next to its model. */
export const policiesFile = (assistantDirectory: string): string => join(assistantDirectory, 'models', 'policies.json');

/** Path of the temporary file that a process writes before it replaces the existing file. */
export const unfinishedFile = (file: string, pid: number): string => `${file}.${pid}.tmp`;

/** Replaces a file atomically: a reader sees the old file or the new one, even after a power failure. */
export async function replaceFile(file: string, content: Buffer): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  const unfinished = unfinishedFile(file, process.pid);
  try {
    await writeFile(unfinished, content, { flush: true });
    await rename(unfinished, file);
  } catch (error) {
    await rm(unfinished, { force: true });
    throw error;
  }
}
