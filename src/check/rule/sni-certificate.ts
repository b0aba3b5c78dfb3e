import { visible } from '../../escape.ts'
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
    const unnamed = seen.withoutSni?.record.tls?.chain[0]
    if (!named || !unnamed || named.sha256 === unnamed.sha256) return undefined
    return `with SNI ${visible(named.subject)} (${named.sha256.slice(0, 16)}), without ${visible(unnamed.subject)} (${unnamed.sha256.slice(0, 16)})`
  },
}
