import { instance } from '@viz-js/viz';
import { type Drawing, type PartKind } from './drawing.js';

const SHAPES: Record<PartKind, Record<string, string | number>> = {
  start: { shape: 'circle', width: 0.28, height: 0.28, fixedsize: 'true' },
  end: { shape: 'circle', width: 0.14, height: 0.14, fixedsize: 'true' },
  message: { shape: 'box', style: 'rounded', margin: '0.2,0.06' },
  action: { shape: 'box', margin: '0.2,0.08' },
  response: { shape: 'box', margin: '0.2,0.08' },
  loop: { shape: 'box', peripheries: 2, margin: '0.2,0.08' },
  anything: { shape: 'box', style: 'rounded', margin: '0.2,0.08' },
};

/** Draws the picture as SVG without colours. Every part has its kind as class, and a title that names its stories. */
export async function drawGraph({ nodes, edges }: Drawing): Promise<string> {
  const viz = await instance();
  const svg = viz.renderString(
    {
      directed: true,
      graphAttributes: { rankdir: 'LR', nodesep: 0.18, ranksep: 0.45, bgcolor: 'transparent' },
      nodeAttributes: { fontname: 'Helvetica', fontsize: 12, height: 0.3 },
      edgeAttributes: { fontname: 'Helvetica', fontsize: 9, arrowsize: 0.6 },
      nodes: nodes.map(({ id, kind, label }) => ({
        name: id,
        attributes: { id, class: kind, label: isDot(kind) ? '' : label, ...SHAPES[kind] },
      })),
      edges: edges.map(({ id, from, to, label }) => ({
        tail: from,
        head: to,
        attributes: { id, ...(label && { label: `${label}\n` }) },
      })),
    },
    { format: 'svg' },
  );
  return withTitles(
    svg.slice(svg.indexOf('<svg')),
    new Map([...nodes, ...edges].map((part) => [part.id, part.shownBy])),
  );
}

const isDot = (kind: PartKind): boolean => kind === 'start' || kind === 'end';

/** Replaces the titles that browsers show, because Graphviz fills them with node names. */
const withTitles = (svg: string, shownBy: ReadonlyMap<string, string[]>): string =>
  svg.replaceAll(
    /(<g id="(\w+)"[^>]*>\s*<title>)[^<]*/g,
    (_, before: string, id: string) => `${before}${escaped((shownBy.get(id) ?? []).join('\n'))}`,
  );

/** Escapes a text for HTML and SVG. */
export const escaped = (text: string): string => text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);
