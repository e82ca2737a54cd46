import { escaped } from './draw-graph.js';
import { type Drawing, type PartKind } from './drawing.js';

const LEGEND: [PartKind, string][] = [
  ['message', 'message of the person'],
  ['response', 'answer of the assistant'],
  ['action', 'action of the assistant'],
  ['loop', 'form, which asks until it has all values'],
  ['anything', 'condition of a rule'],
  ['start', 'start of a conversation'],
  ['end', 'end of the story'],
];

const STYLE = `
:root {
  color-scheme: light dark;
  --page: #f6f7f9; --card: #fff; --ink: #1c2430; --soft: #667085; --line: #c5ccd6; --edge: #e3e7ed;
  --message: #e3ebff; --message-ink: #2448b0; --response: #e2f5ec; --response-ink: #17694a;
  --action: #eceff3; --action-ink: #343f4f; --loop: #fdeed8; --loop-ink: #8a5208;
  --anything: #f4e8fb; --anything-ink: #7a3aa0; --accent: #3561d9;
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: #12161d; --card: #1a202a; --ink: #e6eaf0; --soft: #98a3b3; --line: #4a5566; --edge: #2b3442;
    --message: #22345f; --message-ink: #b7caff; --response: #173c2f; --response-ink: #93e3c2;
    --action: #2b3442; --action-ink: #d5dce6; --loop: #47331a; --loop-ink: #ffcf94;
    --anything: #3c2749; --anything-ink: #e2b9f8; --accent: #7c9dff;
  }
}
* { box-sizing: border-box; }
body { margin: 0; width: max-content; min-width: 100%; background: var(--page); color: var(--ink); font: 15px/1.5 system-ui, 'Segoe UI', Roboto, sans-serif; }
header { width: 100vw; position: sticky; top: 0; left: 0; z-index: 1; padding: 1.1rem 1.5rem .9rem; background: var(--page); border-bottom: 1px solid var(--edge); }
h1 { font-size: 1.35rem; line-height: 1.2; margin: 0; letter-spacing: -.01em; }
.row { display: flex; flex-wrap: wrap; align-items: center; gap: .35rem 1.4rem; margin-top: .5rem; }
.soft { color: var(--soft); }
select { font: inherit; color: inherit; background: var(--card); border: 1px solid var(--line); border-radius: 8px; padding: .25rem .5rem; max-width: 26rem; }
.key { display: inline-flex; align-items: center; gap: .45rem; font-size: .85rem; color: var(--soft); }
.key i { width: 1.5rem; height: .95rem; border: 1px solid; }
.key .message { background: var(--message); border-color: var(--message-ink); border-radius: 1rem; }
.key .response { background: var(--response); border-color: var(--response-ink); }
.key .action { background: var(--action); border-color: var(--action-ink); }
.key .loop { background: var(--loop); border: 3px double var(--loop-ink); }
.key .anything { background: var(--anything); border-color: var(--anything-ink); border-radius: .3rem; }
.key .start, .key .end { width: .9rem; border-radius: 50%; border-color: var(--accent); background: var(--accent); }
.key .end { width: .7rem; height: .7rem; border-color: var(--soft); background: transparent; }
main { padding: 1.5rem; }
svg { display: block; }
svg text { fill: var(--ink); font-family: Helvetica, Arial, sans-serif; }
svg .edge path { stroke: var(--line); stroke-width: 1.2; } svg .edge polygon { fill: var(--line); stroke: var(--line); }
svg .edge text { fill: var(--soft); }
svg .message path { fill: var(--message); stroke: var(--message-ink); } svg .message text { fill: var(--message-ink); }
svg .response polygon { fill: var(--response); stroke: var(--response-ink); } svg .response text { fill: var(--response-ink); }
svg .action polygon { fill: var(--action); stroke: var(--action-ink); } svg .action text { fill: var(--action-ink); }
svg .loop polygon { fill: var(--loop); stroke: var(--loop-ink); } svg .loop polygon + polygon { fill: none; } svg .loop text { fill: var(--loop-ink); }
svg .anything path { fill: var(--anything); stroke: var(--anything-ink); } svg .anything text { fill: var(--anything-ink); }
svg .start ellipse { fill: var(--accent); stroke: var(--accent); } svg .end ellipse { fill: none; stroke: var(--soft); }
svg .node, svg .edge { transition: opacity .15s; } svg .away { opacity: .1; }
svg .here.edge path { stroke: var(--accent); stroke-width: 2; } svg .here.edge polygon { fill: var(--accent); stroke: var(--accent); }
`;

/** Highlights one story or rule and dims the rest. */
const SCRIPT = `
const shownBy = JSON.parse(document.getElementById('shown-by').textContent);
const choice = document.querySelector('select');
choice.addEventListener('change', () => {
  let first;
  for (const [id, names] of Object.entries(shownBy)) {
    const part = document.getElementById(id);
    const isHere = choice.value !== '' && names.includes(choice.value);
    part.classList.toggle('here', isHere);
    part.classList.toggle('away', choice.value !== '' && !isHere);
    if (isHere) first ??= part;
  }
  first?.scrollIntoView({ behavior: 'smooth', block: 'center', inline: 'start' });
});
`;

export interface GraphPage {
  title: string;
  facts: string[];
  drawing: Drawing;
  svg: string;
}

/** Writes one self-contained HTML page: the picture, its legend, and a menu that highlights a story or rule. */
export function graphPage({ title, facts, drawing, svg }: GraphPage): string {
  const parts = [...drawing.nodes, ...drawing.edges];
  const names = [...new Set(parts.flatMap(({ shownBy }) => shownBy))].sort();
  const kinds = new Set(drawing.nodes.map(({ kind }) => kind));
  const legend = LEGEND.filter(([kind]) => kinds.has(kind)).map(
    ([kind, text]) => `<span class="key"><i class="${kind}"></i>${text}</span>`,
  );
  const json = JSON.stringify(Object.fromEntries(parts.map(({ id, shownBy }) => [id, shownBy]))).replaceAll(
    '<',
    '\\u003c',
  );
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escaped(title)}</title>
<style>${STYLE}</style>
</head>
<body>
<header>
<h1>${escaped(title)}</h1>
<div class="row">
<select aria-label="Show one story or rule">
<option value="">all stories and rules</option>
${names.map((name) => `<option>${escaped(name)}</option>`).join('\n')}
</select>
<span class="soft">${escaped(facts.join(' · '))}</span>
</div>
<div class="row">${legend.join('\n')}</div>
</header>
<main>
${svg}
</main>
<script type="application/json" id="shown-by">${json}</script>
<script>${SCRIPT}</script>
</body>
</html>
`;
}
