import { html } from '../escape.ts'
import { printComplianceRows } from './compliance.ts'
import { type Preflight, describeForeseen, describeSecondHop } from './preflight.ts'
import { printBar, printSheet } from './sheet.ts'
import { printNumber, printShare } from './table.ts'

const style = `
.send { background: var(--good) } .hold { background: var(--held) } .fail { background: var(--bad) } .later { background: var(--wait) }
.tag { border-radius: .3rem; padding: .05rem .45rem; color: #fff; white-space: nowrap } .tag.failed { background: var(--bad) } .tag.held { background: var(--held) } .tag.waiting { background: var(--wait) } .tag.sent { background: var(--good) }
`

const tones = ['send', 'hold', 'later', 'fail'] as const

/** Destinations that a page shows; JSON has them all. */
const most = 500

/** Pre-flights as one HTML file: no script, nothing fetched, every text escaped. */
export function printPreflightPage(preflights: readonly Preflight[]): string {
  const body = preflights.map(printOne).join('\n')
  return printSheet({ title: `${preflights.map(({ campaign }) => campaign).join(', ')} – Sealpost pre-flight`, style, body })
}

function printOne(preflight: Preflight): string {
  const { list, summary, compliance, destinations } = preflight
  const bar = printBar(
    tones.map((tone) => ({ tone, label: tone, value: summary[tone] })),
    ({ label, value }) => `${printNumber(value)} ${label} (${printShare(value, list.recipients)})`,
  )
  const rows = destinations
    .slice(0, most)
    .map(
      (line) =>
        `<tr><td>${html(line.domain)}</td><td class="n">${printNumber(line.recipients)}</td><td>${html(line.verdict)}</td><td>${html(line.decision)}</td><td>${html(line.words)}</td></tr>`,
    )
  return `<h1>Pre-flight of ${html(preflight.campaign)}: ${html(preflight.verdict)}</h1>
<p class="soft">Level ${html(preflight.level)}${preflight.relay === undefined ? '' : `, by way of ${html(preflight.relay)}`}. Nothing was sent. ${printNumber(list.recipients)} recipients${list.part === null ? '' : ` (of the list: ${html(list.part)})`}, ${printNumber(list.duplicates)} duplicates, ${printNumber(list.invalid)} invalid rows.</p>
${describeSecondHop(preflight)
  .map((line) => `<p>${html(line)}</p>`)
  .join('\n')}
${bar}
${describeForeseen(preflight)
  .map((line) => `<p>${html(line)}</p>`)
  .join('\n')}
<h2>What receivers and laws ask</h2>
${compliance.softened === undefined ? '' : `<p>Nothing of it stops the campaign: ${html(compliance.softened)}.</p>`}
${printComplianceRows(compliance)}
<p class="soft">${printNumber(compliance.kept.length)} rules are kept.</p>
<h2>Destinations</h2>
<div class="scroll"><table>
<tr><th>Domain</th><th class="n">Recipients</th><th>Verdict</th><th>Would</th><th>Why</th></tr>
${rows.join('\n')}
</table></div>
${destinations.length > most ? `<p class="soft">… and ${printNumber(destinations.length - most)} more.</p>` : ''}`
}
