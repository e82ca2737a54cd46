export interface ProgressReport {
  /** What is being done, e.g. `DIETClassifier: intents`. */
  stage: string;
  done: number;
  total: number;
}

/** Reports how far the training is; each report lets the event loop take a turn. */
export class Progress {
  constructor(private readonly listener?: (report: ProgressReport) => void) {}

  async report(stage: string, done: number, total: number): Promise<void> {
    this.listener?.({ stage, done, total });
    await new Promise((resolve) => setImmediate(resolve));
  }
}
