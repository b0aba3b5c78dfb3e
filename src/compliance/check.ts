import type { ComplianceFacts } from './facts.ts'
import type { ComplianceFinding, Rule, Severity } from './finding.ts'
import { rules } from './rule/index.ts'

/** What the sender chose. */
export interface ComplianceChoice {
  /** Ids of rules that are not looked at. */
  readonly off: readonly string[]
  /** With `warn`, errors stop nothing. */
  readonly level: 'block' | 'warn'
}

export type Verdict = 'ready' | 'ready with warnings' | 'not ready'

/** All rules held against one campaign. */
export interface Compliance {
  readonly verdict: Verdict
  /** Errors first, then warnings, what could not be tested, and remarks. */
  readonly findings: readonly ComplianceFinding[]
  /** Ids of rules that were looked at and are kept. */
  readonly kept: readonly string[]
  /** Why errors were made warnings; undefined where they were not. */
  readonly softened: string | undefined
}

const order = { error: 0, warning: 1, untested: 2, info: 3 } as const

/** Holds every rule against the facts. */
export function checkCompliance(facts: ComplianceFacts, choice: ComplianceChoice, among: readonly Rule[] = rules): Compliance {
  const softened = whySoftened(facts, choice)
  const findings: ComplianceFinding[] = []
  const kept: string[] = []
  for (const rule of among) {
    if (choice.off.includes(rule.id)) continue
    const looked = rule.look(facts)
    if (looked === undefined) continue
    const { id, title, why, next, sources } = rule
    if (looked.kind === 'kept') kept.push(id)
    else if (looked.kind === 'untested')
      findings.push({ rule: id, severity: 'untested', title, evidence: looked.why, why, next, sources })
    else {
      const severity = soften(looked.severity ?? rule.severity, softened)
      findings.push({ rule: id, severity, title, evidence: looked.evidence, why, next, sources })
    }
  }
  findings.sort((one, other) => order[one.severity] - order[other.severity])
  return { verdict: judge(findings), findings, kept, softened }
}

function judge(findings: readonly ComplianceFinding[]): Verdict {
  if (findings.some(({ severity }) => severity === 'error')) return 'not ready'
  // What could not be tested is not known to be right.
  return findings.some(({ severity }) => severity !== 'info') ? 'ready with warnings' : 'ready'
}

function whySoftened({ list }: ComplianceFacts, { level }: ComplianceChoice): string | undefined {
  if (level === 'warn') return 'the settings say compliance.level: warn'
  // A mail world for tests has none of the receivers that would refuse.
  return list.recipients > 0 && list.public === 0 ? 'every recipient is in a domain that is set aside for tests' : undefined
}

function soften(severity: Severity, softened: string | undefined): Severity {
  return severity === 'error' && softened !== undefined ? 'warning' : severity
}
