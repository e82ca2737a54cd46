import { createHash } from 'node:crypto';
import { seededRandom } from '#dialogue-engine';

/**
 * A generator of numbers in [0, 1) that depend on the text alone, so that a repeated turn chooses the same responses.
 */
export const randomOf = (text: string): (() => number) =>
  seededRandom(createHash('sha256').update(text).digest().readUInt32LE());
