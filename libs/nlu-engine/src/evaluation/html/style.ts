/** The look of the report; the system's choice of light or dark decides the colours. */
export const STYLE = `
:root {
  color-scheme: light dark;
  --page: #f6f7f9; --card: #ffffff; --ink: #1c2430; --soft: #667085; --line: #e3e7ed;
  --accent: #3561d9; --right: #2a9d6f; --wrong: #d64550; --track: #edf0f4;
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: #12161d; --card: #1a202a; --ink: #e6eaf0; --soft: #98a3b3; --line: #2b3442;
    --accent: #7c9dff; --right: #4cc798; --wrong: #ff7b84; --track: #252d3a;
  }
}
* { box-sizing: border-box; }
body {
  margin: 0; padding: 2.5rem 1.25rem 4rem; background: var(--page); color: var(--ink);
  font: 15px/1.5 system-ui, -apple-system, 'Segoe UI', Roboto, sans-serif;
}
main { max-width: 68rem; margin: 0 auto; }
h1 { font-size: 1.75rem; line-height: 1.2; margin: 0 0 .4rem; letter-spacing: -.01em; }
h2 { font-size: 1.1rem; margin: 0 0 .25rem; }
p { margin: 0 0 .9rem; }
.soft, figcaption, th { color: var(--soft); }
.facts { display: flex; flex-wrap: wrap; gap: .1rem 1.5rem; margin: 0 0 1.6rem; color: var(--soft); }
.facts b { color: var(--ink); font-weight: 600; }
section { background: var(--card); border: 1px solid var(--line); border-radius: 12px; padding: 1.25rem 1.4rem; margin: 0 0 1.1rem; }
.figures { display: grid; grid-template-columns: repeat(auto-fit, minmax(9.5rem, 1fr)); gap: .8rem; margin: 0 0 1.1rem; }
.figure { background: var(--card); border: 1px solid var(--line); border-radius: 12px; padding: .9rem 1rem; }
.figure b { display: block; font-size: 1.7rem; line-height: 1.2; font-weight: 650; font-variant-numeric: tabular-nums; }
.figure small { color: var(--soft); display: block; }
.pair { display: grid; grid-template-columns: repeat(auto-fit, minmax(22rem, 1fr)); gap: 1.1rem; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
th { text-align: left; font-weight: 500; font-size: .85rem; }
th, td { padding: .35rem .7rem .35rem 0; border-bottom: 1px solid var(--line); vertical-align: top; }
tr:last-child td { border-bottom: 0; }
.number { text-align: right; white-space: nowrap; }
.bar { display: inline-block; width: 5rem; height: .45rem; border-radius: 1rem; background: var(--track); margin-left: .6rem; overflow: hidden; }
.bar i { display: block; height: 100%; background: var(--accent); border-radius: 1rem; }
.wrong { color: var(--wrong); } .right { color: var(--right); }
svg { display: block; max-width: 100%; height: auto; font: 11px system-ui, sans-serif; fill: var(--soft); }
svg .right { fill: var(--right); } svg .wrong { fill: var(--wrong); } svg .accent { fill: var(--accent); }
svg .ink { fill: var(--ink); } svg .on { fill: #fff; }
svg line, svg path { stroke: var(--line); fill: none; } svg .ideal { stroke: var(--soft); stroke-dasharray: 4 4; }
details summary { cursor: pointer; color: var(--accent); margin-top: .6rem; }
`;
