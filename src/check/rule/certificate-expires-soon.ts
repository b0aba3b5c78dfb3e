import type { HostObservation, Rule } from '../finding.ts'
import { findLeaf } from './certificate.ts'

const day = 86_400_000

/** Case 51 in part. */
export const certificateExpiresSoon: Rule<HostObservation> = {
  id: 'certificate-expires-soon',
  severity: 'low',
  title: 'The certificate expires soon',
  why: 'Where renewal is automatic it would have been renewed by now; a campaign of some days may meet the end of it.',
  next: 'Ask the provider whether the renewal works.',
  look: (seen) => {
    const leaf = findLeaf(seen)
    if (!leaf) return undefined
    const [begin, end] = [Date.parse(leaf.notBefore), Date.parse(leaf.notAfter)]
    // Certificates of a few days are renewed when a third of their life is left: that is soon for them.
    const soon = end - Math.min(14 * day, (end - begin) / 3)
    return begin <= seen.now && seen.now <= end && seen.now > soon ? `valid until ${leaf.notAfter}` : undefined
  },
}
