import { html } from '../escape.ts'
import type { CampaignReport, DomainLine } from './campaign.ts'
import { printBar, printSheet, readableTime } from './sheet.ts'
import { printNumber, printShare } from './table.ts'
import { explainEvidence, levelWords, summarize } from './words.ts'

const style = `
.sent { background: var(--good) } .held { background: var(--held) } .failed { background: var(--bad) } .deferred, .waiting, .dropped, .exported, .suppressed { background: var(--wait) }
.changed { border-left: .3rem solid var(--bad); padding-left: .8rem; font-weight: 600 }
`

const parts = ['sent', 'held', 'deferred', 'failed', 'dropped', 'exported', 'suppressed', 'waiting'] as const

/** A campaign's report as one HTML file: no script, nothing fetched, every text escaped. */
export function printPage(report: CampaignReport): string {
  const { summary } = report
  /** Few campaigns need the column. */
  const out = summary.dropped + summary.exported + summary.suppressed > 0
  const bar = printBar(
    parts.map((part) => ({ tone: part, label: part, value: summary[part] })),
    ({ label, value }) => `${printNumber(value)} ${label} (${printShare(value, summary.total)})`,
  )
  const body = `<h1>Campaign ${html(report.campaign)}</h1>
<p class="soft">Subject: ${html(report.subject)}<br>From ${html(report.from)}, started ${html(readableTime(report.startedAt))}</p>
${bar}
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
<tr><th>Domain</th><th class="n">Total</th><th class="n">Sent</th><th class="n">Held</th><th class="n">Deferred</th><th class="n">Failed</th>${out ? '<th class="n">Taken out</th>' : ''}<th class="n">Waiting</th><th>Verdict</th><th>Why</th></tr>
${report.domains.map((line) => printDomain(line, out)).join('\n')}
</table></div>

<h2>Evidence</h2>
${explainEvidence(report)
  .map((line) => `<p${report.evidence.status === 'changed' ? ' class="changed"' : ''}>${html(line)}</p>`)
  .join('\n')}
${report.evidence.key === null ? '' : `<p>Signing key (SHA-256) <code>${html(report.evidence.key)}</code></p><p>Root of the log (SHA-256) <code>${report.evidence.entries}:${html(report.evidence.root ?? '')}</code></p>`}
<p class="soft">Check it yourself: <code>sealpost verify FOLDER --key KEY</code></p>
<p class="soft">Written ${html(readableTime(report.writtenAt))} by ${html(report.software)}.</p>`
  return printSheet({ title: `${report.campaign} – Sealpost report`, style, body })
}

function printDomain(line: DomainLine, out: boolean): string {
  const takenOut = out ? [line.dropped + line.exported + line.suppressed] : []
  const numbers = [line.total, line.sent, line.held, line.deferred, line.failed, ...takenOut, line.waiting]
    .map((value) => `<td class="n">${printNumber(value)}</td>`)
    .join('')
  const why = line.sent === line.total ? (line.tls ?? 'plaintext') : line.reason
  return `<tr><td>${html(line.domain)}</td>${numbers}<td>${html(line.verdict)}</td><td>${html(why)}</td></tr>`
}
