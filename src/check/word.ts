import { type PolicyResult, describeResult, describeWarning } from '../mtasts/index.ts'
import { type TlsRptAnswer, describeTlsRpt, describeTlsRptError } from '../tlsrpt/index.ts'

/** What MTA-STS says of a domain, with its words. */
export interface StsResult {
  /** `policy` where one rules, `none` where the domain asks for nothing, `failed` where nobody can tell. */
  readonly kind: PolicyResult['kind']
  /** What made it so, for programs: `no-record`, `mode-none`, `http-status`. */
  readonly cause: string | undefined
  /** Where a policy is known. */
  readonly policy:
    | {
        readonly mode: 'enforce' | 'testing' | 'none'
        readonly mx: readonly string[]
        /** Seconds. */
        readonly maxAge: number
        readonly id: string
        readonly source: 'fetched' | 'cache'
        /** ISO 8601. */
        readonly fetchedAt: string
        readonly expiresAt: string
      }
    | undefined
  /** One line, strangers' words made safe. */
  readonly words: string
  /** What is wrong beside, a line each. */
  readonly warnings: readonly string[]
}

export function describeSts(result: PolicyResult, now: number): StsResult {
  const basis =
    result.kind === 'policy' ? result : result.kind === 'none' && result.why.kind === 'mode-none' ? result.why : undefined
  return {
    kind: result.kind,
    cause: result.kind === 'none' ? result.why.kind : result.kind === 'failed' ? result.failure.kind : undefined,
    policy: basis && {
      mode: basis.policy.mode,
      mx: basis.policy.mx,
      maxAge: basis.policy.maxAge,
      id: basis.id,
      source: basis.source,
      fetchedAt: readableTime(basis.fetchedAt),
      expiresAt: readableTime(basis.expiresAt),
    },
    words: describeResult(result, now),
    warnings: result.warnings.map((warning) => describeWarning(warning, now)),
  }
}

/** Dates of a policy are our clock's, and within a year of it. */
function readableTime(ms: number): string {
  return new Date(ms).toISOString()
}

/** Whom a domain wants to hear of TLS failures, with its words. */
export interface TlsRptResult {
  readonly kind: TlsRptAnswer['kind']
  /** Addresses that reports can go to: a stranger's text. */
  readonly rua: readonly string[]
  /** One line, strangers' words made safe. */
  readonly words: string
  /** What is wrong with it, a line each. */
  readonly problems: readonly string[]
}

export function describeReporting(answer: TlsRptAnswer): TlsRptResult {
  const problems = answer.kind === 'record' ? answer.problems : answer.kind === 'malformed' ? answer.errors : []
  return {
    kind: answer.kind,
    rua: answer.kind === 'record' ? answer.record.rua.map(({ uri }) => uri) : [],
    words: describeTlsRpt(answer),
    problems: problems.map(describeTlsRptError),
  }
}
