import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { waitUntil } from '#testing';

/** Moves the clocks of the incident and dialogue services forward. */
export class MovableClock {
  private readonly folder = mkdtempSync(join(tmpdir(), 'movable-clock-'));
  private readonly file = join(this.folder, 'offset');
  private offsetMs = 0;

  /** Start the services with these variables. */
  readonly env = {
    MOVED_CLOCK: this.file,
    NODE_OPTIONS: `--import ${pathToFileURL(resolve(import.meta.dirname, '../../movable-clock.js')).href}`,
  };

  constructor() {
    this.set(0);
  }

  /** Sets how far the clocks are ahead of the real time. */
  set(offsetMs: number): void {
    this.offsetMs = offsetMs;
    writeFileSync(this.file, String(offsetMs));
  }

  /** Moves the clocks forward and resolves when the incident service uses the new time. */
  async advance(ms: number): Promise<void> {
    this.set(this.offsetMs + ms);
    const expected = String(this.offsetMs);
    await waitUntil('the clock has moved', () => readFileSync(`${this.file}.incident`, 'utf8') === expected);
  }

  remove(): void {
    rmSync(this.folder, { recursive: true });
  }
}
