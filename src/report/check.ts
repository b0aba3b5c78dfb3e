import type { CheckResult, Finding, HostResult } from '../check/index.ts'
import { visible } from '../escape.ts'

/** How a check's result looks on a terminal. */
export interface CheckPrintOptions {
  readonly verbose: boolean
  readonly colour: boolean
}

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

/** One target: verdict, grade, hosts, findings and what to do; the dialogue itself where it is asked for. */
export function printCheck(result: CheckResult, options: CheckPrintOptions): string {
  const paint = (key: string, text: string): string => (options.colour ? `\u001b[${colours[key] ?? 0}m${text}\u001b[0m` : text)
  const lines = [
    `${paint(result.grade, `[${result.grade}]`)} ${visible(result.target)}: ${result.verdict}. ${sentence(result.words)}`,
  ]
  if (result.quote !== undefined) lines.push(`    "${visible(result.quote, 200)}"`)
  if (result.best !== undefined && result.best !== result.verdict)
    lines.push(`    Its best server is ${result.best}; mail may go to any of them.`)
  if (result.hosts.length > 1 || result.domain !== undefined)
    for (const host of result.hosts) lines.push(`    ${printHost(host)}`)
  for (const finding of collectFindings(result)) lines.push(...printFinding(finding, paint))
  if (options.verbose) for (const host of result.hosts) lines.push(...printTranscripts(host))
  return `${lines.join('\n')}\n`
}

function printHost(host: HostResult): string {
  const where = host.address === undefined ? '' : ` ${host.address} port ${host.port}`
  const tls = host.tls ? `, ${host.tls.version} ${host.tls.cipher}` : ''
  return `${host.preference === undefined ? '' : `MX ${host.preference} `}${visible(host.mx)}${where}: ${host.verdict}${tls}`
}

/** Findings of the domain and of its hosts; the same at several hosts is told once. */
function collectFindings(result: CheckResult): readonly { readonly finding: Finding; readonly hosts: readonly string[] }[] {
  const all = [
    ...result.findings.map((finding) => ({ finding, host: '' })),
    ...result.hosts.flatMap((host) =>
      host.findings.map((finding) => ({ finding, host: `${host.mx} ${host.address ?? ''}`.trim() })),
    ),
  ]
  const order = ['high', 'medium', 'low', 'info']
  return Map.groupBy(all, ({ finding }) => `${finding.rule} ${finding.evidence}`)
    .values()
    .flatMap((same) => (same[0] ? [{ finding: same[0].finding, hosts: same.map(({ host }) => host).filter(Boolean) }] : []))
    .toArray()
    .toSorted((a, b) => order.indexOf(a.finding.severity) - order.indexOf(b.finding.severity))
}

function printFinding(
  { finding, hosts }: { finding: Finding; hosts: readonly string[] },
  paint: (key: string, text: string) => string,
): string[] {
  return [
    `  ${paint(finding.severity, finding.severity.padEnd(6))} ${finding.title}${hosts.length > 1 ? ` (${hosts.length} addresses)` : ''}`,
    `         seen: ${finding.evidence}`,
    `         why it matters: ${finding.why}`,
    `         what to do: ${finding.next}`,
  ]
}

function printTranscripts(host: HostResult): string[] {
  const mark = { client: '>', server: '<', note: '*' } as const
  return host.transcripts.flatMap((transcript, index) => [
    `  connection ${index + 1} to ${visible(host.mx)}`,
    ...transcript.map((line) => `    ${(line.at / 1000).toFixed(3).padStart(8)} ${mark[line.from]} ${visible(line.text)}`),
  ])
}

function sentence(words: string): string {
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}.`
}
