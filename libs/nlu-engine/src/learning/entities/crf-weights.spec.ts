import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { CrfWeights, type EncodedSentence } from './crf-weights.js';

const LABELS = 5;
const FEATURES = 4;

/** Sentences of up to four tokens, each with the first feature and up to three others. */
const sentences = fc
  .array(
    fc.record({
      features: fc.uniqueArray(fc.integer({ min: 1, max: FEATURES - 1 }), { maxLength: 3 }),
      label: fc.constantFrom(0, 1, 3),
      goesOn: fc.boolean(),
    }),
    { minLength: 1, maxLength: 4 },
  )
  .map((tokens): EncodedSentence => {
    const right = Int32Array.from(tokens, ({ label }) => label);
    tokens.forEach(({ goesOn }, at) => {
      if (goesOn && at > 0 && right[at - 1]! > 0) right[at] = right[at - 1]! + (right[at - 1]! % 2);
    });
    return { tokens: tokens.map(({ features }) => Int32Array.from([0, ...features])), right };
  });
const ignore = { label: () => undefined, pair: () => undefined };

describe('the weights of a conditional random field', () => {
  it('have the slope of the loss, measured by small differences, as gradient', () => {
    fc.assert(
      fc.property(sentences, fc.array(fc.double({ min: -1, max: 1, noNaN: true }), { minLength: 9 }), (one, values) => {
        const crf = new CrfWeights([one], { features: FEATURES, labels: LABELS });
        const { weights, transitions, starts, weightLabels } = crf.current;
        weights.forEach((_, at) => (weights[at] = values[at % values.length]!));
        transitions.forEach((_, at) => (transitions[at] = values[(at * 7) % values.length]!));
        const gradient = new Float64Array(weights.length);
        const ofTransitions = new Float64Array(transitions.length);
        crf.errors(one, {
          label(token, label, error) {
            for (const feature of one.tokens[token]!)
              for (let at = starts[feature]!; at < starts[feature + 1]!; at++)
                if (weightLabels[at] === label) gradient[at]! += error;
          },
          pair: (previous, label, error) => (ofTransitions[previous * LABELS + label]! += error),
        });
        const slopeOf = (array: Float32Array, at: number): number => {
          const kept = array[at]!;
          const step = 2 ** -7;
          array[at] = kept + step;
          const above = crf.errors(one, ignore);
          const width = array[at];
          array[at] = kept - step;
          const slope = (above - crf.errors(one, ignore)) / (width - array[at]);
          array[at] = kept;
          return slope;
        };
        gradient.forEach((slope, at) => expect(slopeOf(weights, at)).toBeCloseTo(slope, 3));
        ofTransitions.forEach((slope, at) => expect(slopeOf(transitions, at)).toBeCloseTo(slope, 3));
      }),
      { numRuns: 50 },
    );
  });

  it('make the right labels of a sentence likelier with each step', () => {
    fc.assert(
      fc.property(sentences, (one) => {
        const crf = new CrfWeights([one], { features: FEATURES, labels: LABELS });
        const before = crf.errors(one, ignore);
        crf.learn(one);
        expect(crf.errors(one, ignore)).toBeLessThanOrEqual(before);
      }),
    );
  });

  it('are none for a label that a feature has by chance, but for outside and where every label is told', () => {
    const common = { tokens: [Int32Array.of(0, 1)], right: Int32Array.of(1) };
    const rare = { tokens: [Int32Array.of(0, 1)], right: Int32Array.of(3) };
    const labelsOf = (feature: number, sentences: EncodedSentence[]): number[] => {
      const { starts, weightLabels } = new CrfWeights(sentences, { features: 2, labels: LABELS }).current;
      return [...weightLabels.subarray(starts[feature], starts[feature + 1])];
    };
    const mostly = [...Array.from({ length: 1_500 }, () => common), rare];
    expect(labelsOf(0, mostly)).toEqual([0, 1, 3]);
    expect(labelsOf(1, mostly)).toEqual([0, 1]);
    expect(labelsOf(1, [...mostly, rare, rare])).toEqual([0, 1, 3]);
  });
});
