import { describe, expect, it } from '@jest/globals';
import { type Remark } from './remark.js';
import { showRemarks } from './remarks-view.js';

const remarks: Remark[] = [
  { level: 'warning', message: 'late', place: { file: 'b.yml', line: 120, column: 3 } },
  { level: 'note', message: 'by the way' },
  { level: 'error', message: 'early', place: { file: 'b.yml', line: 7 } },
  { level: 'error', message: 'other', place: { file: 'a.yml', line: 1 } },
];

describe('showRemarks', () => {
  it('groups remarks by file, in the order of the lines, and counts them', () => {
    expect(showRemarks(remarks, { notes: false, isColoured: false })).toBe(
      `a.yml
  1  error    other

b.yml
    7  error    early
  120  warning  late

2 errors, 1 warning, 1 note (--notes shows them).`,
    );
  });

  it('shows notes on request, and remarks without a place last', () => {
    const shown = showRemarks(remarks, { notes: true, isColoured: false });
    expect(shown).toMatch(/late\n\nThe assistant as a whole\n {4}note {5}by the way\n\n2 errors, 1 warning\.$/);
  });

  it('is one line when there are no remarks', () => {
    expect(showRemarks([], { notes: true, isColoured: false })).toBe('No errors, no warnings.');
  });

  it('colours the levels for a terminal', () => {
    expect(showRemarks(remarks, { notes: false, isColoured: true })).toContain('\u001b[31merror');
  });
});
