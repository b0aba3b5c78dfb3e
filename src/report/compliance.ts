import type { Compliance, ComplianceFinding } from '../compliance/index.ts'
import { html } from '../escape.ts'
import { printCount } from './table.ts'
import { wrap } from './wrap.ts'

const headings = [
  ['error', 'To be mended before sending'],
  ['warning', 'Warnings'],
  ['untested', 'Could not be tested'],
  ['info', 'Worth knowing'],
] as const

/** What the rules say of a campaign, for a terminal. */
export function printCompliance(compliance: Compliance, width = 100): string {
  const lines = [
    `Compliance: ${compliance.verdict}. ${printCount(compliance.kept.length, 'rule')} kept, ${printCount(compliance.findings.length, 'finding')}.`,
  ]
  if (compliance.softened !== undefined)
    lines.push(...wrap('', `Nothing of it stops the campaign: ${compliance.softened}.`, 2, width))
  for (const [severity, heading] of headings) {
    const some = compliance.findings.filter((finding) => finding.severity === severity)
    if (some.length > 0) lines.push('', `${heading}:`, ...some.flatMap((finding) => printFinding(finding, width)))
  }
  return `${lines.join('\n')}\n`
}

function printFinding({ rule, title, evidence, next, severity }: ComplianceFinding, width: number): string[] {
  // A rule that could not be tested must not read as if it were broken.
  if (severity === 'untested') return wrap('  - ', `${rule}: ${evidence}`, 4, width)
  return [...wrap('  - ', `${title} (${evidence}) [${rule}]`, 4, width), ...wrap('    ', next, 4, width)]
}

/** The same as rows of a page, every text escaped. */
export function printComplianceRows({ findings }: Compliance): string {
  const tones = { error: 'failed', warning: 'held', untested: 'waiting', info: 'sent' } as const
  const rows = findings.map(
    ({ rule, severity, title, evidence, why, next, sources }) =>
      `<tr><td><span class="tag ${tones[severity]}">${severity === 'untested' ? 'not tested' : severity}</span></td><td>${html(title)}<br><span class="soft">${html(evidence)}</span></td><td>${html(why)}</td><td>${html(next)}</td><td><code>${html(rule)}</code><br>${sources.map(({ title, url }) => `<a href="${html(url)}">${html(title)}</a>`).join('<br>')}</td></tr>`,
  )
  return `<div class="scroll"><table>\n<tr><th></th><th>What is so</th><th>Why it matters</th><th>What to do</th><th>Rule, source</th></tr>\n${rows.join('\n')}\n</table></div>`
}
