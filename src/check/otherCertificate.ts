import type { Endpoint } from '../starttls/index.ts'
import {
  type CertificateFacts,
  type CertificateProblem,
  type TlsFacts,
  type TlsSurvey,
  type Trust,
  judgeCertificates,
  readCertificate,
  verifyCertificate,
} from '../tls/index.ts'

/** A certificate that a host shows to some clients, beside the one that was shown to us first. */
export interface OtherCertificate {
  readonly leaf: CertificateFacts
  readonly problems: readonly CertificateProblem[]
}

/**
 * Judges the certificates that a survey met, by the same measure as the first. A server that follows the key types of
 * its client may have one that nobody looks after (cases.md 54).
 *
 * @param now milliseconds since the epoch
 */
export function judgeOthers(
  first: TlsFacts,
  survey: TlsSurvey,
  { host }: Endpoint,
  trust: Trust,
  now: number,
): readonly OtherCertificate[] {
  const others = new Map<string, OtherCertificate>()
  for (const { sent, sni } of survey.chains) {
    // Without SNI another name may be meant: that is told by a rule of its own.
    if (sni !== (first.servername !== undefined)) continue
    const chain = sent.flatMap((der) => readCertificate(der) ?? [])
    const [leaf] = chain
    if (!leaf || leaf.sha256 === first.chain[0]?.sha256) continue
    const judged = judgeCertificates({ sent, staple: null }, trust, now)
    const trustError = judged.chainJudgement?.anchor === undefined ? 'UNABLE_TO_GET_ISSUER_CERT' : undefined
    const problems = verifyCertificate({ ...first, ...judged, chain, trustError }, host, now)
    others.set(leaf.sha256, { leaf, problems })
  }
  return [...others.values()]
}
