import { judgeChain } from './chain.ts'
import type { ChainJudgement } from './chainProblem.ts'
import { type StapleJudgement, judgeStaple } from './ocspStaple.ts'
import type { Trust } from './trust.ts'

/** What a server sent of certificates in its handshake. */
export interface SentCertificates {
  /** DER, in the order in which they came; undefined where that could not be seen. */
  readonly sent: readonly Buffer[] | undefined
  /** The OCSP response in DER; undefined where none came, null where none was asked for. */
  readonly staple: Buffer | undefined | null
}

/** What is said of it; a part is missing where it could not be seen. */
export interface CertificateJudgement {
  readonly chainJudgement?: ChainJudgement | undefined
  readonly stapleJudgement?: StapleJudgement | undefined
}

/**
 * Judges what a server sent, apart from which host it should stand for.
 *
 * @param now milliseconds since the epoch
 */
export function judgeCertificates({ sent, staple }: SentCertificates, trust: Trust, now: number): CertificateJudgement {
  if (!sent || sent.length === 0) return {}
  return {
    chainJudgement: judgeChain(sent, trust, now),
    ...(staple === null ? {} : { stapleJudgement: judgeStaple(staple, sent, trust, now) }),
  }
}
