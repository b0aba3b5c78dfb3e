import { visible } from '../../escape.ts'
import type { ChainProblem } from '../../tls/index.ts'
import type { HostObservation, Rule } from '../finding.ts'
import { listProblems, nameLink } from './certificate.ts'

/** RFC 5280 6.1. Cases 51, 52 in part. */
export const certificateIntermediate: Rule<HostObservation> = {
  id: 'certificate-intermediate',
  severity: 'medium',
  title: "A certificate above the server's own is not good for it",
  why: "Senders refuse the whole chain for it, though the server's own certificate may be in order.",
  next: 'Ask the provider to install the intermediate certificates that its authority publishes today.',
  look: (seen) => listProblems(seen, kinds, (problem) => `${nameLink(problem)} ${tell(problem)}`),
}

const kinds = [
  'intermediate-expired',
  'intermediate-not-yet-valid',
  'root-expired',
  'root-not-yet-valid',
  'not-a-ca',
  'path-length',
  'wrong-purpose',
  'wrong-issuer',
  'unreadable',
] as const

function tell(problem: Extract<ChainProblem, { kind: (typeof kinds)[number] }>): string {
  switch (problem.kind) {
    case 'intermediate-expired':
    case 'root-expired':
      return `was valid until ${problem.notAfter}`
    case 'intermediate-not-yet-valid':
    case 'root-not-yet-valid':
      return `is valid from ${problem.notBefore}`
    case 'not-a-ca':
      return problem.why === 'key-usage' ? 'may not sign certificates (key usage)' : 'is that of no authority (basic constraints)'
    case 'path-length':
      return `allows ${problem.allowed} authorities below it and has ${problem.below}`
    case 'wrong-purpose':
      return 'is for other purposes than TLS servers (extended key usage)'
    case 'wrong-issuer':
      return `was not signed by the ${visible(problem.issuer)} that was sent or that we trust, but by another key of that name`
    case 'unreadable':
      return 'cannot be read'
  }
}
