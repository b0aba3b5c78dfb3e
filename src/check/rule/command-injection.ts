import { visible } from '../../escape.ts'
import type { HostObservation, Rule } from '../finding.ts'

/** RFC 3207 6, CVE-2011-0411. Cases 34, 36, 37. */
export const commandInjection: Rule<HostObservation> = {
  id: 'command-injection',
  severity: 'high',
  title: 'Commands slipped in before TLS are obeyed inside it',
  why: 'Somebody on the way can put commands into the mouth of a client, as if they had come encrypted.',
  next: 'Tell the provider to update the mail server (CVE-2011-0411 and its kin).',
  look: ({ injection }) => {
    if (!injection) return undefined
    if (injection.kind === 'not-tested') return { untested: injection.why }
    return injection.kind === 'executed' ? visible(injection.shown) : { passed: true }
  },
}
