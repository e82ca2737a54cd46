import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { evaluate } from '../reports/evaluation-report.js';
import { type Prediction } from '../reports/prediction.js';
import { predicted, predictedEntities, span } from '../reports/prediction.fixture.js';
import { compareAccuracy } from '../reports/significance.js';
import { shownConfusions } from './confusion-chart.js';
import { html } from './markup.js';
import { renderReport } from './render-report.js';

const pageOf = (predictions: Prediction[], more: Partial<Parameters<typeof renderReport>[0]> = {}): string =>
  renderReport({ title: 'Test', facts: [['data', 'x']], report: evaluate(predictions), predictions, ...more });

describe('A template', () => {
  it('never turns a character of a text into markup', () => {
    fc.assert(fc.property(fc.string(), (text) => expect(html`${text}`.text).not.toMatch(/[<>"']/)));
    expect(html`<b>${'<i>&'}</b>${[html`<i>${1}</i>`]}`.text).toBe('<b>&#60;i&#62;&#38;</b><i>1</i>');
  });
});

describe('The page', () => {
  it('escapes texts, names and the title', () => {
    const evil = '<script>alert("x")</script>';
    const page = pageOf([predicted(evil, [[`${evil}2`, 0.9]], evil)], { title: evil, facts: [[evil, evil]] });
    expect(page).not.toContain('<script');
    expect(page).toContain('&#60;script&#62;');
  });

  it('loads nothing from other hosts', () => {
    const page = pageOf([predicted('a', [['b', 0.9]]), predictedEntities([span('site', 0, 2)], [])]);
    expect(page).not.toMatch(/<script|<link|src=|@import|url\(|https?:/);
    expect(page.trimStart().toLowerCase()).toMatch(/^<!doctype html>/);
  });

  it('shows the available parts and leaves out the rest', () => {
    const intentsOnly = pageOf([predicted('a', [['a', 0.9]])]);
    for (const heading of ['Confidence', 'Reliability', 'Intents']) expect(intentsOnly).toContain(`>${heading}</h2>`);
    for (const heading of ['Entities', 'Out of scope', 'Errors', 'Confusions', 'Compared'])
      expect(intentsOnly).not.toContain(`<h2>${heading}`);
    const all = [
      predicted('a', [['b', 0.9]]),
      predictedEntities([span('site', 0, 2)], []),
      predicted(null, [['a', 0.2]]),
    ];
    const page = pageOf(all, { comparison: { name: 'other.yml', ...compareAccuracy(all, all) } });
    for (const heading of ['Entities', 'Out of scope', 'Errors', 'Confusions', 'Compared with other.yml'])
      expect(page).toContain(`<h2>${heading}`);
  });

  it('is complete for texts that are all out of scope, and for no texts', () => {
    expect(pageOf([predicted(null, [[null, 0]])])).toContain('</html>');
    expect(pageOf([])).toContain('</html>');
  });
});

describe('The picture of confusions', () => {
  it('has the rows and columns with errors only, the most confused first', () => {
    const labels = ['a', 'b', 'c', 'd'];
    const counts = [
      [5, 1, 0, 0],
      [0, 5, 0, 0],
      [2, 1, 5, 0],
      [0, 0, 0, 5],
    ];
    expect(shownConfusions({ labels, counts })).toEqual({ rows: ['c', 'a'], columns: ['a', 'b'], omitted: 0 });
  });

  it('stays small when hundreds of intents are confused, and says how many it leaves out', () => {
    const labels = Array.from({ length: 100 }, (_, at) => `intent ${at}`);
    const counts = labels.map((_, row) => labels.map((_, column) => (column === (row + 1) % 100 ? 1 : 0)));
    const shown = shownConfusions({ labels, counts });
    expect([shown.rows.length, shown.columns.length]).toEqual([30, 30]);
    expect(shown.omitted).toBe(100 - new Set([...shown.rows, ...shown.columns]).size);
  });
});
