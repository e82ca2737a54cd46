export interface ProgressReport {
  /** What is being done, e.g. `EntityTagger: entities`; several when components learn side by side. */
  stages: string[];
  /** How much of them is done, from 0 to 1. */
  share: number;
  /** Components whose training has ended, and all that there are. */
  step: number;
  steps: number;
}

/** Tells how much of something is done. */
export type Report = (done: number, total: number) => Promise<void>;

/** For the training of one component. */
export interface ComponentProgress {
  /** Each report lets the event loop take a turn. */
  report(stage: string, done: number, total: number): Promise<void>;
  end(): void;
}

/** Reports how far the training is. */
export class Progress {
  /** Of each component that is being trained, its stages and how much of them is done. */
  private readonly running = new Set<Map<string, number>>();
  private ended = 0;

  /** @param steps number of components, of all languages. */
  constructor(
    private readonly steps: number,
    private readonly listener?: (report: ProgressReport) => void,
  ) {}

  async begin(component: string): Promise<ComponentProgress> {
    const stages = new Map([[component, 0]]);
    this.running.add(stages);
    await this.tell();
    return {
      report: (stage, done, total) => {
        stages.delete(component);
        stages.set(stage, total === 0 ? 1 : done / total);
        const told = this.tell();
        if (done >= total) stages.delete(stage);
        return told;
      },
      end: () => {
        this.running.delete(stages);
        this.ended++;
      },
    };
  }

  end(): Promise<void> {
    return this.tell();
  }

  private async tell(): Promise<void> {
    const stages = [...this.running].flatMap((component) => [...component]);
    const sum = stages.reduce((all, [, share]) => all + share, 0);
    this.listener?.({
      ...(stages.length === 0
        ? { stages: ['done'], share: 1 }
        : { stages: stages.map(([stage]) => stage), share: sum / stages.length }),
      step: this.ended,
      steps: this.steps,
    });
    await new Promise((resolve) => setImmediate(resolve));
  }
}
