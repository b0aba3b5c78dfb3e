import { findExtension } from '../../smtp/index.ts'
import { commandsOf } from '../../starttls/index.ts'
import type { HostObservation, Rule } from '../finding.ts'

/** Case 32. */
export const starttlsInside: Rule<HostObservation> = {
  id: 'starttls-inside',
  severity: 'low',
  title: 'STARTTLS is offered again inside TLS',
  why: 'It does no harm, but RFC 3207 4.2 forbids it, and it hints at a faulty server.',
  next: 'Tell the provider.',
  look: ({ decisive: { record } }) =>
    record.inside && findExtension(record.inside, commandsOf[record.protocol].starttls) && record.security === 'starttls'
      ? `${commandsOf[record.protocol].starttls} among the keywords inside TLS`
      : undefined,
}
