import { visible } from '../../escape.ts'
import type { ListDomainLine, ListReport, Standing } from './report.ts'
import { printCount, printNumber, printShare, printTable } from '../table.ts'

/** Lines of a table; JSON has all. */
const maxLines = 20

const sentences: Readonly<Record<Standing, string>> = {
  met: 'can be reached as demanded',
  below: 'below that, so their messages would be held',
  untested: 'could not be tested now, or not with all servers',
  'no-mail': 'the domain takes no mail',
  unknown: 'not looked at yet',
}

/** A list's report for a terminal of `width` characters. */
export function printListReport(report: ListReport, width?: number): string {
  const { list, summary } = report
  const problems = report.domains.filter(({ standing }) => standing !== 'met' && standing !== 'unknown')
  const lines = [
    `${visible(list.path)}, level ${report.level}${report.interrupted ? ': INTERRUPTED, so this is what was known by then' : ''}`,
    `list: ${printCount(list.recipients, 'recipient')} at ${printCount(list.domains, 'domain')}, ${printCount(list.invalid, 'invalid row')}`,
    describeEffort(report),
    '',
    ...(Object.keys(sentences) as Standing[])
      .filter((standing) => summary[standing].recipients > 0)
      .map(
        (standing) =>
          `${printNumber(summary[standing].recipients)} of ${printCount(list.recipients, 'recipient')} (${printShare(summary[standing].recipients, list.recipients)}), ${printNumber(summary[standing].domains)} of ${printCount(list.domains, 'domain')} (${printShare(summary[standing].domains, list.domains)}): ${sentences[standing]}`,
      ),
    '',
    printTable(
      ['verdict', 'recipients', 'share', 'domains', 'share'],
      report.verdicts.map((line) => [line.verdict, ...shares(line, list)]),
      width,
    ),
    '',
    printTable(
      ['grade', 'recipients', 'share', 'domains', 'share'],
      report.grades.map((line) => [line.grade, ...shares(line, list)]),
      width,
    ),
    '',
    printTable(
      ['recipients', 'domains', 'reached', 'below', 'untested', 'worst', 'provider'],
      report.providers
        .slice(0, maxLines)
        .map((line) => [
          line.recipients,
          line.domains,
          printShare(line.met, line.recipients),
          printShare(line.below, line.recipients),
          printShare(line.untested, line.recipients),
          line.grade,
          line.name,
        ]),
      width,
    ),
    ...more(report.providers.length, 'provider'),
  ]
  if (problems.length > 0) {
    lines.push(
      '',
      printTable(
        ['domain', 'recipients', 'grade', 'verdict', 'checked', 'why'],
        problems
          .slice(0, maxLines)
          .map((line) => [
            visible(line.domain, 60),
            line.recipients,
            line.grade,
            line.verdict ?? '–',
            printAge(line.ageSeconds ?? 0),
            describeWhy(line),
          ]),
        width,
      ),
      ...more(problems.length, 'such domain'),
    )
  }
  lines.push('', 'What to do', ...report.advice.map((sentence) => `- ${sentence}`))
  return `${lines.join('\n')}\n`
}

function shares(
  line: { readonly recipients: number; readonly domains: number },
  all: { readonly recipients: number; readonly domains: number },
): (string | number)[] {
  return [line.recipients, printShare(line.recipients, all.recipients), line.domains, printShare(line.domains, all.domains)]
}

function more(length: number, one: string): string[] {
  return length > maxLines ? [`… and ${printCount(length - maxLines, `more ${one}`)}: --json has them all`] : []
}

function describeWhy(line: ListDomainLine): string {
  const quote = line.quote === null ? '' : ` "${visible(line.quote, 80)}"`
  const shared = line.sharedBy > 1 ? ` (as ${printCount(line.sharedBy - 1, 'more domain')} there)` : ''
  return `${visible(line.words)}${quote}${shared}`
}

/** How many hosts the answers rest on, and how old these are. */
function describeEffort({ sets }: ListReport): string {
  const hosts = (lines: ListReport['sets']): number => new Set(lines.flatMap(({ mx }) => mx.flat())).size
  const recalled = sets.filter((set) => set.recalled)
  const oldest = recalled.reduce((most, { ageSeconds }) => Math.max(most, ageSeconds), 0)
  const earlier =
    recalled.length > 0
      ? `, ${printNumber(hosts(recalled))} of them by an earlier run (the oldest answer is from ${printAge(oldest)})`
      : ''
  return `${printCount(hosts(sets), 'mail server')} looked at${earlier}`
}

function printAge(seconds: number): string {
  if (seconds < 60) return 'just now'
  if (seconds < 3_600) return `${Math.floor(seconds / 60)} min ago`
  if (seconds < 172_800) return `${Math.floor(seconds / 3_600)} h ago`
  return `${Math.floor(seconds / 86_400)} days ago`
}
