import { visible } from '../../escape.ts'
import { standsFor } from '../../tls/index.ts'
import type { HostObservation, Rule } from '../finding.ts'
import { findLeaf } from './certificate.ts'

/** RFC 9525 2. Case 50. */
export const certificateCommonName: Rule<HostObservation> = {
  id: 'certificate-common-name',
  severity: 'low',
  title: 'The host stands in the common name only',
  why: 'Names count as subjectAltName alone, for twenty years now; only senders that use DANE still look at the other.',
  next: 'Ask the provider for a certificate that has the host name as subjectAltName.',
  look: (seen) => {
    const leaf = findLeaf(seen)
    if (!leaf || standsFor(leaf, seen.endpoint.host) !== 'common-name') return undefined
    return `CN=${visible(leaf.commonName ?? '')}, no subjectAltName`
  },
}
