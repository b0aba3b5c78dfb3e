import type { ComplianceFacts } from './facts.ts'
import type { ReceiverId } from './receiver.ts'
import type { Source } from './source.ts'

/** `error` stops a campaign before its first message, unless a person insists. */
export type Severity = 'error' | 'warning' | 'info'

/** A rule: a file each in `rule/`. */
export interface Rule {
  readonly id: string
  /** The most that it comes to; facts may make it less. */
  readonly severity: Severity
  /** What is so where it is broken, in one sentence. */
  readonly title: string
  /** Why it matters for a campaign. */
  readonly why: string
  readonly next: string
  /** Empty where it is advice of our own. */
  readonly sources: readonly Source[]
  /** Whose published rule it is. */
  readonly receivers: readonly ReceiverId[]
  readonly look: (facts: ComplianceFacts) => Looked
}

/**
 * What a rule says: undefined where it has no place; what was seen where it is broken, with a lesser severity where the
 * facts call for one; `untested` where that could not be told, which is neither broken nor kept.
 */
export type Looked =
  | undefined
  | { readonly kind: 'kept' }
  | { readonly kind: 'broken'; readonly evidence: string; readonly severity?: Severity }
  | { readonly kind: 'untested'; readonly why: string }

export const kept: Looked = { kind: 'kept' }

/** @param evidence what was seen; text from elsewhere in it is escaped by the rule */
export function broken(evidence: string, severity?: Severity): Looked {
  return { kind: 'broken', evidence, ...(severity === undefined ? {} : { severity }) }
}

export function untested(why: string): Looked {
  return { kind: 'untested', why }
}

/** One judgement on a campaign, or what could not be judged. */
export interface ComplianceFinding {
  readonly rule: string
  readonly severity: Severity | 'untested'
  readonly title: string
  readonly evidence: string
  readonly why: string
  readonly next: string
  readonly sources: readonly Source[]
}
