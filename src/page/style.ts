/** The style of a page: light or dark as the reader has it, light on paper. */
export const STYLE = `
:root { color-scheme: light dark; --paper: #fff; --ink: #1b1f24; --soft: #57606a; --faint: #c9d1d9; --panel: #f6f8fa;
  --local: #0969da; --remote: #e07a1f; --sending: #b58900; --executing: #1a7f37; --queued: #cf222e;
  --first: #8250df; --second: #0b7285; --third: #bf3989; --fourth: #57606a; }
@media (prefers-color-scheme: dark) {
  :root { --paper: #0d1117; --ink: #e6edf3; --soft: #9198a1; --faint: #3d444d; --panel: #161b22;
    --local: #58a6ff; --remote: #f0a45d; --sending: #e3c34c; --executing: #56d364; --queued: #ff7b72;
    --first: #bc8cff; --second: #3bc9db; --third: #f778ba; --fourth: #9198a1; }
}
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 1.5rem; max-width: 68rem; background: var(--paper); color: var(--ink);
  font: 16px/1.5 system-ui, sans-serif; overflow-wrap: anywhere; }
h1 { font-size: 1.6rem; margin: 0; } h2 { font-size: 1.3rem; margin: 2.5rem 0 .5rem; } h3 { font-size: 1.05rem; }
.question { font-size: 1.15rem; font-weight: 600; margin: .5rem 0; }
.answers { padding-left: 1.2rem; } .host { color: var(--soft); margin: .25rem 0; }
code, pre { font: .875rem/1.45 ui-monospace, monospace; }
pre { background: var(--panel); padding: .75rem; overflow-x: auto; border-radius: 6px; }
figure { margin: 1.5rem 0; overflow-x: auto; }
figcaption { margin-bottom: .4rem; color: var(--soft); font-size: .9rem; }
figcaption strong { color: var(--ink); }
figure svg { color: var(--ink); max-width: 100%; height: auto; }
.legend { list-style: none; display: flex; flex-wrap: wrap; gap: .2rem 1.2rem; padding: 0; margin: .2rem 0 .4rem; font-size: .875rem; }
.swatch { display: inline-block; width: .8em; height: .8em; border-radius: 2px; }
.scroll { overflow-x: auto; margin: 1rem 0; }
table { border-collapse: collapse; font-size: .85rem; font-variant-numeric: tabular-nums; }
th, td { padding: .25rem .4rem; border-bottom: 1px solid var(--faint); text-align: left; vertical-align: top; overflow-wrap: normal; }
th { vertical-align: bottom; } th.group { text-align: center; border-bottom: 0; } td.number { white-space: nowrap; } td.number, th.number { text-align: right; }
.raw th { white-space: nowrap; }
th button { all: unset; cursor: pointer; font-weight: 600; } th button:focus-visible { outline: 2px solid var(--local); }
th[aria-sort] button::after { content: " \\2195"; color: var(--soft); }
th[aria-sort=ascending] button::after { content: " \\2191"; } th[aria-sort=descending] button::after { content: " \\2193"; }
summary { cursor: pointer; font-weight: 600; margin: 1rem 0 .5rem; }
a { color: var(--local); } .download { font: inherit; padding: .35rem .8rem; cursor: pointer; }
@media print {
  :root { color-scheme: light; --paper: #fff; --ink: #000; --soft: #444; --faint: #bbb; --panel: #f3f3f3;
    --local: #0969da; --remote: #e07a1f; --sending: #b58900; --executing: #1a7f37; --queued: #cf222e;
  --first: #8250df; --second: #0b7285; --third: #bf3989; --fourth: #57606a; }
  body { max-width: none; padding: 0; font-size: 11pt; } figure, tr { break-inside: avoid; } .download, .rows { display: none; }
  .scroll { overflow: visible; } table { font-size: 7pt; } .swatch { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
  section { break-before: page; } section:first-of-type { break-before: auto; }
}
`;
