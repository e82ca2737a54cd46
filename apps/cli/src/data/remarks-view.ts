import { styleText } from 'node:util';
import { type Remark } from './remark.js';

const LEVELS = { error: 'red', warning: 'yellow', note: 'dim' } as const;

export interface RemarksViewOptions {
  /** Whether to show notes; otherwise only their number is shown. */
  notes: boolean;
  /** Whether to use terminal colours. */
  isColoured: boolean;
}

/** Formats the remarks by file, each with its line, followed by their numbers. Remarks without a place come last. */
export function showRemarks(remarks: readonly Remark[], { notes, isColoured }: RemarksViewOptions): string {
  const paint = (style: Parameters<typeof styleText>[0], text: string) =>
    isColoured ? styleText(style, text, { validateStream: false }) : text;
  const shown = notes ? remarks : remarks.filter(({ level }) => level !== 'note');
  const byFile = new Map<string, Remark[]>();
  for (const remark of shown.toSorted(inOrder)) {
    const file = remark.place?.file ?? '';
    byFile.set(file, [...(byFile.get(file) ?? []), remark]);
  }
  const blocks = [...byFile].map(([file, ofFile]) => {
    const wide = Math.max(...ofFile.map(({ place }) => String(place?.line ?? '').length));
    const lines = ofFile.map(({ level, message, place }) => {
      const line = String(place?.line ?? '').padStart(wide);
      return `  ${line}  ${paint(LEVELS[level], level.padEnd(7))}  ${message}`;
    });
    return [paint('underline', file || 'The assistant as a whole'), ...lines].join('\n');
  });
  return [...blocks, summaryOf(remarks, notes)].join('\n\n');
}

/** Sorts by file name, then by line; remarks without a file last. */
function inOrder({ place: a }: Remark, { place: b }: Remark): number {
  if (!a || !b) return Number(!a) - Number(!b);
  return a.file === b.file ? a.line - b.line : a.file < b.file ? -1 : 1;
}

function summaryOf(remarks: readonly Remark[], notes: boolean): string {
  const count = (level: Remark['level'], word: string) => {
    const number = remarks.filter((remark) => remark.level === level).length;
    return `${number === 0 ? 'no' : number} ${word}${number === 1 ? '' : 's'}`;
  };
  const hidden = !notes && remarks.some(({ level }) => level === 'note');
  const more = hidden ? `, ${count('note', 'note')} (--notes shows them)` : '';
  return `${capital(count('error', 'error'))}, ${count('warning', 'warning')}${more}.`;
}

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
