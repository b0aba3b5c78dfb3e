import type { CheckResult, HostResult, Finding } from '../../check/index.ts'
import { csv } from '../../escape.ts'
import { undouble } from '../undouble.ts'

const columns = [
  'target',
  'domain',
  'mx',
  'address',
  'port',
  'protocol',
  'verdict',
  'grade',
  'rule',
  'severity',
  'title',
  'evidence',
  'what to do',
  'DANE',
  'MTA-STS',
]

export const checkCsvHead = printRow(columns)

/**
 * A result as rows of CSV: one a finding of a host or of the target, one a weakness that was not tested, and one for
 * each host that has neither, so that none is missing.
 */
export function printCsv(result: CheckResult): string {
  const target = result.findings.map(findingCells)
  // A target without hosts, such as a domain that takes no mail, has a row all the same.
  if (result.hosts.length === 0 && target.length === 0) target.push(noCells)
  const sts = result.mtaSts ? nameSts(result.mtaSts) : ''
  return [
    ...target.map((cells) =>
      printRow([result.target, result.domain, '', '', '', '', result.verdict, result.grade, ...cells, '', sts]),
    ),
    ...result.hosts.flatMap((host) => hostRows(result, host)),
  ].join('')
}

function hostRows(result: CheckResult, host: HostResult): string[] {
  const { mx, address, port, protocol, verdict, grade } = host
  const published = [host.dane ? (host.dane.match ?? host.dane.kind) : '', result.mtaSts ? nameSts(result.mtaSts) : '']
  const cells = [
    ...host.findings.map(findingCells),
    ...host.notTested.map(({ rule, title, why }) => [rule, 'not tested', title, why, '']),
  ]
  return (cells.length === 0 ? [noCells] : cells).map((row) =>
    printRow([result.target, result.domain, mx, address, port, protocol, verdict, grade, ...row, ...published]),
  )
}

const noCells = ['', '', '', '', '']

function findingCells({ rule, severity, title, evidence, next }: Finding): string[] {
  return [rule, severity, title, evidence, next]
}

/** In a word: `enforce`, `testing`, or why there is none. */
function nameSts({ kind, cause, policy }: NonNullable<CheckResult['mtaSts']>): string {
  return policy?.mode ?? (cause === undefined || cause === 'no-record' ? kind : `${kind}: ${cause}`)
}

/** RFC 4180 2: cells in quotes, records end in CR LF. */
function printRow(cells: readonly (string | number | undefined)[]): string {
  return `${cells.map((cell) => undouble(csv(String(cell ?? '')))).join(',')}\r\n`
}
