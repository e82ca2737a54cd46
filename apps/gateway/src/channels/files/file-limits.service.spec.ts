import { describe, expect, it } from '@jest/globals';
import { FileLimitsService } from './file-limits.service.js';

const nothing = (): Promise<void> => Promise.resolve();
const tooMany = { status: 429 };
const MINUTE = 60_000;

describe('The limits for files', () => {
  it('allow ten files of a conversation in ten minutes, failed ones included, and say how long to wait', async () => {
    const limits = new FileLimitsService();
    for (let i = 0; i < 9; i++) await limits.within('ann', nothing, i * MINUTE);
    const failing = limits.within('ann', () => Promise.reject(new Error('too large')), 9 * MINUTE);
    await expect(failing).rejects.toThrow('too large');
    await expect(limits.within('ann', nothing, 9.5 * MINUTE)).rejects.toMatchObject({
      ...tooMany,
      response: { retryAfter: 30, detail: expect.stringContaining('Wait 1 min') },
    });
    await limits.within('ben', nothing, 9.5 * MINUTE);
    await limits.within('ann', nothing, 10 * MINUTE);
  });

  it('allow eight files at once, over all conversations', async () => {
    const limits = new FileLimitsService();
    const ends: (() => void)[] = [];
    const running = Array.from({ length: 8 }, (_, i) =>
      limits.within(`c${i}`, () => new Promise<void>((resolve) => ends.push(resolve))),
    );
    await expect(limits.within('ann', nothing)).rejects.toMatchObject(tooMany);
    ends.forEach((end) => end());
    await Promise.all(running);
    await limits.within('ann', nothing);
    expect(ends).toHaveLength(8);
  });
});
