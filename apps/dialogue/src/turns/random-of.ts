import { createHash } from 'node:crypto';
import { seededRandom } from '#dialogue-engine';

/** Numbers in [0, 1) that depend on a text alone, so that a turn that is started again chooses the same words. */
export const randomOf = (text: string): (() => number) =>
  seededRandom(createHash('sha256').update(text).digest().readUInt32LE());
