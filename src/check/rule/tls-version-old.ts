import type { HostObservation, Rule } from '../finding.ts'

/** Case 55 in part. */
export const tlsVersionOld: Rule<HostObservation> = {
  id: 'tls-version-old',
  severity: 'high',
  title: 'The best TLS version is out of date',
  why: 'TLS 1.0 and 1.1 are deprecated (RFC 8996), and careful senders refuse them.',
  next: 'Ask the provider to switch on TLS 1.2 and 1.3.',
  look: ({ decisive: { record } }) =>
    record.tls && ['TLSv1', 'TLSv1.1', 'SSLv3'].includes(record.tls.version) ? record.tls.version : undefined,
}
