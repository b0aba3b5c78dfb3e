import type { Judgement, NameSource } from '../policy/index.ts'
import type { Endpoint, HopEnd, HopRecord } from '../starttls/index.ts'

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
  /** What was seen that makes the rule hold; undefined where it does not. */
  readonly look: (seen: Seen) => string | undefined
}

/** One connection. */
export interface SeenHop {
  readonly record: HopRecord
  readonly end: HopEnd
}

/** All that was seen of one address of one host. */
export interface HostObservation {
  readonly endpoint: Endpoint
  readonly source: NameSource
  /** Milliseconds since the epoch, when it was judged. */
  readonly now: number
  /** Connections in the order they were made; more than one where the server put us off. */
  readonly hops: readonly SeenHop[]
  /** The connection the verdict rests on: the last of `hops`. */
  readonly decisive: SeenHop
  readonly judgement: Judgement
  /** The same once more without SNI, where the first went well. */
  readonly withoutSni: SeenHop | undefined
  /** Good connections to this address before it began to refuse. */
  readonly goodBefore: number
  /** Other ports of the same host, tried where port 25 looks tampered with. */
  readonly otherPorts: readonly { readonly port: number; readonly offers: boolean }[]
}

/** Holds each rule against what was seen. */
export function applyRules<Seen>(rules: readonly Rule<Seen>[], seen: Seen): readonly Finding[] {
  return rules.flatMap((rule) => {
    const evidence = rule.look(seen)
    if (evidence === undefined) return []
    return [{ rule: rule.id, severity: rule.severity, title: rule.title, evidence, why: rule.why, next: rule.next }]
  })
}
