#pragma once

#include <string_view>

namespace tandem::examples {

/// The style of a page: system fonts, light or dark as the reader's system is, for phones, screens and print. Blue is
/// discriminative, orange generative; the paler shade of each is its simpler baseline.
inline constexpr std::string_view page_style = R"css(
:root {
  --paper: #fdfcfa; --ink: #1d1d1f; --muted: #63636b; --rule: #e4e1da; --card: #f5f3ee;
  --dis: #0b66a8; --dis2: #63acdb; --gen: #c9540a; --gen2: #eba55a; --neutral: #6f7178; --good: #168a66;
  --wrong: #d94a2b; --right: #dfeadf; --shade: rgb(0 0 0 / .28);
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #16171a; --ink: #e9e7e2; --muted: #a09fa3; --rule: #33353b; --card: #1f2125;
    --dis: #62b5f0; --dis2: #2f7db5; --gen: #f3924a; --gen2: #b06a24; --neutral: #9b9ca3; --good: #45c49a;
    --wrong: #e0583a; --right: #26382f; --shade: rgb(255 255 255 / .26);
  }
}
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; scroll-behavior: smooth; }
body {
  margin: 0; background: var(--paper); color: var(--ink);
  font: 1.0625rem/1.6 Charter, "Bitstream Charter", "Iowan Old Style", "Source Serif 4", Georgia, serif;
}
header, main, footer { max-width: 70rem; margin: 0 auto; padding: 0 1.25rem; }
header { padding-top: 3.5rem; }
h1, h2, nav, table, figcaption, .legend, footer, svg text { font-family: system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; }
h1 { font-size: clamp(1.9rem, 5.5vw, 3.1rem); line-height: 1.1; letter-spacing: -.025em; font-weight: 700; margin: 0 0 1rem; max-width: 20em; }
.summary { font-size: 1.2rem; color: var(--muted); max-width: 44em; margin: 0 0 1.75rem; }
nav ol { list-style: none; counter-reset: n; display: flex; flex-wrap: wrap; gap: .35rem 1.4rem; padding: .9rem 0; margin: 0; border: solid var(--rule); border-width: 1px 0; font-size: .9rem; }
nav li { counter-increment: n; }
nav li::before { content: counter(n); color: var(--muted); margin-right: .45em; font-variant-numeric: tabular-nums; }
a { color: inherit; text-decoration-color: var(--muted); text-underline-offset: .2em; }
section { padding: 3rem 0 1rem; border-bottom: 1px solid var(--rule); }
section:last-child { border: 0; }
h2 { font-size: 1.65rem; letter-spacing: -.015em; line-height: 1.2; margin: 0 0 .5rem; }
.number { color: var(--muted); font-weight: 400; margin-right: .3em; }
.lead { font-size: 1.22rem; line-height: 1.5; max-width: 40em; margin: 0 0 1.5rem; }
p { max-width: 44em; }
b.d, .d { color: var(--dis); } b.g, .g { color: var(--gen); }
.row { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(19rem, 100%), 1fr)); gap: 1.75rem 2rem; align-items: start; margin: 1.5rem 0; }
.four { grid-template-columns: repeat(auto-fit, minmax(min(14rem, 100%), 1fr)); gap: 1.5rem; }
figure { margin: 0 0 1.5rem; min-width: 0; }
.row figure { margin: 0; }
figcaption { font-size: .875rem; line-height: 1.45; color: var(--muted); margin-top: .55rem; max-width: 44em; }
figcaption b { color: var(--ink); }
figure img { display: block; width: 100%; height: auto; image-rendering: pixelated; border-radius: 4px; }
figure svg { display: block; width: 100%; height: auto; max-width: 34rem; overflow: visible; }
.legend { display: flex; flex-wrap: wrap; gap: .15rem .9rem; color: var(--ink); }
.key::before { content: ""; display: inline-block; width: .7em; height: .7em; border-radius: 50%; background: var(--c); margin-right: .4em; }
/* A shade at the edge beyond which the table goes on; at its end the table's own background, which scrolls, covers it. */
.scroll {
  overflow-x: auto; margin: 1.5rem 0;
  background:
    linear-gradient(to right, var(--paper) 40%, transparent) 0 / 2.5rem 100% no-repeat local,
    linear-gradient(to left, var(--paper) 40%, transparent) 100% / 2.5rem 100% no-repeat local,
    linear-gradient(to right, var(--shade), transparent) 0 / 1rem 100% no-repeat scroll,
    linear-gradient(to left, var(--shade), transparent) 100% / 1rem 100% no-repeat scroll;
}
table { border-collapse: collapse; font-size: .92rem; line-height: 1.4; font-variant-numeric: tabular-nums; min-width: 100%; }
th, td { text-align: right; padding: .5rem .8rem; border-bottom: 1px solid var(--rule); vertical-align: top; white-space: nowrap; }
th:first-child, td:first-child { text-align: left; padding-left: 0; }
thead th { color: var(--muted); font-weight: 600; border-bottom: 2px solid var(--rule); }
thead th { white-space: normal; vertical-align: bottom; }
tbody th { font-weight: 600; }
figure .scroll { margin: .4rem 0 0; }
figure table { font-size: .84rem; } figure th, figure td { padding: .32rem .4rem; } figure th { white-space: normal; }
table.words th, table.words td { text-align: left; white-space: normal; }
table.words td { width: 42%; min-width: 13rem; }
table.words small { display: block; margin-top: .3rem; color: var(--muted); font-size: .88em; line-height: 1.45; }
table.words small b { color: var(--ink); font-size: 1.15em; }
.note { color: var(--muted); font-size: .95rem; }
footer { padding: 2rem 1.25rem 3rem; color: var(--muted); font-size: .85rem; overflow-wrap: anywhere; }
.dis { --c: var(--dis); } .dis2 { --c: var(--dis2); } .gen { --c: var(--gen); } .gen2 { --c: var(--gen2); }
.neutral { --c: var(--neutral); } .good { --c: var(--good); } .wrongs { --c: var(--wrong); }
svg .fill { fill: var(--c); } svg .soft { opacity: .75; }
svg .line { fill: none; stroke: var(--c); stroke-width: 2; stroke-linejoin: round; }
svg .thin { fill: none; stroke: var(--c); stroke-width: 1.4; stroke-linejoin: round; }
svg .band { fill: var(--c); opacity: .17; stroke: none; }
svg .whisker { stroke: var(--c); stroke-width: 2; }
svg .rule { stroke: var(--rule); stroke-width: 1; } svg .axis { stroke: var(--muted); stroke-width: 1; }
svg .diagonal { stroke: var(--muted); stroke-width: 1; stroke-dasharray: 3 4; }
svg .tick, svg .label { fill: var(--muted); font-size: 11.5px; } svg .label { font-size: 12px; }
svg .name { fill: var(--ink); font-size: 13px; } svg .value { fill: var(--ink); font-size: 13px; font-variant-numeric: tabular-nums; }
svg .cell { fill: var(--card); } svg .right { fill: var(--right); } svg .wrong { fill: var(--wrong); }
svg .count { fill: var(--muted); font-size: 11px; } svg .strong { fill: var(--ink); font-weight: 600; }
svg .point { font-size: 11px; font-weight: 600; fill: var(--c); }
.d0 { --c: #7f8087; } .d1 { --c: #2a8fd6; } .d2 { --c: #e0662c; } .d3 { --c: #1ba07a; } .d4 { --c: #cf6ba5; }
.d5 { --c: #c7970f; } .d6 { --c: #6d6fe0; } .d7 { --c: #b5422f; } .d8 { --c: #4da02f; } .d9 { --c: #9659b8; }
@media (max-width: 30rem) { header { padding-top: 2rem; } section { padding-top: 2.2rem; } }
@media (max-width: 36rem) {
  table.words thead { display: none; }
  table.words tr, table.words th, table.words td { display: block; width: auto; padding: .2rem 0; border: 0; }
  table.words tr { padding: .7rem 0; border-bottom: 1px solid var(--rule); }
  table.words td::before { font-size: .8rem; font-weight: 600; display: block; }
  table.words td:nth-of-type(1)::before { content: "Discriminative"; color: var(--dis); }
  table.words td:nth-of-type(2)::before { content: "Generative"; color: var(--gen); }
}
@media (max-width: 40rem) {
  table { font-size: .84rem; } th, td { padding: .45rem .5rem; } tbody th { white-space: normal; min-width: 6.5rem; }
}
/* Paper does not scroll: tables become as narrow as their words allow. */
@media print {
  :root { --paper: #fff; --ink: #000; --muted: #444; --rule: #bbb; }
  html { font-size: 10pt; } nav { display: none; } header, main, footer { padding-left: 0; padding-right: 0; }
  section { padding-top: 1.5rem; } .four { grid-template-columns: repeat(4, 1fr); gap: 1rem; }
  .scroll { overflow: visible; background: none; }
  table { font-size: 8pt; } th, td { padding: .25rem .3rem; white-space: normal; } figure td { white-space: nowrap; }
  figure, .scroll, tr, h2, .lead { break-inside: avoid; } h2, .lead, thead { break-after: avoid; }
  * { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
}
)css";

}  // namespace tandem::examples
