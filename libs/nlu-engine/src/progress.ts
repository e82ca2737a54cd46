export interface ProgressReport {
  /** What is being done, e.g. `DIETClassifier: intents`. */
  stage: string;
  /** How much of the stage is done. */
  done: number;
  total: number;
  /** Components whose training has ended, and all that there are. */
  step: number;
  steps: number;
}

/** Reports how far the training is; each report lets the event loop take a turn. */
export class Progress {
  #step = 0;

  /** @param steps number of components, of all languages. */
  constructor(
    private readonly steps: number,
    private readonly listener?: (report: ProgressReport) => void,
  ) {}

  async report(stage: string, done: number, total: number): Promise<void> {
    this.listener?.({ stage, done, total, step: this.#step, steps: this.steps });
    await new Promise((resolve) => setImmediate(resolve));
  }

  /** The next report is about the next component. */
  next(): void {
    this.#step++;
  }
}
