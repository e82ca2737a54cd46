import { type StoryReport } from '#training';

const CELL = 28;
/** Approximate width of a letter in a name, in pixels. */
const LETTER = 6.6;
const LONGEST_NAME = 36;

const STYLE = `
:root { --page: #fff; --ink: #1c2430; --soft: #667085; --track: #edf0f4; --right: #2a9d6f; --wrong: #d64550; }
@media (prefers-color-scheme: dark) {
  :root { --page: #12161d; --ink: #e6eaf0; --soft: #98a3b3; --track: #252d3a; --right: #4cc798; --wrong: #ff7b84; }
}
text { font: 11px system-ui, sans-serif; fill: var(--ink); }
.page { fill: var(--page); } .none { fill: var(--track); } .right { fill: var(--right); } .wrong { fill: var(--wrong); }
.soft { fill: var(--soft); } .title { font-size: 15px; font-weight: 600; }
`;

/**
 * Draws the confusion matrix as SVG. Rows are expected, columns are predicted; the strength of a colour is the
 * logarithm of the count.
 */
export function confusionPicture({ labels, counts }: StoryReport['matrix']): string {
  const longest = Math.min(LONGEST_NAME, Math.max(8, ...labels.map((label) => label.length)));
  const [left, top] = [longest * LETTER + 24, longest * LETTER + 56];
  const side = labels.length * CELL;
  const highest = Math.log(1 + Math.max(1, ...counts.flat()));
  const rows = labels.map((label, row) => {
    const y = top + row * CELL + CELL / 2 + 4;
    const cells = labels.map((other, column) => cell(label, other, counts[row]![column]!, row, column));
    return `<text x="${left - 8}" y="${y}" text-anchor="end">${short(label)}</text>${cells.join('')}`;
  });
  const columns = labels.map((label, column) => {
    const x = left + column * CELL + CELL / 2 + 4;
    return `<text transform="translate(${x} ${top - 8}) rotate(-90)">${short(label)}</text>`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${left + side + 24}" height="${top + side + 24}" role="img">
<title>Confusion matrix of the test stories</title>
<style>${STYLE}</style>
<rect class="page" width="100%" height="100%"/>
<text class="title" x="16" y="28">Expected and predicted in the test stories</text>
<text class="soft" x="16" y="46">rows: expected, columns: predicted</text>
${columns.join('\n')}
${rows.join('\n')}
</svg>
`;

  function cell(expected: string, predicted: string, count: number, row: number, column: number): string {
    const [x, y] = [left + column * CELL, top + row * CELL];
    const box = `x="${x + 1}" y="${y + 1}" width="${CELL - 2}" height="${CELL - 2}" rx="4"`;
    if (count === 0) return `<rect class="none" opacity=".5" ${box}/>`;
    const strength = (0.35 + (0.65 * Math.log(1 + count)) / highest).toFixed(2);
    const kind = row === column ? 'right' : 'wrong';
    const title = `${count} × ${escaped(expected)} predicted as ${escaped(predicted)}`;
    return (
      `<g><title>${title}</title><rect class="${kind}" opacity="${strength}" ${box}/>` +
      `<text x="${x + CELL / 2}" y="${y + CELL / 2 + 4}" text-anchor="middle">${count}</text></g>`
    );
  }
}

const short = (name: string): string =>
  escaped(name.length > LONGEST_NAME ? `${name.slice(0, LONGEST_NAME - 1)}…` : name);
const escaped = (text: string): string => text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);
