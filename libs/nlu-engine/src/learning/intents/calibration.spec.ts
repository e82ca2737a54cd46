import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { confidencesOf, fitCalibration } from './calibration.js';

/** Decision values of 200 texts of three classes; every tenth is taken for the next class. */
function heldOut() {
  const labels = Int32Array.from({ length: 200 }, (_, row) => row % 3);
  const decisions = new Float64Array(labels.length * 3).fill(-0.9);
  labels.forEach((label, row) => {
    decisions[row * 3 + ((label + (row % 10 === 0 ? 1 : 0)) % 3)] = 0.4 + (row % 7) / 10;
  });
  return { decisions, labels };
}
const { decisions, labels } = heldOut();
const calibration = fitCalibration(decisions, labels, Float64Array.of(-0.7, -0.7, -0.7));

describe('the calibration', () => {
  it('has a confidence in clear texts close to their accuracy', () => {
    const [first] = confidencesOf(Float64Array.of(0.8, -0.9, -0.9), calibration);
    expect(first).toBeGreaterThan(0.8);
    expect(first).toBeLessThan(0.97);
  });

  it('has a low confidence where every classifier has', () => {
    const unknown = confidencesOf(Float64Array.of(-0.5, -0.9, -0.9), calibration);
    expect(Math.max(...unknown)).toBeLessThan(0.3);
  });

  it('gives confidences between 0 and 1 in the order of the decision values', () => {
    const value = fc.double({ min: -50, max: 50, noNaN: true });
    fc.assert(
      fc.property(fc.tuple(value, value, value), (values) => {
        const confidences = confidencesOf(Float64Array.from(values), calibration);
        expect(confidences.reduce((a, b) => a + b, 0)).toBeLessThanOrEqual(1 + 1e-9);
        for (const [at, confidence] of confidences.entries())
          for (const [other, less] of confidences.entries())
            if (values[at]! > values[other]!) expect(confidence).toBeGreaterThanOrEqual(less);
      }),
    );
  });

  it('works without held-out examples', () => {
    const neutral = fitCalibration(new Float64Array(), new Int32Array(), Float64Array.of(0));
    expect(confidencesOf(Float64Array.of(1), neutral)[0]).toBeGreaterThan(0.9);
  });
});
