import { visible } from '../../escape.ts'
import type { HostObservation, Rule } from '../finding.ts'

/** RFC 5321 3.8. Cases 8, 9. */
export const rateLimited: Rule<HostObservation> = {
  id: 'rate-limited',
  severity: 'info',
  title: 'The server refuses us for now',
  why: 'It says nothing about TLS: it is a limit on connections, or maintenance.',
  next: 'Check again later; send with fewer connections to this server.',
  look: (seen) => {
    // Whoever let us in afterwards has no limit that we met.
    const end = seen.connections.at(-1)?.end
    if (end?.kind !== 'answered' || end.said.standing !== 'closing') return undefined
    const after =
      seen.goodBefore > 0 ? `rate limited after ${seen.goodBefore} good connection${seen.goodBefore === 1 ? '' : 's'}: ` : ''
    return after + visible(end.said.text)
  },
}
