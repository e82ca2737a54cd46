import { seededRandom, shuffled } from '#seeded-random';

/** A situation in a training story, and the next action. */
export interface Example {
  features: string[];
  action: string;
}

/** A trained model as plain JSON. */
export interface SequenceModelData {
  actions: string[];
  /** By feature: action indexes and weights, alternating. */
  weights: Record<string, number[]>;
  /** Divides the scores, so that the confidences match how often they are right. */
  temperature: number;
}

/** The weights of one feature, by action index. */
interface Votes {
  actions: number[];
  weights: number[];
  /** Sums of squared gradients. */
  squares: number[];
}

/** Step size of a weight's first update. */
const RATE = 0.3;
/** A feature with more actions than this says almost nothing and is ignored. */
const VAGUE = 64;
/** Total training steps over all passes, or the number of examples if that is larger. */
const STEPS = 30_000;
const MOST_PASSES = 20;
const LEAST_PASSES = 4;
/** An example with this likelihood needs no further training. */
const CERTAIN = 0.98;
const DECIMALS = 1e3;

/**
 * A log-linear model of the next action (multinomial logistic regression). Every feature of a situation votes for the
 * actions that followed it in training. "None of them" has the score 0, so that nothing is likely in a situation with few
 * known features. Only weights of features and actions that occurred together exist, so a prediction costs as much as its
 * features have weights, independent of the model's size. Trained by stochastic gradient descent with a step size for each
 * weight (AdaGrad: Duchi, Hazan, Singer 2011), in an order derived from the seed.
 */
export class SequenceModel {
  private readonly scores: Float64Array;
  /** Indexes of the actions that have a score in the current prediction. */
  private readonly touched: number[] = [];

  private constructor(
    private readonly actions: readonly string[],
    private readonly votes: ReadonlyMap<string, Votes>,
    readonly temperature: number,
  ) {
    this.scores = new Float64Array(actions.length).fill(NaN);
  }

  /** Trains a model. The same examples, seed and temperature give the same model. */
  static train(examples: readonly Example[], seed: number, temperature = 1): SequenceModel {
    const actions = new Map<string, number>();
    const votes = new Map<string, Votes>();
    const wanted = examples.map(({ features, action }) => {
      const index = actions.get(action) ?? actions.size;
      actions.set(action, index);
      for (const feature of features) allow(votes, feature, index);
      return index;
    });
    const model = new SequenceModel([...actions.keys()], votes, temperature);
    const lessons = examples.map(({ features }, index) => ({ votes: model.known(features), wanted: wanted[index]! }));
    const random = seededRandom(seed);
    const passes = Math.max(LEAST_PASSES, Math.min(MOST_PASSES, Math.ceil(STEPS / Math.max(1, lessons.length))));
    for (let pass = 0; pass < passes; pass += 1)
      for (const lesson of shuffled(lessons, random)) model.learn(lesson.votes, lesson.wanted);
    return model;
  }

  static restore({ actions, weights, temperature }: SequenceModelData): SequenceModel {
    const votes = new Map<string, Votes>();
    for (const [feature, pairs] of Object.entries(weights)) {
      const known: Votes = { actions: [], weights: [], squares: [] };
      for (let index = 0; index < pairs.length; index += 2) {
        known.actions.push(pairs[index]!);
        known.weights.push(pairs[index + 1]!);
      }
      votes.set(feature, known);
    }
    return new SequenceModel(actions, votes, temperature);
  }

  toJson(): SequenceModelData {
    const rounded = (weight: number) => Math.round(weight * DECIMALS) / DECIMALS;
    const weights = [...this.votes]
      .filter(([, { actions }]) => actions.length <= VAGUE)
      .map(([feature, { actions, weights }]) => [
        feature,
        actions.flatMap((action, index) => [action, rounded(weights[index]!)]),
      ]);
    return {
      actions: [...this.actions],
      weights: Object.fromEntries(weights) as Record<string, number[]>,
      temperature: this.temperature,
    };
  }

  /** A copy of the model with another temperature. */
  at(temperature: number): SequenceModel {
    return new SequenceModel(this.actions, this.votes, temperature);
  }

  /** The likelihood of each action that the features know. The rest to 1 is the likelihood of any other action. */
  predict(features: readonly string[]): Map<string, number> {
    this.rate(this.known(features), this.temperature);
    return new Map(this.touched.map((action) => [this.actions[action]!, this.scores[action]!]));
  }

  private known(features: readonly string[]): Votes[] {
    return features.flatMap((feature) => {
      const votes = this.votes.get(feature);
      return votes && votes.actions.length <= VAGUE ? votes : [];
    });
  }

  private learn(all: readonly Votes[], wanted: number): void {
    const { scores } = this;
    this.rate(all, 1);
    if (scores[wanted]! > CERTAIN) return;
    for (const { actions, weights, squares } of all)
      for (let index = 0; index < actions.length; index += 1) {
        const action = actions[index]!;
        const gradient = scores[action]! - (action === wanted ? 1 : 0);
        if (Math.abs(gradient) < 1e-3) continue;
        squares[index]! += gradient * gradient;
        weights[index]! -= (RATE * gradient) / Math.sqrt(squares[index]!);
      }
  }

  /** Stores the likelihoods of the touched actions in `scores`. */
  private rate(all: readonly Votes[], temperature: number): void {
    const { scores, touched } = this;
    for (const action of touched) scores[action] = NaN;
    touched.length = 0;
    for (const { actions, weights } of all)
      for (let index = 0; index < actions.length; index += 1) {
        const action = actions[index]!;
        if (Number.isNaN(scores[action])) {
          scores[action] = 0;
          touched.push(action);
        }
        scores[action]! += weights[index]!;
      }
    let highest = 0;
    for (const action of touched) highest = Math.max(highest, scores[action]!);
    let sum = Math.exp(-highest / temperature);
    for (const action of touched) sum += scores[action] = Math.exp((scores[action]! - highest) / temperature);
    for (const action of touched) scores[action]! /= sum;
  }
}

function allow(votes: Map<string, Votes>, feature: string, action: number): void {
  const known = votes.get(feature);
  if (!known) votes.set(feature, { actions: [action], weights: [0], squares: [0] });
  else if (known.actions.length <= VAGUE && !known.actions.includes(action)) {
    known.actions.push(action);
    known.weights.push(0);
    known.squares.push(0);
  }
}
