import { join } from 'node:path';

/** Where the model of an assistant lies. */
export const modelFile = (assistantDirectory: string): string => join(assistantDirectory, 'models', 'nlu.model');

/** Where a process writes a model before it takes the place of the one that is there. */
export const unfinishedFile = (file: string, pid: number): string => `${file}.${pid}.tmp`;
