import { visible } from '../../escape.ts'
import { printCount } from '../table.ts'
import { printDepth } from './depth.ts'
import type { CheckResult, HostResult } from '../../check/index.ts'
import { type GatheredFinding, gatherFindings, gatherNotTested } from './gather.ts'
import { listPolicies } from './policyLines.ts'
import { nameProviders } from './provider.ts'
import { undouble } from '../undouble.ts'
import { meaningOf } from './verdict.ts'
import { wrap } from '../wrap.ts'

/** How a check's result looks on a terminal. */
export interface CheckPrintOptions {
  /** The dialogue itself. */
  readonly verbose: boolean
  readonly colour: boolean
  /** Tables of versions, suites, groups and certificates, where they were asked for. */
  readonly deep?: boolean
  /** Characters of a line; 80 where nothing is said. */
  readonly width?: number
}

/** Longer lines are hard to read, however wide the terminal is. */
const maxWidth = 100

const colours: Readonly<Record<string, number>> = {
  A: 32,
  B: 32,
  C: 33,
  D: 33,
  F: 31,
  '–': 90,
  high: 31,
  medium: 33,
  low: 36,
  info: 90,
}

type Paint = (key: string, text: string) => string

/** One target: verdict, grade, hosts, findings and what to do; the dialogue itself where it is asked for. */
export function printCheck(result: CheckResult, options: CheckPrintOptions): string {
  const paint: Paint = (key, text) => (options.colour ? `\u001b[${colours[key] ?? 0}m${text}\u001b[0m` : text)
  const width = Math.min(options.width ?? 80, maxWidth)
  const { hosts } = result
  const lines = paintFirst(
    paint,
    result.grade,
    `[${result.grade}]`,
    wrap(
      `[${result.grade}] `,
      `${visible(result.target)}: ${result.verdict}. ${undouble(visible(sentence(result.words)))}`,
      4,
      width,
    ),
  )
  if (result.quote !== undefined) lines.push(`    "${visible(result.quote, 200)}"`)
  lines.push(...wrap('    ', meaningOf(result), 4, width))
  if (result.best !== undefined && result.best !== result.verdict)
    lines.push(`    Its best server is ${result.best}; mail may go to any of them.`)
  const providers = nameProviders(result)
  if (providers !== undefined) lines.push(...wrap('    ', `Provider: ${undouble(visible(providers))}.`, 8, width))
  if (hosts.length > 1 || result.domain !== undefined)
    for (const host of hosts) lines.push(...wrap('    ', printHost(host), 8, width))
  for (const [head, line] of listPolicies(result)) lines.push(...wrap('    ', `${head}: ${undouble(visible(line))}`, 8, width))
  for (const finding of gatherFindings(result)) lines.push(...printFinding(finding, paint, width))
  lines.push(...printNotTested(hosts, width))
  for (const { mx, stopped } of hosts)
    if (stopped !== undefined)
      lines.push(...wrap('  ', `not everything was asked of ${visible(mx)}: ${undouble(visible(stopped))}`, 4, width))
  if (options.deep) for (const host of hosts) lines.push(...printDepth(host, width))
  if (options.verbose) for (const host of hosts) lines.push(...printTranscripts(host))
  return `${lines.join('\n')}\n`
}

function printHost(host: HostResult): string {
  const protocol = host.protocol === 'smtp' ? '' : ` (${host.protocol})`
  const where = host.address === undefined ? '' : ` ${host.address} port ${host.port}${protocol}`
  const tls = host.tls ? `, ${host.tls.version} ${host.tls.cipher}` : ''
  const preference = host.preference === undefined ? '' : `MX ${host.preference} `
  return visible(`${preference}${host.mx}${where}: ${host.verdict}${tls}`)
}

function printFinding({ finding, hosts }: GatheredFinding, paint: Paint, width: number): string[] {
  const severity = finding.severity.padEnd(6)
  const title = `${finding.title}${hosts.length > 1 ? ` (${hosts.length} addresses)` : ''}`
  const tell = (head: string, text: string): string[] => wrap(`         ${head}: `, undouble(visible(text, 2000)), 11, width)
  return [
    ...paintFirst(paint, finding.severity, severity, wrap(`  ${severity} `, undouble(visible(title)), 9, width)),
    ...tell('seen', finding.evidence),
    ...(finding.bytes === undefined ? [] : tell('octets', shorten(finding.bytes))),
    ...tell('why it matters', finding.why),
    ...tell('what to do', finding.next),
  ]
}

/** By reason: people want to know why, and look the rules up where they want more (docs/findings.md). */
function printNotTested(hosts: readonly HostResult[], width: number): string[] {
  const all = gatherNotTested(hosts)
  if (all.length === 0) return []
  const lines = [...Map.groupBy(all, ({ why }) => why)].flatMap(([why, same]) =>
    wrap(
      '    ',
      undouble(
        visible(`${why}: ${same.map(({ rule, count }) => `${rule}${count > 1 ? ` (${count} addresses)` : ''}`).join(', ')}`),
      ),
      6,
      width,
    ),
  )
  return [`  not tested, so neither safe nor unsafe: ${printCount(all.length, 'weakness', 'weaknesses')}`, ...lines]
}

function printTranscripts(host: HostResult): string[] {
  const mark = { client: '>', server: '<', note: '*' } as const
  return host.transcripts.flatMap((transcript, index) => [
    `  connection ${index + 1} to ${visible(host.mx)}`,
    ...transcript.map((line) => `    ${(line.at / 1000).toFixed(3).padStart(8)} ${mark[line.from]} ${visible(line.text)}`),
  ])
}

/** Colours the mark that the first line holds; lines are measured before, as colours take no room. */
function paintFirst(paint: Paint, key: string, mark: string, [first = '', ...rest]: readonly string[]): string[] {
  return [first.replace(mark, () => paint(key, mark)), ...rest]
}

function sentence(words: string): string {
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}.`
}

/** The whole of it is in JSON. */
const maxHex = 96

function shorten(hex: string): string {
  return hex.length > maxHex ? `${hex.slice(0, maxHex)}… (${hex.length / 2} octets)` : hex
}
