import { type ConfusionMatrix } from '../reports/intent-report.js';
import { html, type Markup } from './markup.js';

const CELL = 26;
/** Letters of a name at most, and their width, about. */
const LONGEST_NAME = 26;
const LETTER = 6;
/** Room at least for what stands in the corner. */
const CORNER = 96;
/** Rows and columns at most; a larger picture is read by nobody. */
const LARGEST = 30;

/** What the picture of a confusion matrix shows of it: labels with errors, those with most of them first. */
export interface ShownConfusions {
  rows: string[];
  columns: string[];
  /** Labels with errors that found no room. */
  omitted: number;
}

/** Picks rows by errors in them, and the columns in which those lie. */
export function shownConfusions({ labels, counts }: ConfusionMatrix): ShownConfusions {
  const errors = labels.map((label, at) => ({
    label,
    asRow: counts[at]!.reduce((sum, count, other) => sum + (other === at ? 0 : count), 0),
    asColumn: counts.reduce((sum, row, other) => sum + (other === at ? 0 : row[at]!), 0),
  }));
  const worst = (key: 'asRow' | 'asColumn'): string[] =>
    errors
      .filter((each) => each[key] > 0)
      .sort((a, b) => b[key] - a[key])
      .map(({ label }) => label);
  const [rows, columns] = [worst('asRow'), worst('asColumn')];
  const shown = [rows.slice(0, LARGEST), columns.slice(0, LARGEST)] as const;
  const names = new Set([...rows, ...columns]);
  for (const name of shown.flat()) names.delete(name);
  return { rows: shown[0], columns: shown[1], omitted: names.size };
}

/** The matrix as a picture: a row says what its texts were taken for. Colours grow with the logarithm of the count. */
export function confusionChart(matrix: ConfusionMatrix, { rows, columns }: ShownConfusions): Markup {
  const longest = Math.max(...[...rows, ...columns].map((name) => Math.min(name.length, LONGEST_NAME)));
  const names = Math.max(CORNER, longest * LETTER + 16);
  const at = new Map(matrix.labels.map((label, index) => [label, index]));
  const countOf = (row: string, column: string): number => matrix.counts[at.get(row)!]![at.get(column)!]!;
  const highest = Math.max(
    2,
    ...rows.flatMap((row) => columns.map((column) => (row === column ? 0 : countOf(row, column)))),
  );
  const cell = (row: string, column: string, i: number, j: number): Markup => {
    const count = countOf(row, column);
    const [left, top] = [names + j * CELL, names + i * CELL];
    if (count === 0)
      return html`<rect
        x="${left + 1}"
        y="${top + 1}"
        width="${CELL - 2}"
        height="${CELL - 2}"
        rx="4"
        fill="var(--track)"
        opacity=".55"
      />`;
    const isRight = row === column;
    const strength = isRight ? 0.35 : 0.3 + (0.7 * Math.log(1 + count)) / Math.log(1 + highest);
    return html`<g
      ><title>${count} of ${row} taken for ${column}</title
      ><rect
        class="${isRight ? 'right' : 'wrong'}"
        opacity="${strength.toFixed(2)}"
        x="${left + 1}"
        y="${top + 1}"
        width="${CELL - 2}"
        height="${CELL - 2}"
        rx="4"
      /><text
        class="${strength > 0.6 ? 'on' : 'ink'}"
        x="${left + CELL / 2}"
        y="${top + CELL / 2 + 4}"
        text-anchor="middle"
        >${count}</text
      ></g
    >`;
  };
  const rowNames = rows.map(
    (row, i) =>
      html`<text class="ink" x="${names - 8}" y="${names + i * CELL + CELL / 2 + 4}" text-anchor="end"
        ><title>${row}</title>${short(row)}</text
      >`,
  );
  const columnNames = columns.map((column, j) => {
    const [left, top] = [names + j * CELL + CELL / 2 + 4, names - 8];
    return html`<text class="ink" transform="translate(${left} ${top}) rotate(-90)"
      ><title>${column}</title>${short(column)}</text
    >`;
  });
  const [width, height] = [names + columns.length * CELL + 4, names + rows.length * CELL + 4];
  return html`<svg
    width="${width}"
    viewBox="0 0 ${width} ${height}"
    style="max-width:none"
    role="img"
    aria-label="Confusion matrix"
  >
    ${rowNames}${columnNames}${rows.flatMap((row, i) => columns.map((column, j) => cell(row, column, i, j)))}
    <text x="${names - 8}" y="${names - 10}" text-anchor="end">is ↓ taken for →</text>
  </svg>`;
}

const short = (name: string): string => (name.length > LONGEST_NAME ? `${name.slice(0, LONGEST_NAME - 1)}…` : name);
