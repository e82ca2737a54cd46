import { type LabelledText, type NluModel, type Prediction, trainNlu, type TrainingInput } from '#nlu-engine';
import { pretrained } from '#nlu-pretrained';
import { withTrainingThreads } from '#nlu-threads';

/** Number of messages that are parsed before the measurement, or the time limit for them. */
const WARM_UP = { messages: 1_000, ms: 1_000 };

/** Measures the cost of training and parsing, over several trainings. */
export class Costs {
  readonly trainSeconds: number[] = [];
  readonly parseMs: number[] = [];
  readonly modelBytes: number[] = [];

  async train(input: TrainingInput, seed: number): Promise<NluModel> {
    const begun = performance.now();
    const model = await withTrainingThreads((jobs) => trainNlu(input, { seed, pretrained, jobs }));
    this.trainSeconds.push((performance.now() - begun) / 1_000);
    this.modelBytes.push(model.toBytes().length);
    return model;
  }

  /** Parses the texts and measures each. */
  async predict(model: NluModel, examples: readonly LabelledText[]): Promise<Prediction[]> {
    if (this.parseMs.length === 0) await warmUp(model, examples);
    const predictions: Prediction[] = [];
    for (const example of examples) {
      const begun = performance.now();
      const understanding = await model.parse(example.text);
      this.parseMs.push(performance.now() - begun);
      predictions.push({ example, understanding });
    }
    return predictions;
  }

  /** Means over the trainings and percentiles over the messages; null for what did not happen. */
  summary(): CostSummary {
    const sorted = [...this.parseMs].sort((a, b) => a - b);
    const percentile = (share: number) =>
      sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? null;
    return {
      trainSeconds: this.trainSeconds.length === 0 ? null : meanOf(this.trainSeconds),
      parseMs: { p50: percentile(0.5), p99: percentile(0.99) },
      modelBytes: this.modelBytes.length === 0 ? null : Math.round(meanOf(this.modelBytes)),
      rssBytes: process.memoryUsage().rss,
    };
  }
}

export interface CostSummary {
  trainSeconds: number | null;
  parseMs: { p50: number | null; p99: number | null };
  modelBytes: number | null;
  /** For this process, including training. */
  rssBytes: number;
}

async function warmUp(model: NluModel, examples: readonly LabelledText[]): Promise<void> {
  const end = performance.now() + WARM_UP.ms;
  for (let at = 0; at < WARM_UP.messages && examples.length > 0 && performance.now() < end; at++)
    await model.parse(examples[at % examples.length]!.text);
}

const meanOf = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
