import type { StapleJudgement } from '../../tls/index.ts'
import type { HostObservation, Rule } from '../finding.ts'
import { findStaple } from './certificate.ts'

/** RFC 6066 8, RFC 6960 3.2. */
export const certificateStapleInvalid: Rule<HostObservation> = {
  id: 'certificate-staple-invalid',
  severity: 'low',
  title: 'The OCSP answer in the handshake says nothing about the certificate',
  why: 'The server means to prove that its certificate was not revoked, and does not; clients that look may break off.',
  next: 'Ask the provider to look at what the server staples, and from which responder.',
  look: (seen) => {
    const staple = findStaple(seen)
    return staple && tell(staple)
  },
}

function tell(staple: StapleJudgement): string | undefined {
  switch (staple.kind) {
    case 'none':
      return undefined
    case 'malformed':
      return 'it is no OCSP response'
    case 'unsuccessful':
      return `the responder gave none: ${staple.status}`
    case 'other-certificate':
      return 'it speaks of another certificate'
    case 'unverified':
      // Without the issuer's certificate nothing can be verified, which is a finding of its own.
      return { 'no-issuer': undefined, signer: 'nobody entitled to has signed it', signature: 'its signature is wrong' }[
        staple.why
      ]
    case 'verified':
      return staple.status === 'unknown' ? 'the responder does not know the certificate' : undefined
  }
}
