import type { Judgement, NameSource } from '../policy/index.ts'
import type { Endpoint, HopEnd, HopRecord, Injection, MailProbe } from '../starttls/index.ts'
import type { Probed, TlsSurvey } from '../tls/index.ts'
import type { OtherCertificate } from './otherCertificate.ts'
import type { ProbeName } from './probe.ts'
import type { Resumption } from './resumption.ts'
import type { Service } from './target.ts'
import type { SeenConnection } from './visit.ts'

export const severities = ['info', 'low', 'medium', 'high'] as const

export type Severity = (typeof severities)[number]

/** One named judgement on what was seen. */
export interface Finding {
  readonly rule: string
  readonly severity: Severity
  /** What is so, in one sentence. */
  readonly title: string
  /** What was seen that says so; text of the server in it is escaped. */
  readonly evidence: string
  /** Octets that prove it, hex. */
  readonly bytes?: string
  /** Why it matters for a campaign. */
  readonly why: string
  /** What to do, or to tell the provider. */
  readonly next: string
}

/** A rule: everything of a finding but the evidence, and how to look for that. A file each in `rule/`. */
export interface Rule<Seen> {
  readonly id: string
  readonly severity: Severity
  readonly title: string
  readonly why: string
  readonly next: string
  readonly look: (seen: Seen) => Looked
}

/**
 * What a rule says of what was seen: the evidence where it holds, with the octets that prove it where there are any;
 * undefined where it does not, or has no place. A weakness that was looked for says `passed` where it is not there, and
 * `untested` where that could not be told: never the one for the other.
 */
export type Looked =
  | string
  | undefined
  | { readonly evidence: string; readonly bytes: string }
  | { readonly passed: true }
  | { readonly untested: string }

/** A weakness that could not be looked for. It is never shown as absent. */
export interface NotTested {
  readonly rule: string
  readonly title: string
  readonly why: string
}

/** What all rules together say. */
export interface RuleResults {
  readonly findings: readonly Finding[]
  readonly notTested: readonly NotTested[]
  /** Ids of rules on weaknesses that were looked for and are not there. */
  readonly passed: readonly string[]
}

/** One connection. */
export interface SeenHop {
  readonly record: HopRecord
  readonly end: HopEnd
}

/** What further connections to an address showed; undefined or absent what was not asked. */
export interface Examination {
  readonly survey: TlsSurvey | undefined
  readonly injection: Injection | undefined
  readonly mail: MailProbe | undefined
  readonly resumption: readonly Resumption[]
  readonly probes: Readonly<Partial<Record<ProbeName, Probed>>>
  /** The same handshake once more without SNI, where no hello could show the certificate. */
  readonly withoutSni: SeenHop | undefined
  /** Why the examination ended before all was asked; undefined where it did not. */
  readonly stopped: string | undefined
}

/** All that was seen of one address of one host. */
export interface HostObservation extends Examination {
  readonly endpoint: Endpoint
  readonly service: Service
  readonly source: NameSource
  /** Everything was to be listed and tried. */
  readonly deep: boolean
  /** Milliseconds since the epoch, when it was judged. */
  readonly now: number
  /** Connections in the order they were made, until a verdict stood; more than one where the server put us off. */
  readonly hops: readonly SeenHop[]
  /** The connection the verdict rests on: the last of `hops`. */
  readonly decisive: SeenHop
  readonly judgement: Judgement
  /** Every connection, those of `hops` among them. */
  readonly connections: readonly SeenConnection[]
  /** Good connections to this address so far, in this run; a server that begins to refuse had so many. */
  readonly goodBefore: number
  /** Other ports of the same host, tried where port 25 looks tampered with. */
  readonly otherPorts: readonly { readonly port: number; readonly offers: boolean }[]
  /** Certificates that other clients than ours are shown. */
  readonly otherCertificates: readonly OtherCertificate[]
  /** TLS from the first octet works where STARTTLS was to be expected (cases.md 49). */
  readonly implicitInstead: boolean
}

/** Holds each rule against what was seen. */
export function applyRules<Seen>(rules: readonly Rule<Seen>[], seen: Seen): RuleResults {
  const findings: Finding[] = []
  const notTested: NotTested[] = []
  const passed: string[] = []
  for (const rule of rules) {
    const looked = rule.look(seen)
    if (looked === undefined) continue
    const { id, severity, title, why, next } = rule
    if (typeof looked === 'string') findings.push({ rule: id, severity, title, evidence: looked, why, next })
    else if ('evidence' in looked) findings.push({ rule: id, severity, title, ...looked, why, next })
    else if ('passed' in looked) passed.push(id)
    else notTested.push({ rule: id, title, why: looked.untested })
  }
  return { findings, notTested, passed }
}
