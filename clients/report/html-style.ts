/**
 * The page's only style sheet. Colours are pairs for light and dark, all text at least 4.5:1 on its ground (WCAG 1.4.3);
 * an outcome is never told by colour alone: the word stands beside it.
 */
export const styleSheet = `
:root {
  color-scheme: light dark;
  --ground: #f5f6f8; --card: #ffffff; --line: #dfe3e8; --ink: #1a2027; --soft: #57606c; --accent: #2455c3;
  --good: #176c3a; --good-ground: #e0f4e7; --good-bar: #2f9e5c;
  --fair: #7d5200; --fair-ground: #fdf0d2; --fair-bar: #dd9f22;
  --bad: #ab1f2d; --bad-ground: #fde5e6; --bad-bar: #d9434f;
  --still: #4d5763; --still-ground: #e9ecf0; --still-bar: #a3adb9;
  --calm: #23538f; --calm-ground: #e3eefb; --calm-bar: #5b93d6;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ground: #12161b; --card: #1b2128; --line: #313a44; --ink: #e7ebf0; --soft: #a3aebb; --accent: #8fb4ff;
    --good: #7fdba2; --good-ground: #143322; --good-bar: #3fae6c;
    --fair: #f0c56b; --fair-ground: #3a2c0d; --fair-bar: #cf9730;
    --bad: #ff9fa5; --bad-ground: #43191d; --bad-bar: #d9515b;
    --still: #b4bfcb; --still-ground: #2a323b; --still-bar: #6b7784;
    --calm: #9cc6ff; --calm-ground: #16304f; --calm-bar: #4a84c9;
  }
}
* { box-sizing: border-box; }
body {
  margin: 0; background: var(--ground); color: var(--ink);
  font: 15px/1.5 system-ui, "Segoe UI", Roboto, "Helvetica Neue", sans-serif;
}
main { max-width: 76rem; margin: 0 auto; padding: 2rem 1.25rem 4rem; }
h1 { margin: 0; font-size: 1.75rem; line-height: 1.2; letter-spacing: -0.01em; }
h2 { margin: 2.5rem 0 0.75rem; font-size: 1.15rem; }
p { margin: 0.4rem 0; }
code, .mono { font: 0.87em/1.5 ui-monospace, "Cascadia Mono", Consolas, Menlo, monospace; overflow-wrap: anywhere; }
.soft { color: var(--soft); }
.eyebrow {
  margin: 0 0 0.35rem; color: var(--soft); font-size: 0.78rem; font-weight: 600;
  letter-spacing: 0.08em; text-transform: uppercase;
}
header .title { display: flex; flex-wrap: wrap; gap: 0.6rem 1rem; align-items: center; }
header .sentence { margin-top: 0.6rem; font-size: 1.05rem; max-width: 60rem; }
.pill {
  display: inline-block; padding: 0.1rem 0.6rem; border-radius: 999px; font-size: 0.82rem; font-weight: 600;
  white-space: nowrap; background: var(--still-ground); color: var(--still);
}
.good { --tone: var(--good); --tone-ground: var(--good-ground); --tone-bar: var(--good-bar); }
.fair { --tone: var(--fair); --tone-ground: var(--fair-ground); --tone-bar: var(--fair-bar); }
.bad { --tone: var(--bad); --tone-ground: var(--bad-ground); --tone-bar: var(--bad-bar); }
.still { --tone: var(--still); --tone-ground: var(--still-ground); --tone-bar: var(--still-bar); }
.calm { --tone: var(--calm); --tone-ground: var(--calm-ground); --tone-bar: var(--calm-bar); }
.pill.good, .pill.fair, .pill.bad, .pill.still, .pill.calm { background: var(--tone-ground); color: var(--tone); }
.bar { display: flex; gap: 3px; height: 12px; margin: 1.5rem 0 0.9rem; border-radius: 6px; overflow: hidden; }
.bar span { background: var(--tone-bar); min-width: 6px; }
.cards { display: grid; grid-template-columns: repeat(auto-fill, minmax(8.75rem, 1fr)); gap: 0.7rem; margin: 0; padding: 0; list-style: none; }
.card {
  padding: 0.75rem 0.9rem 0.7rem; background: var(--card); border: 1px solid var(--line); border-radius: 10px;
  border-top: 4px solid var(--tone-bar);
}
.card b { display: block; font-size: 1.7rem; line-height: 1.15; font-variant-numeric: tabular-nums; }
.card span { color: var(--tone); font-weight: 600; font-size: 0.88rem; }
.facts {
  display: grid; grid-template-columns: repeat(auto-fit, minmax(15rem, 1fr)); gap: 0 2rem; margin: 1.5rem 0 0;
  padding: 0.4rem 1.1rem; background: var(--card); border: 1px solid var(--line); border-radius: 10px;
}
.facts div { padding: 0.55rem 0; }
.facts dt { color: var(--soft); font-size: 0.8rem; }
.facts dd { margin: 0; overflow-wrap: anywhere; }
.notice { padding: 0.7rem 1rem; border-radius: 10px; background: var(--fair-ground); color: var(--fair); }
.notice ul { margin: 0.2rem 0; padding-left: 1.1rem; }
.scroll { overflow-x: auto; background: var(--card); border: 1px solid var(--line); border-radius: 10px; }
table { width: 100%; border-collapse: collapse; }
caption { padding: 0.7rem 1rem; text-align: left; color: var(--soft); font-size: 0.85rem; }
th, td { padding: 0.55rem 1rem; text-align: left; vertical-align: top; border-top: 1px solid var(--line); }
thead th { color: var(--soft); font-size: 0.78rem; font-weight: 600; white-space: nowrap; background: var(--ground); }
tbody th { font-weight: 600; white-space: nowrap; }
td.number, th.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
td.reason { min-width: 20rem; overflow-wrap: anywhere; }
tbody th.request { min-width: 12rem; white-space: normal; }
td.by { min-width: 9rem; }
details { margin-top: 0.35rem; }
summary { cursor: pointer; color: var(--accent); font-size: 0.88rem; width: fit-content; }
summary:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; border-radius: 3px; }
.verdict { margin: 0.5rem 0; padding-left: 0.9rem; list-style: none; }
.verdict li { padding: 0.15rem 0; }
.steps { margin: 0.7rem 0 0.5rem; padding: 0; list-style: none; }
.steps > li { position: relative; padding: 0 0 0.8rem 1.4rem; }
.steps > li::before {
  content: ""; position: absolute; left: 0; top: 0.4rem; width: 0.65rem; height: 0.65rem; border-radius: 50%;
  background: var(--tone-bar);
}
.steps > li::after {
  content: ""; position: absolute; left: 0.29rem; top: 1.15rem; bottom: -0.3rem; width: 2px; background: var(--line);
}
.steps > li:last-child::after { display: none; }
.steps .when { color: var(--soft); font-size: 0.82rem; font-variant-numeric: tabular-nums; }
.track { display: block; height: 4px; margin-top: 0.25rem; border-radius: 2px; background: var(--still-ground); }
.track i { display: block; height: 4px; border-radius: 2px; background: var(--tone-bar); min-width: 2px; }
pre {
  max-height: 20rem; margin: 0.4rem 0 0; padding: 0.7rem 0.9rem; overflow: auto; white-space: pre-wrap;
  overflow-wrap: anywhere; border-radius: 8px; background: var(--ground); border: 1px solid var(--line);
  font: 0.8rem/1.5 ui-monospace, "Cascadia Mono", Consolas, Menlo, monospace;
}
footer { margin-top: 3rem; color: var(--soft); font-size: 0.82rem; }
@media print {
  :root { --ground: #fff; --card: #fff; }
  body { font-size: 10pt; }
  main { max-width: none; padding: 0; }
  .scroll { overflow: visible; border: 0; }
  .card, tr, .steps > li { break-inside: avoid; }
  thead { display: table-header-group; }
  td.reason { min-width: 0; }
  .bar span, .card, .pill, .steps > li::before, .track i { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
  pre { max-height: none; }
}
`;
