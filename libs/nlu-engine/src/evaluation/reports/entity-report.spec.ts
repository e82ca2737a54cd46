import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { reportEntities } from './entity-report.js';
import { predicted, predictedEntities, span } from './prediction.fixture.js';

describe('The report of entities', () => {
  it('has the figures of a calculation by hand', () => {
    const { exact, overlap } = reportEntities([
      // One exact, one that only overlaps, one of another type at the right place.
      predictedEntities(
        [span('device', 0, 4), span('site', 10, 20), span('date', 30, 34)],
        [span('device', 0, 4), span('site', 10, 15), span('device', 30, 34)],
      ),
    ])!;
    expect(exact).toMatchObject({ precision: 1 / 3, recall: 1 / 3, f1: 1 / 3, support: 3 });
    expect(overlap).toMatchObject({ precision: 2 / 3, recall: 2 / 3, f1: 2 / 3 });
    expect(exact.perEntity).toEqual([
      { entity: 'date', precision: 0, recall: 0, f1: 0, support: 1 },
      { entity: 'device', precision: 1 / 2, recall: 1, f1: 2 / 3, support: 1 },
      { entity: 'site', precision: 0, recall: 0, f1: 0, support: 1 },
    ]);
  });

  it('counts each span once: two halves of one entity are one correct and one wrong', () => {
    const halves = reportEntities([
      predictedEntities([span('site', 0, 10)], [span('site', 0, 4), span('site', 5, 10)]),
    ])!;
    expect(halves.overlap).toMatchObject({ precision: 1 / 2, recall: 1 });
    const merged = reportEntities([
      predictedEntities([span('site', 0, 4), span('site', 5, 10)], [span('site', 0, 10)]),
    ])!;
    expect(merged.overlap).toMatchObject({ precision: 1, recall: 1 / 2 });
  });

  it('does not treat adjacent spans as overlapping', () => {
    const { overlap } = reportEntities([predictedEntities([span('site', 0, 4)], [span('site', 4, 8)])])!;
    expect(overlap.f1).toBe(0);
  });

  it('ignores recognized dates and numbers unless the labels contain their type', () => {
    const number = { ...span('number', 6, 7), extractor: 'DucklingEntityExtractor' };
    const unlabelled = [predictedEntities([span('site', 0, 4)], [span('site', 0, 4), number])];
    expect(reportEntities(unlabelled)!.exact.precision).toBe(1);
    const labelled = [...unlabelled, predictedEntities([span('number', 0, 1)], [])];
    expect(reportEntities(labelled)!.exact).toMatchObject({ precision: 1 / 2, recall: 1 / 2 });
  });

  it('is null when no text has an entity', () => {
    expect(reportEntities([predicted('a', [['a', 1]])])).toBeNull();
  });

  it('never finds less with any overlap than with exact spans, and everything when nothing is missed', () => {
    const spans = fc.array(
      fc
        .tuple(fc.constantFrom('a', 'b'), fc.nat(30), fc.integer({ min: 1, max: 8 }))
        .map(([entity, start, length]) => span(entity, start, start + length)),
      { maxLength: 6 },
    );
    fc.assert(
      fc.property(fc.array(fc.tuple(spans, spans), { minLength: 1, maxLength: 5 }), (texts) => {
        const report = reportEntities(texts.map(([expected, found]) => predictedEntities(expected, found)));
        if (!report) return;
        expect(report.overlap.f1).toBeGreaterThanOrEqual(report.exact.f1);
        expect(report.exact.f1).toBeGreaterThanOrEqual(0);
        expect(report.overlap.f1).toBeLessThanOrEqual(1);
        const perfect = reportEntities(texts.map(([expected]) => predictedEntities(expected, expected)))!;
        expect([perfect.exact.f1, perfect.overlap.f1]).toEqual([1, 1]);
      }),
    );
  });
});
