import { readFile } from 'node:fs/promises';
import { Type, type Static } from 'typebox';
import { Check } from 'typebox/value';
import { type Assistant } from '#assistant';
import { policiesFile } from './model-files.js';
import { fingerprintPolicies, hasLearnedPolicies, type TrainedPolicies } from '#dialogue-engine';

const Stored = Type.Object({ fingerprint: Type.String(), models: Type.Array(Type.Object({})) });

/**
 * Reads the trained policies of the assistant. Undefined when it has none to train, or when the file is missing,
 * damaged or belongs to other stories; then the engine trains them on start.
 */
export async function readStoredPolicies(assistant: Assistant): Promise<TrainedPolicies | undefined> {
  if (!hasLearnedPolicies(assistant)) return undefined;
  const content = await readFile(policiesFile(assistant.directory), 'utf8').catch(() => '');
  const stored = parsed(content);
  if (!Check(Stored, stored) || stored.fingerprint !== fingerprintPolicies(assistant)) return undefined;
  return stored as Static<typeof Stored> & TrainedPolicies;
}

function parsed(content: string): unknown {
  try {
    return JSON.parse(content);
  } catch {
    return undefined;
  }
}
