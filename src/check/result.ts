import type { Judgement, Verdict } from '../policy/index.ts'
import type { TranscriptLine } from '../starttls/index.ts'
import type { TlsFacts } from '../tls/index.ts'
import type { Finding, HostObservation } from './finding.ts'
import type { Grade } from './grade.ts'

/** What is said of one address of one host. */
export interface HostResult {
  readonly mx: string
  readonly preference: number | undefined
  /** Undefined where the host has none, or was not tried. */
  readonly address: string | undefined
  readonly port: number
  readonly verdict: Verdict
  readonly cause: string
  readonly words: string
  readonly quote: string | undefined
  readonly grade: Grade
  readonly findings: readonly Finding[]
  readonly tls: TlsFacts | undefined
  /** All connections made, in order. */
  readonly transcripts: readonly (readonly TranscriptLine[])[]
}

/** What is said of one target. */
export interface CheckResult {
  readonly target: string
  readonly domain: string | undefined
  /** The worst of the hosts that could be tested. */
  readonly verdict: Verdict
  readonly cause: string
  readonly words: string
  readonly quote: string | undefined
  /** The best of them: a sender that chooses well gets this. */
  readonly best: Verdict | undefined
  readonly grade: Grade
  /** On the domain as a whole. */
  readonly findings: readonly Finding[]
  readonly hosts: readonly HostResult[]
  /** ISO 8601. */
  readonly checkedAt: string
}

/** Best first, for what can carry mail; the rest says nothing about encryption. */
const reached: readonly Verdict[] = ['authenticated', 'valid', 'unauthenticated', 'broken', 'plaintext']
/** Which of the others is told first: what will pass, before what will not. */
const untested: readonly Verdict[] = ['temporary', 'refused', 'not-tested', 'unreachable', 'no-mail']

/** The verdict on a domain with several hosts: the worst of what can be reached, since mail may go to any (cases.md 63). */
export function combine(hosts: readonly Judgement[]): { readonly judgement: Judgement; readonly best: Verdict | undefined } {
  const seen = reached.filter((verdict) => hosts.some((host) => host.verdict === verdict))
  const worst = seen.at(-1) ?? untested.find((verdict) => hosts.some((host) => host.verdict === verdict))
  const judgement = hosts.find((host) => host.verdict === worst)
  return { judgement: judgement ?? { verdict: 'not-tested', cause: 'no-host', words: 'no host could be tried' }, best: seen[0] }
}

/** All connections of an observation, in order. */
export function transcriptsOf(seen: HostObservation): readonly (readonly TranscriptLine[])[] {
  return [...seen.hops, ...(seen.withoutSni ? [seen.withoutSni] : [])].map((hop) => hop.record.transcript)
}
