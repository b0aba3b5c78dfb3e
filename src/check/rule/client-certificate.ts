import type { HostObservation, Rule } from '../finding.ts'

/** RFC 8446 4.3.2. Case 58. */
export const clientCertificate: Rule<HostObservation> = {
  id: 'client-certificate',
  severity: 'info',
  title: 'The server asks for a client certificate',
  why: 'Senders without one go on without, unless the server insists.',
  next: 'Nothing must be done; on a public mail server it serves no purpose.',
  look: ({ decisive: { record }, survey }) => {
    const asked = record.tls?.watched?.clientCertificate ?? survey?.clientCertificate
    return asked && `CertificateRequest, ${asked.authorities} authorities named`
  },
}
