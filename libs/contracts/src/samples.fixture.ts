import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The committed sample of a message. */
export interface Sample {
  data: Record<string, unknown>;
  reply?: Record<string, unknown>;
}

/** The committed samples by file name. Each is in the folder of the area that declares its contract. */
export const samples = new Map(
  readdirSync(new URL('../samples/', import.meta.url), { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => [entry.name, join(entry.parentPath, entry.name)]),
);

/** The sample of a message type. @throws Error when there is none */
export function sampleOf(type: string): Sample {
  const file = samples.get(`${type}.json`);
  if (file === undefined) throw new Error(`There is no sample of ${type}.`);
  return JSON.parse(readFileSync(file, 'utf8')) as Sample;
}
