import { findExtension } from '../../smtp/index.ts'
import type { HostObservation, Rule } from '../finding.ts'

/** RFC 8689 4.1. Case 41. */
export const requiretls: Rule<HostObservation> = {
  id: 'requiretls',
  severity: 'info',
  title: 'REQUIRETLS is offered inside TLS',
  why: 'A sender can ask that every further hop be encrypted.',
  next: 'Nothing must be done.',
  look: ({ decisive: { record } }) => (record.inside && findExtension(record.inside, 'REQUIRETLS') ? 'REQUIRETLS' : undefined),
}
