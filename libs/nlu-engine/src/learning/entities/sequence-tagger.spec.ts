import { describe, expect, it } from '@jest/globals';
import { beginOf, insideOf, OUTSIDE } from './lattice.js';
import { SequenceTagger } from './sequence-tagger.js';

const [NAME, FOLLOWS] = [-1_234_567, 89];
const [BEGIN, INSIDE] = [beginOf(0), insideOf(0)];

/** Of one entity type: a name begins one, with this score where outside has 0; what follows is hardly part of it. */
const taggerOf = (begin: number): SequenceTagger =>
  new SequenceTagger({
    labels: 3,
    features: Int32Array.from([NAME, FOLLOWS]),
    starts: Int32Array.from([0, 1, 3]),
    weightLabels: Uint16Array.from([BEGIN, OUTSIDE, INSIDE]),
    weights: Float32Array.from([begin, 3, 2.7]),
    transitions: new Float32Array(9),
  });

describe('a sequence tagger', () => {
  it('reports an entity from slightly below even odds, with its actual probability', () => {
    const tagging = taggerOf(-0.6).tag([[NAME]]);
    const probability = 1 / (1 + Math.exp(0.6));
    expect(tagging.spans).toEqual([{ type: 0, first: 0, last: 0, probability: expect.closeTo(probability, 6) }]);
    expect(tagging.marginals()[BEGIN]).toBeCloseTo(probability, 6);
    expect(taggerOf(-2).tag([[NAME]]).spans).toEqual([]);
  });

  it('does not extend an entity because of that', () => {
    expect(taggerOf(2).tag([[NAME], [FOLLOWS]]).spans).toMatchObject([{ first: 0, last: 0 }]);
  });

  it('tags as before when it is loaded', () => {
    const tagger = taggerOf(1);
    const loaded = SequenceTagger.load(tagger.save());
    const text = [[NAME], [FOLLOWS], [], [NAME]];
    expect(loaded.tag(text).spans).toEqual(tagger.tag(text).spans);
    expect(loaded.tag(text).marginals()).toEqual(tagger.tag(text).marginals());
  });
});
