import { type FeatureBlock, type State } from '../component.js';
import { type Calibration, confidencesOf, fitCalibration } from './calibration.js';
import { addDiscriminant, ClassMoments, denseColumns } from './linear-discriminant.js';
import { newProblem, solve, withoutRows } from './linear-svm.js';
import { randomNumbers, shuffle } from './random.js';
import { addWeighted, decide, squaredLengths, stackRows } from './sparse-rows.js';
import { weightOfSecond } from './stacking.js';

const FOLDS = 5;
/** So many unseen texts tell enough about confidence; further folds would only cost time. */
const ENOUGH_UNSEEN = 700;
/**
 * With fewer examples an intent, on average, a second opinion on the vectors is asked for. With more it adds nothing, and
 * costs when texts are misspelt.
 */
const FEW_EXAMPLES = 20;
/** From so many rows on, a coarser solution is as accurate. */
const MANY_ROWS = 4_000;
/** The folds begin near their solution. */
const FINE = { whole: { epochs: 12, smallestChange: 0.03 }, fold: { epochs: 4, smallestChange: 0.03 } };
const COARSE = { whole: { epochs: 8, smallestChange: 0.08 }, fold: { epochs: 4, smallestChange: 0.08 } };

interface Saved {
  [key: string]: State;
  /** Sorted. */
  intents: string[];
  /** Of one feature after the other, the weight for each intent; the bias comes last. */
  weights: Float32Array;
  calibration: Calibration;
}

/** One-versus-rest linear classifier of intents with calibrated confidences. */
export class IntentModel {
  constructor(private readonly saved: Saved) {}

  /** Intents with their confidences, descending; empty when the text has none of the features of the training. */
  rank(blocks: readonly FeatureBlock[]): { name: string; confidence: number }[] {
    const { intents, weights, calibration } = this.saved;
    const classes = intents.length;
    if (classes === 0 || blocks.every((block) => block.indices.length === 0)) return [];
    const decisions = new Float64Array(classes);
    let offset = 0;
    for (const block of blocks) {
      addWeighted(block, { from: 0, to: block.indices.length, offset }, weights, decisions);
      offset += block.dimension;
    }
    for (let intent = 0; intent < classes; intent++) decisions[intent]! += weights[offset * classes + intent]!;
    const confidences = confidencesOf(decisions, calibration);
    return intents
      .map((name, index) => ({ name, confidence: shortened(confidences[index]!) }))
      .sort((a, b) => b.confidence - a.confidence);
  }

  /** Of texts about the intents, one in twenty has a lower confidence. */
  get lowConfidence(): number {
    return this.saved.calibration.lowConfidence;
  }

  save(): State {
    return this.saved;
  }

  /**
   * Trains one classifier an intent, and on the way, by cross-validation, what its decision values are worth on texts
   * that it has not seen. The folds start from the full solution without the duals of the held-out rows (alpha seeding:
   * DeCoste and Wagstaff, 2000).
   */
  static async train(
    texts: readonly (readonly FeatureBlock[])[],
    labels: readonly string[],
    { seed, report }: { seed: number; report: (done: number, total: number) => Promise<void> },
  ): Promise<IntentModel> {
    const intents = [...new Set(labels)].sort();
    const classes = intents.length;
    const rows = stackRows(texts);
    const labelOf = Int32Array.from(labels, (label) => intents.indexOf(label));
    const random = randomNumbers(seed);
    const foldOf = assignFolds(labelOf, random);
    const folds = Array.from({ length: foldsFor(rows.count) }, (_, fold) => fold);
    const sizes = new Int32Array(classes);
    for (const label of labelOf) sizes[label]!++;
    const everyRow = Int32Array.from({ length: rows.count }, (_, row) => row);
    const problem = newProblem(rows, squaredLengths(rows), labelOf, classes);
    const effort = rows.count < MANY_ROWS ? FINE : COARSE;
    const rounds = 1 + folds.length;
    await solve(problem, everyRow, { random, ...effort.whole }, (epoch, epochs) => report(epoch / epochs, rounds));
    const { weights } = problem;
    const isSmall = rows.count < FEW_EXAMPLES * classes;
    const moments = new ClassMoments(rows, isSmall ? denseColumns(texts) : new Int32Array(), classes);
    moments.add(everyRow, labelOf, 1);
    // An intent with a single example is unknown in its own fold and says nothing about confidence.
    const tested = everyRow.filter((row) => foldOf[row]! < folds.length && sizes[labelOf[row]!]! > 1);
    const first = new Float64Array(tested.length * classes);
    const second = new Float64Array(tested.length * classes);
    for (const fold of folds) {
      const heldOut = everyRow.filter((row) => foldOf[row] === fold);
      const members = everyRow.filter((row) => foldOf[row] !== fold);
      const without = withoutRows(problem, heldOut);
      await solve(without, members, { random, ...effort.fold }, (epoch, epochs) =>
        report(1 + fold + epoch / epochs, rounds),
      );
      moments.add(heldOut, labelOf, -1);
      const discriminant = moments.discriminant();
      tested.forEach((row, at) => {
        if (foldOf[row] !== fold) return;
        decide(rows, row, without.weights, first.subarray(at * classes, (at + 1) * classes));
        if (discriminant) moments.decide(discriminant, row, second.subarray(at * classes, (at + 1) * classes));
      });
      moments.add(heldOut, labelOf, 1);
    }
    const testedLabels = Int32Array.from(tested, (row) => labelOf[row]!);
    const weight = weightOfSecond(first, second, testedLabels);
    const discriminant = weight > 0 ? moments.discriminant() : undefined;
    if (discriminant) addDiscriminant(discriminant, weight, weights);
    const decisions = first.map((value, at) => value + weight * second[at]!);
    const biases = Float64Array.from(weights.subarray((rows.dimension - 1) * classes));
    return new IntentModel({ intents, weights, calibration: fitCalibration(decisions, testedLabels, biases) });
  }

  static load(state: State | undefined): IntentModel {
    return new IntentModel(state as Saved);
  }
}

/** How many of the folds are tried. */
const foldsFor = (rows: number): number => Math.min(FOLDS, Math.ceil((ENOUGH_UNSEEN * FOLDS) / Math.max(rows, 1)));

/** Deals the rows of each class to the folds in turn. */
function assignFolds(labels: Int32Array, random: () => number): Int32Array {
  const order = Int32Array.from(labels.keys());
  shuffle(order, random);
  const next = new Map<number, number>();
  const foldOf = new Int32Array(labels.length);
  for (const row of order) {
    const fold = next.get(labels[row]!) ?? labels[row]! % FOLDS;
    foldOf[row] = fold;
    next.set(labels[row]!, (fold + 1) % FOLDS);
  }
  return foldOf;
}

/** Six decimals, downwards so that confidences never add up to more than 1: more would only lengthen every message. */
const shortened = (confidence: number): number => Math.floor(confidence * 1e6) / 1e6;
