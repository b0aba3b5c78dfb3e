import { type CheckResult, type HostResult, type Finding, severities } from '../../check/index.ts'
import type { NotTested } from './facts.ts'

/** One finding, and the hosts that it was made on; none where it is on the domain. */
export interface GatheredFinding {
  readonly finding: Finding
  readonly hosts: readonly HostResult[]
}

/** Findings of the target and of its hosts, gravest first; the same at several hosts is told once. */
export function gatherFindings(result: CheckResult): readonly GatheredFinding[] {
  const all = [
    ...result.findings.map((finding) => ({ finding, host: undefined })),
    ...result.hosts.flatMap((host) => host.findings.map((finding) => ({ finding, host }))),
  ]
  return Map.groupBy(all, ({ finding }) => `${finding.rule} ${finding.evidence}`)
    .values()
    .flatMap((same) => (same[0] ? [{ finding: same[0].finding, hosts: same.flatMap(({ host }) => host ?? []) }] : []))
    .toArray()
    .toSorted((a, b) => severities.indexOf(b.finding.severity) - severities.indexOf(a.finding.severity))
}

/** What was not tested, the same at several hosts once. */
export function gatherNotTested(hosts: readonly HostResult[]): readonly (NotTested & { readonly count: number })[] {
  return Map.groupBy(
    hosts.flatMap((host) => host.notTested),
    ({ rule, why }) => `${rule} ${why}`,
  )
    .values()
    .flatMap((same) => (same[0] ? [{ ...same[0], count: same.length }] : []))
    .toArray()
}
