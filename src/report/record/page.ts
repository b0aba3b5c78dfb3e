import { html } from '../../escape.ts'
import { describeCause } from '../../policy/index.ts'
import { printBar, printSheet, readableTime } from '../sheet.ts'
import { printNumber, printShare } from '../table.ts'
import type { SentRecord } from './document.ts'
import { plotTimeline } from './plot.ts'
import { describeAct, describeLog, provesWords, summarizeRecord } from './words.ts'

const style = `
.authenticated { background: var(--good) } .valid { background: color-mix(in srgb, var(--good) 65%, var(--paper)) } .unauthenticated { background: var(--held) } .plaintext { background: var(--bad) } .unknown { background: var(--wait) }
svg { width: 100%; height: auto; margin: .6rem 0 } svg text { font: 12px system-ui, sans-serif; fill: var(--soft) } svg line { stroke: var(--soft) } svg .grid { stroke: var(--line) }
svg .encrypted { fill: var(--good) } svg .plain { fill: var(--bad) } svg .unknown { fill: var(--wait) }
td.share { white-space: nowrap }
.share i { display: inline-block; height: .7rem; background: var(--good); border-radius: .15rem; margin-right: .5rem; vertical-align: baseline; print-color-adjust: exact }
.pairs { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(24rem, 100%), 1fr)); gap: 0 2rem }
.changed { border-left: .3rem solid var(--bad); padding-left: .8rem; font-weight: 600 }
.open { color: var(--held) }
@media print { h2 { break-after: avoid } svg rect { print-color-adjust: exact } }
`

const verdicts = ['authenticated', 'valid', 'unauthenticated', 'plaintext'] as const

/** A record as one HTML file, for screen and paper: no script, nothing fetched, every text escaped. */
export function printRecordPage(record: SentRecord): string {
  const { by, delivered, period, campaigns, held, below, weakest, acts, processing, evidence } = record
  const known = verdicts.map((verdict) => ({
    tone: verdict as string,
    label: verdict as string,
    value: by.verdict.find(({ name }) => name === verdict)?.messages ?? 0,
  }))
  const rest = delivered.messages - known.reduce((all, { value }) => all + value, 0)
  const bar =
    delivered.messages === 0
      ? ''
      : printBar(
          [...known, { tone: 'unknown', label: 'not known', value: rest }],
          ({ label, value }) => `${printNumber(value)} ${label} (${printShare(value, delivered.messages)})`,
        )
  const time = period.first === null ? '' : `${readableTime(period.first)} to ${readableTime(period.last ?? period.first)}`
  const paragraphs = (lines: readonly string[], kind = ''): string =>
    lines.map((line) => `<p${kind === '' ? '' : ` class="${kind}"`}>${html(line)}</p>`).join('\n')
  const body = `<h1>What was sent, and how it travelled</h1>
<p class="soft">${html([time, ...campaigns.map(({ name }) => name)].filter(Boolean).join(' · '))}</p>
${bar}
${paragraphs(summarizeRecord(record))}
${plotTimeline(record.timeline)}
${table(
  'Campaigns',
  ['Campaign', 'Level', '#Recipients', '#Delivered', '#Not sent yet'],
  campaigns.map((one) => [one.name, one.level, one.recipients, one.delivered, one.waiting]),
)}
<div class="pairs">
${shares('By verdict on the server that took them', 'Verdict', by.verdict)}
${shares('By level that was demanded', 'Level', by.level)}
${shares('By version of TLS', 'Version', by.tls)}
${shares('By cipher', 'Cipher suite', by.cipher)}
${shares('By key exchange', 'Group', by.group)}
${shares('By provider', 'Provider', by.provider)}
</div>
${table(
  'Weakest hops that were delivered over',
  ['Host', 'Provider', 'Verdict', 'TLS', '#Messages', 'Why'],
  weakest.map((one) => [one.host, one.provider ?? '', one.verdict, one.tls ?? 'none', one.messages, describeCause(one.cause)]),
)}
${table(
  'Held now, and why',
  ['Campaign', '#Messages', '#Domains', 'Verdict', 'Why'],
  held.map((one) => [one.campaign, one.messages, one.domains, one.verdict, one.reason]),
)}
${table(
  'Connections over which nothing was handed over',
  ['Verdict', '#Connections', '#Hosts', 'Why'],
  below.map((one) => [one.verdict, one.sessions, one.hosts, describeCause(one.cause)]),
)}
${table(
  'What people and the program did',
  ['Time', 'What'],
  acts.map((act) => [readableTime(act.time), describeAct(act)]),
)}

<h2>For the record of processing activities</h2>
<p class="soft">After Regulation (EU) 2016/679, articles 30 and 32, as far as it is known here.</p>
<div class="scroll"><table>
<tr><th>Article</th><th>What it asks</th><th>Answer</th></tr>
${processing.map(({ article, asks, answer }) => `<tr><td>${html(article)}</td><td>${html(asks)}</td><td>${answer === null ? '<span class="open">for the controller to say</span>' : html(answer)}</td></tr>`).join('\n')}
</table></div>

<h2>The log</h2>
${paragraphs(describeLog(record), evidence.status === 'changed' ? 'changed' : '')}
<h2>What this proves, and what not</h2>
${paragraphs(provesWords)}
<p class="soft">Check it yourself: <code>sealpost verify FOLDER --key KEY</code></p>
<p class="soft">Written ${html(readableTime(record.writtenAt))} by ${html(record.software)}.</p>`
  return printSheet({ title: 'What was sent, and how it travelled – Sealpost', style, body })
}

/** @param head a name that begins with # is of a column of numbers */
function table(title: string, head: readonly string[], rows: readonly (readonly (string | number)[])[]): string {
  if (rows.length === 0) return ''
  const cell = (value: string | number): string =>
    typeof value === 'number' ? `<td class="n">${printNumber(value)}</td>` : `<td>${html(value)}</td>`
  return `<h2>${html(title)}</h2>
<div class="scroll"><table>
<tr>${head.map((name) => (name.startsWith('#') ? `<th class="n">${html(name.slice(1))}</th>` : `<th>${html(name)}</th>`)).join('')}</tr>
${rows.map((row) => `<tr>${row.map(cell).join('')}</tr>`).join('\n')}
</table></div>`
}

function shares(title: string, name: string, rows: SentRecord['by']['tls']): string {
  if (rows.length === 0) return ''
  return `<section><h2>${html(title)}</h2>
<div class="scroll"><table>
<tr><th>${html(name)}</th><th class="n">Messages</th><th>Share</th></tr>
${rows.map((row) => `<tr><td>${html(row.name)}</td><td class="n">${printNumber(row.messages)}</td><td class="share"><i style="width:${(row.share * 3).toFixed(2)}rem"></i>${printShare(row.share * 1_000_000, 1_000_000)}</td></tr>`).join('\n')}
</table></div></section>`
}
