/** What `sealpost check --json` says of one server, as far as the tests read it. */
import type { Outcome } from './command.ts'
import type { Lab } from './lab.ts'
import { readJson, runSealpost, type Workplace } from './sealpost.ts'

interface CheckDocument {
  readonly results: readonly {
    readonly target: string
    readonly verdict: string
    readonly hosts: readonly ExaminedHost[]
  }[]
}

export interface ExaminedHost {
  readonly address: string
  readonly port: number
  readonly protocol: string
  readonly security: 'starttls' | 'implicit'
  readonly verdict: string
  readonly words: string
  readonly findings: readonly { readonly rule: string; readonly severity: string; readonly evidence: string }[]
  readonly notTested: readonly { readonly rule: string; readonly why: string }[]
  readonly passed: readonly string[]
  readonly connections: { readonly survey: number; readonly probes: number }
  readonly tls?: { readonly version: string; readonly cipher: string; readonly chain: Chain }
  readonly survey?: Survey
}

/** Leaf first. */
export type Chain = readonly { readonly sha256: string }[]

/** Identifiers are IANA's, `0xc02c`. */
export interface Survey {
  readonly versions: readonly { readonly version: string; readonly accepted?: boolean | null }[]
  readonly suites: readonly {
    readonly version: string
    readonly order: 'server' | 'client' | 'unknown'
    readonly suites: readonly { readonly id: string; readonly name?: string }[]
    readonly complete: boolean
  }[]
  readonly groups: readonly { readonly version: string; readonly groups: readonly { readonly id: string }[] }[]
  readonly certificates: readonly { readonly chain: Chain }[]
}

export interface Examination {
  readonly outcome: Outcome
  readonly host: ExaminedHost
}

/** Examines one target that has one host with one address. */
export async function examineTarget(
  lab: Lab,
  { settings }: Workplace,
  target: string,
  ...options: string[]
): Promise<Examination> {
  const outcome = await runSealpost(lab, 'check', target, '--settings', settings, '--json', ...options)
  const hosts = (readJson(outcome) as CheckDocument).results.flatMap((result) => result.hosts)
  const [host] = hosts
  if (!host || hosts.length > 1) throw new Error(`${target} has ${hosts.length} hosts: ${outcome.stdout}`)
  return { outcome, host }
}

export function listRules(host: ExaminedHost, ...severities: readonly string[]): string[] {
  return host.findings.filter(({ severity }) => severities.includes(severity)).map(({ rule }) => rule)
}
