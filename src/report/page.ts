import { html } from '../escape.ts'
import type { CampaignReport, DomainLine } from './campaign.ts'
import { printNumber, printShare } from './table.ts'
import { explainEvidence, levelWords, summarize } from './words.ts'

const style = `
:root { color-scheme: light dark; --ink: #1c2330; --soft: #5b6678; --line: #d9dee7; --paper: #fff; --band: #f4f6fa; --good: #1b7f4b; --held: #b26a00; --bad: #b3261e; --wait: #7b8494 }
@media (prefers-color-scheme: dark) { :root { --ink: #e8ebf0; --soft: #9aa5b8; --line: #333c4b; --paper: #151a22; --band: #1d2430; --good: #54c98a; --held: #f0b04c; --bad: #f2837b; --wait: #8c97a8 } }
* { box-sizing: border-box }
body { margin: 0; background: var(--paper); color: var(--ink); font: 16px/1.5 system-ui, sans-serif }
main { max-width: 60rem; margin: 0 auto; padding: 2rem 1.25rem 4rem }
h1 { font-size: 1.7rem; line-height: 1.25; margin: 0 0 .25rem } h2 { font-size: 1.15rem; margin: 2.25rem 0 .5rem }
p { margin: .4rem 0 } .soft { color: var(--soft) }
.bar { display: flex; height: 1.5rem; border-radius: .4rem; overflow: hidden; background: var(--line); margin: 1rem 0 .5rem }
.bar span { display: block } .sent { background: var(--good) } .held { background: var(--held) } .failed { background: var(--bad) } .deferred, .waiting { background: var(--wait) }
.legend { display: flex; flex-wrap: wrap; gap: .25rem 1.25rem; padding: 0; margin: 0; list-style: none; font-size: .95rem }
.legend i { display: inline-block; width: .8rem; height: .8rem; border-radius: .2rem; margin-right: .4rem }
table { border-collapse: collapse; width: 100%; font-size: .92rem } .scroll { overflow-x: auto }
th, td { text-align: left; padding: .45rem .6rem; border-bottom: 1px solid var(--line); vertical-align: top }
th { background: var(--band); font-weight: 600 } td.n, th.n { text-align: right; font-variant-numeric: tabular-nums }
code { font: .85em ui-monospace, monospace; overflow-wrap: anywhere }
.changed { border-left: .3rem solid var(--bad); padding-left: .8rem; font-weight: 600 }
@media print { main { max-width: none; padding: 0 } tr { break-inside: avoid } }
`

const parts = ['sent', 'held', 'deferred', 'failed', 'waiting'] as const

/** A campaign's report as one HTML file: no script, nothing fetched, every text escaped. */
export function printPage(report: CampaignReport): string {
  const { summary } = report
  const filled = parts.filter((part) => summary[part] > 0)
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${html(report.campaign)} – Sealpost report</title>
<style>${style}</style>
</head>
<body><main>
<h1>Campaign ${html(report.campaign)}</h1>
<p class="soft">Subject: ${html(report.subject)}<br>From ${html(report.from)}, started ${html(readableTime(report.startedAt))}</p>
<div class="bar" role="img" aria-label="${html(filled.map((part) => `${summary[part]} ${part}`).join(', '))}">${filled.map((part) => `<span class="${part}" style="flex:${summary[part]}"></span>`).join('')}</div>
<ul class="legend">${filled.map((part) => `<li><i class="${part}"></i>${printNumber(summary[part])} ${part} (${printShare(summary[part], summary.total)})</li>`).join('')}</ul>
${summarize(report)
  .map((line) => `<p>${html(line)}</p>`)
  .join('\n')}

<h2>What was demanded</h2>
<p>Level <strong>${html(report.level)}</strong>: ${html(levelWords[report.level] ?? '')}.</p>

<h2>What was seen</h2>
<div class="scroll"><table>
<tr><th>Encryption of the messages sent</th><th class="n">Messages</th></tr>
${report.tls.map((line) => `<tr><td>${html(line.tls)}</td><td class="n">${printNumber(line.count)}</td></tr>`).join('\n')}
</table></div>

<h2>By destination</h2>
<div class="scroll"><table>
<tr><th>Domain</th><th class="n">Total</th><th class="n">Sent</th><th class="n">Held</th><th class="n">Deferred</th><th class="n">Failed</th><th class="n">Waiting</th><th>Verdict</th><th>Why</th></tr>
${report.domains.map(printDomain).join('\n')}
</table></div>

<h2>Evidence</h2>
${explainEvidence(report)
  .map((line) => `<p${report.evidence.status === 'changed' ? ' class="changed"' : ''}>${html(line)}</p>`)
  .join('\n')}
${report.evidence.key === null ? '' : `<p>Signing key (SHA-256) <code>${html(report.evidence.key)}</code></p><p>Head of the log (SHA-256) <code>${html(report.evidence.head ?? '')}</code></p>`}
<p class="soft">Check it yourself: <code>sealpost verify FOLDER --key public.pem</code></p>
<p class="soft">Written ${html(readableTime(report.writtenAt))} by ${html(report.software)}.</p>
</main></body>
</html>
`
}

function printDomain(line: DomainLine): string {
  const numbers = [line.total, line.sent, line.held, line.deferred, line.failed, line.waiting]
    .map((value) => `<td class="n">${printNumber(value)}</td>`)
    .join('')
  const why = line.sent === line.total ? (line.tls ?? 'plaintext') : line.reason
  return `<tr><td>${html(line.domain)}</td>${numbers}<td>${html(line.verdict)}</td><td>${html(why)}</td></tr>`
}

function readableTime(iso: string): string {
  return `${iso.slice(0, 10)} ${iso.slice(11, 16)} UTC`
}
