import { type FeatureBlock } from '../feature-block.js';
import { type State } from '../state.js';
import { type Calibration, confidencesOf, fitCalibration } from './calibration.js';
import { addDiscriminant, ClassMoments, denseColumns } from './linear-discriminant.js';
import { seededRandom, shuffle } from '#seeded-random';
import { addWeighted, stackRows } from './sparse-rows.js';
import { weightOfSecond } from './stacking.js';
import { type SvmJobs, type Svms, type SvmsJob } from './train-svms.js';
import { type Report } from '../progress.js';

const FOLDS = 5;
/** So many unseen texts tell enough about confidence; further folds would only cost time. */
const ENOUGH_UNSEEN = 700;
/**
 * With fewer examples an intent, on average, a second opinion on the vectors is asked for. With more it adds nothing, and
 * costs when texts are misspelt.
 */
const FEW_EXAMPLES = 20;
/** So many classes are solved in one job, at most; more would find less room in the processor's caches. */
const CLASSES_A_JOB = 32;

interface Saved {
  [key: string]: State;
  /** Sorted. */
  intents: string[];
  /** Of one feature after the other, the weight for each intent; the bias comes last. */
  weights: Float32Array;
  calibration: Calibration;
}

/** What a model decided about a text of the training that was held out of it. */
export interface HeldOut {
  /** Of the best intent. */
  confidence: number;
  isRight: boolean;
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
   * Trains one classifier an intent (`train-svms.ts`), with a second opinion where examples are few, and fits on what
   * they decide on texts that they have not seen how sure they may be.
   * @returns the model, and the decisions about held-out texts; labels and seed alone decide which texts those are.
   */
  static async train(
    texts: readonly (readonly FeatureBlock[])[],
    labels: readonly string[],
    { seed, jobs, report }: { seed: number; jobs: SvmJobs; report: Report },
  ): Promise<{ model: IntentModel; heldOut: HeldOut[] }> {
    const intents = [...new Set(labels)].sort();
    const classes = intents.length;
    const rows = stackRows(texts);
    const labelOf = Int32Array.from(labels, (label) => intents.indexOf(label));
    const foldOf = assignFolds(labelOf, seededRandom(seed));
    const folds = foldsFor(rows.count);
    const sizes = new Int32Array(classes);
    for (const label of labelOf) sizes[label]!++;
    const everyRow = Int32Array.from({ length: rows.count }, (_, row) => row);
    // An intent with a single example is unknown in its own fold and says nothing about confidence.
    const tested = everyRow.filter((row) => foldOf[row]! < folds && sizes[labelOf[row]!]! > 1);
    const problem = { rows, labels: labelOf, foldOf, folds, tested, seed };
    const { weights, decisions: first } = await svmsOf(problem, classes, { jobs, report });
    const isSmall = rows.count < FEW_EXAMPLES * classes;
    const moments = new ClassMoments(rows, isSmall ? denseColumns(texts) : new Int32Array(), classes);
    moments.add(everyRow, labelOf, 1);
    const second = new Float64Array(tested.length * classes);
    for (let fold = 0; fold < folds; fold++) {
      const heldOut = everyRow.filter((row) => foldOf[row] === fold);
      moments.add(heldOut, labelOf, -1);
      const discriminant = moments.discriminant();
      tested.forEach((row, at) => {
        if (foldOf[row] === fold && discriminant)
          moments.decide(discriminant, row, second.subarray(at * classes, (at + 1) * classes));
      });
      moments.add(heldOut, labelOf, 1);
    }
    const testedLabels = Int32Array.from(tested, (row) => labelOf[row]!);
    const weight = weightOfSecond(first, second, testedLabels);
    const discriminant = weight > 0 ? moments.discriminant() : undefined;
    if (discriminant) addDiscriminant(discriminant, weight, weights);
    const decisions = first.map((value, at) => value + weight * second[at]!);
    const biases = Float64Array.from(weights.subarray((rows.dimension - 1) * classes));
    const calibration = fitCalibration(decisions, testedLabels, biases);
    const heldOut = Array.from(testedLabels, (label, row) => {
      const confidences = confidencesOf(decisions.subarray(row * classes, (row + 1) * classes), calibration);
      const confidence = Math.max(...confidences);
      return { confidence, isRight: confidences[label] === confidence };
    });
    return { model: new IntentModel({ intents, weights, calibration }), heldOut };
  }

  static load(state: State | undefined): IntentModel {
    return new IntentModel(state as Saved);
  }
}

/** The SVMs of all classes, by jobs for equal parts of them. */
async function svmsOf(
  problem: Omit<SvmsJob, 'from' | 'to'>,
  classes: number,
  { jobs, report }: { jobs: SvmJobs; report: Report },
): Promise<Svms> {
  const parts = Math.max(1, Math.ceil(classes / CLASSES_A_JOB));
  const startOf = (part: number): number => Math.floor((part * classes) / parts);
  const solved = await Promise.all(
    sideBySide(report, parts).map((reportPart, part) =>
      jobs.run('svms', { ...problem, from: startOf(part), to: startOf(part + 1) }, reportPart),
    ),
  );
  const [weights, decisions] = [
    new Float32Array(problem.rows.dimension * classes),
    new Float64Array(problem.tested.length * classes),
  ];
  solved.forEach((part, at) => {
    const place = { classes, from: startOf(at), to: startOf(at + 1) };
    putColumns(part.weights, weights, place);
    putColumns(part.decisions, decisions, place);
  });
  return { weights, decisions };
}

/** Reports for works that are done side by side, which make up one. */
function sideBySide(report: Report, works: number): Report[] {
  const shares = new Float64Array(works);
  return Array.from(shares, (_, work) => (done, total) => {
    shares[work] = done / total;
    return report(
      shares.reduce((sum, share) => sum + share, 0),
      works,
    );
  });
}

/** Puts a matrix with some of the columns into one with all. */
function putColumns(
  some: Float32Array | Float64Array,
  all: Float32Array | Float64Array,
  { classes, from, to }: { classes: number; from: number; to: number },
): void {
  for (let at = 0, start = from; at < some.length; at += to - from, start += classes)
    for (let column = 0; column < to - from; column++) all[start + column] = some[at + column]!;
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
