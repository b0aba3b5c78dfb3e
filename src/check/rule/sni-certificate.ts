import { visible } from '../../escape.ts'
import { type CertificateFacts, readCertificate } from '../../tls/index.ts'
import type { HostObservation, Rule } from '../finding.ts'

/** Case 31. */
export const sniCertificate: Rule<HostObservation> = {
  id: 'sni-certificate',
  severity: 'info',
  title: 'With and without SNI the certificates differ',
  why: 'Senders that do not send SNI, and some do not, get the other one.',
  next: 'Make sure that both are right.',
  look: (seen) => {
    const named = seen.decisive.record.tls?.chain[0]
    const unnamed = findUnnamed(seen)
    if (!named || !unnamed || named.sha256 === unnamed.sha256) return undefined
    return `with SNI ${visible(named.subject)} (${named.sha256.slice(0, 16)}), without ${visible(unnamed.subject)} (${unnamed.sha256.slice(0, 16)})`
  },
}

/** What a hello without SNI was shown, or a whole handshake where no hello could tell (TLS 1.3). */
function findUnnamed({ survey, withoutSni }: HostObservation): CertificateFacts | undefined {
  const sent = survey?.chains.find(({ sni }) => !sni)?.sent[0]
  return withoutSni?.record.tls?.chain[0] ?? (sent && readCertificate(sent))
}
