import { html } from '../escape.ts'

const base = `
:root { color-scheme: light dark; --ink: #1c2330; --soft: #5b6678; --line: #d9dee7; --paper: #fff; --band: #f4f6fa; --good: #1b7f4b; --held: #b26a00; --bad: #b3261e; --wait: #7b8494 }
@media (prefers-color-scheme: dark) { :root { --ink: #e8ebf0; --soft: #9aa5b8; --line: #333c4b; --paper: #151a22; --band: #1d2430; --good: #54c98a; --held: #f0b04c; --bad: #f2837b; --wait: #8c97a8 } }
* { box-sizing: border-box }
body { margin: 0; background: var(--paper); color: var(--ink); font: 16px/1.5 system-ui, sans-serif }
main { max-width: 60rem; margin: 0 auto; padding: 2rem 1.25rem 4rem }
h1 { font-size: 1.7rem; line-height: 1.25; margin: 0 0 .25rem } h2 { font-size: 1.15rem; margin: 2.25rem 0 .5rem }
p { margin: .4rem 0 } .soft { color: var(--soft) }
.bar { display: flex; height: 1.5rem; border-radius: .4rem; overflow: hidden; background: var(--line); margin: 1rem 0 .5rem }
.bar span { display: block }
.legend { display: flex; flex-wrap: wrap; gap: .25rem 1.25rem; padding: 0; margin: 0; list-style: none; font-size: .95rem }
.legend i { display: inline-block; width: .8rem; height: .8rem; border-radius: .2rem; margin-right: .4rem }
table { border-collapse: collapse; width: 100%; font-size: .92rem } .scroll { overflow-x: auto }
th, td { text-align: left; padding: .45rem .6rem; border-bottom: 1px solid var(--line); vertical-align: top }
th { background: var(--band); font-weight: 600 } td.n, th.n { text-align: right; font-variant-numeric: tabular-nums }
code { font: .85em ui-monospace, monospace; overflow-wrap: anywhere }
@media print { main { max-width: none; padding: 0 } .scroll { overflow: visible } table { font-size: .78rem } th, td { padding: .3rem .4rem } tr { break-inside: avoid } .bar span, .legend i { print-color-adjust: exact } }
`

/** A page: what stands in it, and how. */
interface Sheet {
  readonly title: string
  /** What this page adds to the style of all. */
  readonly style: string
  /** HTML, every text in it escaped. */
  readonly body: string
  /** What it may have beside its style. */
  readonly policy?: string
}

const usualPolicy = "default-src 'none'; style-src 'unsafe-inline'"

/** One HTML file: no script, nothing fetched, dark and light, for screen, telephone and paper. */
export function printSheet({ title, style, body, policy = usualPolicy }: Sheet): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<title>${html(title)}</title>
<style>${base}${style}</style>
</head>
<body><main>
${body}
</main></body>
</html>
`
}

export interface Part {
  /** A class of the sheet that colours it. */
  readonly tone: string
  readonly label: string
  readonly value: number
}

/** Parts of a whole as a bar, and what its colours mean; `legend` says how a part is told. */
export function printBar(parts: readonly Part[], legend: (part: Part) => string): string {
  const filled = parts.filter(({ value }) => value > 0)
  const told = filled.map(({ label, value }) => `${value} ${label}`).join(', ')
  return `<div class="bar" role="img" aria-label="${html(told)}">${filled.map(({ tone, value }) => `<span class="${tone}" style="flex:${value}"></span>`).join('')}</div>
<ul class="legend">${filled.map((part) => `<li><i class="${part.tone}"></i>${html(legend(part))}</li>`).join('')}</ul>`
}

/** `2026-11-24 09:30 UTC`. */
export function readableTime(iso: string): string {
  return `${iso.slice(0, 10)} ${iso.slice(11, 16)} UTC`
}
