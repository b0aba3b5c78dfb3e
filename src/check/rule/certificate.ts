import { visible } from '../../escape.ts'
import { type CertificateProblem, verifyCertificate } from '../../tls/index.ts'
import type { HostObservation } from '../finding.ts'

/** The facts behind one flaw of the certificate; undefined where it has no such flaw. */
export function certificateEvidence(seen: HostObservation, problem: CertificateProblem): string | undefined {
  const { record, end } = seen.decisive
  if (!record.tls || end.kind !== 'secure' || !verifyCertificate(record.tls, seen.endpoint.host, seen.now).includes(problem))
    return undefined
  const leaf = record.tls.chain[0]
  switch (problem) {
    case 'no-certificate':
      return record.tls.cipher
    case 'self-signed':
    case 'untrusted':
      return `issued by ${visible(leaf?.issuer ?? '')}${record.tls.trustError === undefined ? '' : ` (${record.tls.trustError})`}`
    case 'expired':
      return `valid until ${leaf?.notAfter ?? ''}`
    case 'not-yet-valid':
      return `valid from ${leaf?.notBefore ?? ''}`
    case 'weak-key':
      return `${leaf?.keyType ?? ''} ${leaf?.keyBits ?? ''} bits`
    case 'name-mismatch': {
      const names = [...(leaf?.names ?? []), ...(leaf?.addresses ?? [])]
      return `the host is ${visible(seen.endpoint.host)}, the certificate names ${names.length === 0 ? 'no host' : visible(names.join(', '))}`
    }
  }
}
