import { type ConfidenceReport, type ReliabilityBin } from '../reports/confidence-report.js';
import { html, type Markup, percent } from './markup.js';

const WIDTH = 460;
const LEFT = 44;
const RIGHT = 12;
const INNER = WIDTH - LEFT - RIGHT;

const x = (share: number): number => round(LEFT + share * INNER);
const round = (value: number): number => Math.round(value * 10) / 10;

/** Right answers upwards, wrong ones downwards, by confidence; each half has its own scale, as errors are few. */
export function confidenceHistogram({ histogram: { right, wrong } }: ConfidenceReport): Markup {
  const [top, half, gap] = [14, 88, 18];
  const middle = top + half;
  const bars = (counts: readonly number[], kind: 'right' | 'wrong', upwards: boolean): Markup[] => {
    const highest = Math.max(1, ...counts);
    return counts.flatMap((count, at) => {
      if (count === 0) return [];
      const height = round(Math.max(1.5, (count / highest) * half));
      const [from, to] = [at / counts.length, (at + 1) / counts.length];
      return html`<rect
        class="${kind}"
        x="${x(from) + 1}"
        y="${upwards ? middle - height : middle + gap}"
        width="${round(INNER / counts.length - 2)}"
        height="${height}"
        rx="1.5"
        ><title>confidence ${percent(from)} to ${percent(to)}: ${count} ${kind}</title></rect
      >`;
    });
  };
  const labels = [0, 0.25, 0.5, 0.75, 1].map(
    (share) => html`<text x="${x(share)}" y="${middle + 13}" text-anchor="middle">${share}</text>`,
  );
  return html`<svg
    viewBox="0 0 ${WIDTH} ${middle + gap + half + 8}"
    role="img"
    aria-label="Confidence of right and wrong answers"
  >
    <line x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${middle + 0.5}" y2="${middle + 0.5}" />
    <line x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${middle + gap - 0.5}" y2="${middle + gap - 0.5}" />
    ${bars(right, 'right', true)}${bars(wrong, 'wrong', false)}${labels}
    <text x="${LEFT - 8}" y="${top + 8}" text-anchor="end">${Math.max(...right)}</text>
    <text class="right" x="${LEFT - 8}" y="${middle - 2}" text-anchor="end">right</text>
    <text class="wrong" x="${LEFT - 8}" y="${middle + gap + 11}" text-anchor="end">wrong</text>
    <text x="${LEFT - 8}" y="${middle + gap + half}" text-anchor="end">${Math.max(...wrong)}</text>
  </svg>`;
}

/** Accuracy by confidence; on the dashed line the confidence is exactly what it says. Rare bins are pale. */
export function reliabilityDiagram({ bins }: ConfidenceReport): Markup {
  const [top, height] = [14, 196];
  const y = (share: number): number => round(top + (1 - share) * height);
  const most = Math.max(1, ...bins.map(({ count }) => count));
  const bar = ({ from, to, count, accuracy, meanConfidence }: ReliabilityBin): Markup =>
    html`<rect
      class="accent"
      opacity="${round(0.3 + 0.7 * Math.sqrt(count / most))}"
      x="${x(from) + 1}"
      y="${y(accuracy)}"
      width="${round((to - from) * INNER - 2)}"
      height="${round(Math.max(1.5, accuracy * height))}"
      rx="1.5"
      ><title>${count} texts with a confidence of ${percent(meanConfidence)}: ${percent(accuracy)} right</title></rect
    >`;
  const ticks = [0, 0.25, 0.5, 0.75, 1].map(
    (share) =>
      html`<text x="${x(share)}" y="${top + height + 15}" text-anchor="middle">${share}</text>
        <text x="${LEFT - 8}" y="${y(share) + 4}" text-anchor="end">${share * 100} %</text>
        <line x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${y(share)}" y2="${y(share)}" />`,
  );
  return html`<svg viewBox="0 0 ${WIDTH} ${top + height + 20}" role="img" aria-label="Accuracy by confidence">
    ${ticks}${bins.filter(({ count }) => count > 0).map(bar)}
    <path class="ideal" d="M${x(0)} ${y(0)}L${x(1)} ${y(1)}" />
  </svg>`;
}
