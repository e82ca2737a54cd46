import { type ProgressReport } from '#nlu-engine';

const BAR_WIDTH = 24;
/** Where there is no terminal: a line so often. */
const LINE_EVERY_MS = 10_000;

/** The part of a stream that is used: `process.stderr` and stand-ins. */
export interface Output {
  isTTY?: boolean;
  write(text: string): unknown;
}

/** Shows how far a training is: on a terminal one line that is drawn over, else now and then a line. */
export class ProgressView {
  private readonly begun: number;
  private lastLine: number;
  private isDrawn = false;

  /** @param clock milliseconds. */
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

  /** Writes a line; the bar comes back below it with the next report. */
  say(line: string): void {
    this.end();
    this.output.write(`${line}\n`);
  }

  /** Wipes the bar. */
  end(): void {
    if (this.isDrawn) this.output.write('\r\x1b[K');
    this.isDrawn = false;
  }

  private elapsed(): string {
    const seconds = Math.floor((this.clock() - this.begun) / 1_000);
    return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
  }
}
