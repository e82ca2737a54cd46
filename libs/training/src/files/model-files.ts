import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** Where the model of an assistant lies. */
export const modelFile = (assistantDirectory: string): string => join(assistantDirectory, 'models', 'nlu.model');

/** Where the trained policies of an assistant lie: beside its model. */
export const policiesFile = (assistantDirectory: string): string => join(assistantDirectory, 'models', 'policies.json');

/** Where a process writes a file before it takes the place of the one that is there. */
export const unfinishedFile = (file: string, pid: number): string => `${file}.${pid}.tmp`;

/** A reader sees the old file or the new one, never half of it, whenever the power fails. */
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
