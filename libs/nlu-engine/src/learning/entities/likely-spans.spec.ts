import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { allPaths, EVERYTHING, LABELS, LENGTH, sentences, shareOf } from './lattice.fixture.js';
import { beginOf, insideOf, latticeOf, marginalsOf } from './lattice.js';
import { bestSpans, type LikelySpan, likelySpans } from './likely-spans.js';

const spansOf = (scores: Float64Array, transitions: Float32Array, least: number): LikelySpan[] => {
  const lattice = latticeOf(scores, LABELS, EVERYTHING);
  return likelySpans(lattice, marginalsOf(lattice, { labels: LABELS, weights: transitions }), least);
};

const has = (path: readonly number[], { type, first, last }: Omit<LikelySpan, 'probability'>): boolean =>
  path[first] === beginOf(type) &&
  path.slice(first + 1, last + 1).every((label) => label === insideOf(type)) &&
  path[last + 1] !== insideOf(type);

const everySpan = Array.from({ length: LENGTH }, (_, first) =>
  Array.from({ length: LENGTH - first }, (__, more) => [0, 1].map((type) => ({ type, first, last: first + more }))),
).flat(2);

describe('likely spans', () => {
  it('are those that a large enough share of all sequences of labels has', () => {
    fc.assert(
      fc.property(sentences, fc.double({ min: 0.01, max: 0.9, noNaN: true }), ({ scores, transitions }, least) => {
        const paths = allPaths(scores, transitions);
        const expected = everySpan
          .map((span) => ({ ...span, probability: shareOf(paths, (path) => has(path, span)) }))
          .filter(({ probability }) => probability >= least);
        // Which of those exactly at the bound are there is a matter of rounding.
        fc.pre(expected.every(({ probability }) => probability > least + 1e-6));
        const found = spansOf(scores, transitions, least);
        const inOrder = (spans: LikelySpan[]): LikelySpan[] =>
          [...spans].sort((one, other) => one.first - other.first || one.last - other.last || one.type - other.type);
        expect(inOrder(found)).toEqual(
          inOrder(expected).map((span) => ({ ...span, probability: expect.closeTo(span.probability, 6) })),
        );
      }),
    );
  });

  it('are none where there are no tokens', () => {
    expect(spansOf(new Float64Array(), new Float32Array(LABELS * LABELS), 0.1)).toEqual([]);
    expect(bestSpans([], 0, 0.1)).toEqual([]);
  });
});

describe('the best spans', () => {
  const overlap = (one: LikelySpan, other: LikelySpan): boolean => one.first <= other.last && other.first <= one.last;
  const spans = fc.array(
    fc
      .record({
        first: fc.nat(7),
        more: fc.nat(3),
        type: fc.nat(2),
        probability: fc.double({ min: 0, max: 1, noNaN: true }),
      })
      .map(({ more, ...span }): LikelySpan => ({ ...span, last: Math.min(7, span.first + more) })),
    { maxLength: 9 },
  );
  const gainOf = (some: readonly LikelySpan[], cost: number): number =>
    some.reduce((sum, { probability }) => sum + probability - cost, 0);

  it('have no common token, and no other such choice gains more', () => {
    fc.assert(
      fc.property(spans, fc.double({ min: 0, max: 1, noNaN: true }), (all, cost) => {
        const found = bestSpans(all, 8, cost);
        const isAllowed = (some: readonly LikelySpan[]): boolean =>
          some.every((one, at) => some.slice(at + 1).every((other) => !overlap(one, other)));
        expect(isAllowed(found)).toBe(true);
        expect(found.map(({ first }) => first)).toEqual(found.map(({ first }) => first).sort());
        let best = 0;
        for (let choice = 0; choice < 1 << all.length; choice++) {
          const some = all.filter((_, at) => choice & (1 << at));
          if (isAllowed(some)) best = Math.max(best, gainOf(some, cost));
        }
        expect(gainOf(found, cost)).toBeCloseTo(best, 9);
      }),
    );
  });
});
