import { Injectable } from '@nestjs/common';
import { Problem } from '#service';

const FILES_PER_WINDOW = 10;
const WINDOW_MS = 10 * 60_000;
/** Maximum number of files in memory at once. On its way to the bus, each takes several times its size. */
const FILES_AT_ONCE = 8;

/** Limits the number of files: 10 of a conversation in 10 minutes, and 8 at once over all conversations. */
@Injectable()
export class FileLimitsService {
  /** The time windows by conversation, in the order of their ends. */
  private readonly windows = new Map<string, { endsAt: number; count: number }>();
  private atWork = 0;

  /**
   * Runs `work`, which accepts a file of this conversation. A failed file counts too.
   * @param now the current time, in milliseconds
   * @throws Problem 429
   */
  async within<Result>(conversationId: string, work: () => Promise<Result>, now = Date.now()): Promise<Result> {
    if (this.atWork >= FILES_AT_ONCE) {
      throw new Problem(429, { detail: 'Many files are being sent right now. Send yours in a moment.', retryAfter: 5 });
    }
    this.count(conversationId, now);
    this.atWork++;
    try {
      return await work();
    } finally {
      this.atWork--;
    }
  }

  private count(conversationId: string, now: number): void {
    for (const [id, { endsAt }] of this.windows) {
      if (endsAt > now) break;
      this.windows.delete(id);
    }
    const window = this.windows.get(conversationId) ?? { endsAt: now + WINDOW_MS, count: 0 };
    if (window.count >= FILES_PER_WINDOW) {
      const retryAfter = Math.ceil((window.endsAt - now) / 1_000);
      const detail = `This conversation has already sent ${FILES_PER_WINDOW} files. Wait ${Math.ceil(retryAfter / 60)} min, or put several files in one ZIP archive.`;
      throw new Problem(429, { detail, retryAfter });
    }
    window.count++;
    this.windows.set(conversationId, window);
  }
}
