import { html } from '../../escape.ts'
import { type Part, printBar, printSheet, readableTime } from '../sheet.ts'
import { printCount, printNumber } from '../table.ts'
import { levelWords } from '../words.ts'
import type { CheckResult } from '../../check/index.ts'
import { type GatheredFinding, gatherFindings, gatherNotTested } from './gather.ts'
import { printHostPart } from './hostPart.ts'
import { writeLetter } from './letter.ts'
import { pageStyle } from './pageStyle.ts'
import { listPolicies } from './policyLines.ts'
import { nameProviders } from './provider.ts'
import { undouble } from '../undouble.ts'
import { labelOf, meaningOf, toneOf, tones } from './verdict.ts'

/** What a page says of the run as a whole. */
interface PageRun {
  readonly software: string
  readonly level: string
  /** ISO 8601. */
  readonly writtenAt: string
}

/** Results as one HTML file for people: the answer first, the reasons below it, what engineers ask for folded. */
export function printCheckPage(results: readonly CheckResult[], run: PageRun): string {
  const [only] = results.length === 1 ? results : []
  const body = `<h1>Can mail travel encrypted?</h1>
<p class="soft">Demanded: level ${html(run.level)}, ${html(levelWords[run.level] ?? '')}.</p>
${only ? '' : printOverview(results)}
${results.map(printTarget).join('\n')}
<p class="soft foot">Written ${html(readableTime(run.writtenAt))} by ${html(run.software)}. It says what was seen at that time, and not what a server does with mail afterwards.</p>`
  return printSheet({
    title: `${only ? only.target : printCount(results.length, 'target')} – Sealpost check`,
    style: pageStyle,
    body,
  })
}

function printOverview(results: readonly CheckResult[]): string {
  const parts = Object.entries(tones).map(([tone, label]): Part => ({
    tone,
    label,
    value: results.filter(({ grade }) => toneOf(grade) === tone).length,
  }))
  const rows = results.map(
    (result, index) =>
      `<tr><td>${printGrade(result.grade)}</td><td><a href="#target-${index + 1}">${html(result.target)}</a></td><td>${labelOf(result)}</td></tr>`,
  )
  return `${printBar(parts, ({ label, value }) => `${printNumber(value)} ${label}`)}
<div class="scroll"><table>
<tr><th>Grade</th><th>Target</th><th>In a word</th></tr>
${rows.join('\n')}
</table></div>`
}

function printTarget(result: CheckResult, index: number): string {
  const findings = gatherFindings(result)
  const grave = findings.filter(({ finding }) => finding.severity === 'high' || finding.severity === 'medium')
  const slight = findings.filter((gathered) => !grave.includes(gathered))
  const letter = writeLetter(result)
  const notTested = gatherNotTested(result.hosts).length
  const providers = nameProviders(result)
  return `<section id="target-${index + 1}">
<div class="head">${printGrade(result.grade)}<div><h2>${html(result.target)}</h2><p>${labelOf(result)}</p></div></div>
<p class="meaning">${meaningOf(result)}</p>
<p class="soft">Found: ${undouble(html(result.words))}.${result.quote === undefined ? '' : ` The server wrote: <q>${html(result.quote)}</q>`}</p>
${result.best === undefined || result.best === result.verdict ? '' : `<p>Its best server is ${result.best}. Mail may go to any of them, so the worst one counts.</p>`}
${providers === undefined ? '' : `<p class="soft">Provider: ${undouble(html(providers))}.</p>`}
${printPolicies(result)}
${grave.map(printFinding).join('\n')}
${slight.length === 0 ? '' : `<details><summary>${printCount(slight.length, 'smaller remark')}</summary>${slight.map(printFinding).join('\n')}</details>`}
${letter === undefined ? '' : `<details><summary>What to write to the provider</summary><p class="soft">A click marks it all, to be copied.</p><pre class="letter">${undouble(htmlLines(letter))}</pre></details>`}
${notTested === 0 ? '' : `<p>${printCount(notTested, 'weakness was', 'weaknesses were')} not tested, so neither safe nor unsafe: see the servers below.</p>`}
${result.hosts.length === 0 ? '' : `<h3>Mail servers</h3>${result.hosts.map(printHostPart).join('\n')}`}
</section>`
}

/** What it publishes, in short. */
function printPolicies(result: CheckResult): string {
  const lines = listPolicies(result)
  if (lines.length === 0) return ''
  return `<ul class="soft">${lines.map(([head, line]) => `<li>${head}: ${undouble(html(line))}</li>`).join('')}</ul>`
}

function printFinding({ finding, hosts }: GatheredFinding): string {
  const where = hosts.map(({ mx, address }) => `${mx}${address === undefined ? '' : ` ${address}`}`).join(', ')
  return `<article class="${finding.severity}">
<h3><span class="chip">${finding.severity}</span> ${undouble(html(finding.title))}</h3>
<p>${html(finding.why)}</p>
<p><strong>What to do:</strong> ${html(finding.next)}</p>
<p class="soft">Seen${where === '' ? '' : ` at ${html(where)}`}: <code>${undouble(html(finding.evidence))}</code>${finding.bytes === undefined ? '' : `<br>Octets: <code>${html(finding.bytes)}</code>`}</p>
</article>`
}

function printGrade(grade: CheckResult['grade']): string {
  return `<span class="grade ${toneOf(grade)}">${grade}</span>`
}

/** Several lines, each escaped, so that the line ends stay what they are. */
function htmlLines(text: string): string {
  return text.split('\n').map(html).join('\n')
}
