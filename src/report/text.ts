import { visible } from '../escape.ts'
import type { CampaignReport } from './campaign.ts'
import { printCount, printNumber, printTable } from './table.ts'
import { explainEvidence, levelWords, summarize } from './words.ts'

/** Domains listed in text; JSON has all. */
const maxDomains = 40

/** A campaign's report for a terminal of `width` characters. */
export function printReport(report: CampaignReport, width?: number): string {
  const { list } = report
  const shown = report.domains.slice(0, maxDomains)
  const dropped = [
    list.duplicates > 0 ? printCount(list.duplicates, 'duplicate') : '',
    list.suppressed > 0 ? `${printNumber(list.suppressed)} suppressed` : '',
    list.invalid > 0 ? printCount(list.invalid, 'invalid row') : '',
  ].filter(Boolean)
  /** Few campaigns need the column. */
  const out = report.summary.dropped + report.summary.exported + report.summary.suppressed > 0
  const parts = [
    `Campaign ${visible(report.campaign)}: ${visible(report.subject)}`,
    `from ${visible(report.from)}, started ${report.startedAt}`,
    `level ${report.level}: ${levelWords[report.level] ?? ''}`,
    `list: ${printCount(list.accepted, 'recipient')}${dropped.length > 0 ? `, left out: ${dropped.join(', ')}` : ''}`,
    '',
    ...summarize(report),
    '',
    printTable(
      ['domain', 'total', 'sent', 'held', 'deferred', 'failed', ...(out ? ['taken out'] : []), 'waiting', 'verdict', 'why'],
      shown.map((line) => [
        visible(line.domain),
        line.total,
        line.sent,
        line.held,
        line.deferred,
        line.failed,
        ...(out ? [line.dropped + line.exported + line.suppressed] : []),
        line.waiting,
        line.verdict,
        visible(line.sent === line.total ? (line.tls ?? 'plaintext') : line.reason),
      ]),
      width,
    ),
  ]
  if (report.domains.length > shown.length)
    parts.push(`… and ${printNumber(report.domains.length - shown.length)} more domains: --json has them all`)
  parts.push('', ...explainEvidence(report))
  if (report.evidence.key !== null)
    parts.push(
      `Signing key (SHA-256): ${report.evidence.key}`,
      `Root of the log (SHA-256): ${report.evidence.entries}:${report.evidence.root ?? ''}`,
    )
  return `${parts.join('\n')}\n`
}
