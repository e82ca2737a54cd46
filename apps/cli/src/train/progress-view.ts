import { type ProgressReport } from '#nlu-engine';

const BAR_WIDTH = 24;
/** Interval between lines when there is no terminal, in milliseconds. */
const LINE_EVERY_MS = 10_000;

/** The part of a stream that this class uses, such as `process.stderr`. */
export interface Output {
  isTTY?: boolean;
  write(text: string): unknown;
}

/**
 * Shows the progress of a training. On a terminal it is one line that is overwritten, otherwise a line from time to
 * time.
 */
export class ProgressView {
  private readonly begun: number;
  private lastLine: number;
  private isDrawn = false;

  /** @param clock returns milliseconds */
  constructor(
    private readonly output: Output,
    private readonly clock: () => number = () => performance.now(),
  ) {
    this.begun = this.lastLine = clock();
  }

  show({ stages, share, step, steps }: ProgressReport): void {
    const percent = `${String(Math.floor(share * 100)).padStart(3)} %`;
    const about = `[${Math.min(step + 1, steps)}/${steps}] ${stages.join(', ')}`;
    if (this.output.isTTY) {
      const filled = Math.round(share * BAR_WIDTH);
      const bar = '█'.repeat(filled) + '░'.repeat(BAR_WIDTH - filled);
      this.output.write(`\r\x1b[K  ${bar} ${percent}  ${this.elapsed()}  ${about}`);
      this.isDrawn = true;
    } else if (this.clock() - this.lastLine >= LINE_EVERY_MS) {
      this.lastLine = this.clock();
      this.output.write(`  ${about} ${percent.trim()} after ${this.elapsed()}\n`);
    }
  }

  /** Writes a line. The bar reappears below it with the next report. */
  say(line: string): void {
    this.end();
    this.output.write(`${line}\n`);
  }

  /** Clears the bar. */
  end(): void {
    if (this.isDrawn) this.output.write('\r\x1b[K');
    this.isDrawn = false;
  }

  private elapsed(): string {
    const seconds = Math.floor((this.clock() - this.begun) / 1_000);
    return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
  }
}
