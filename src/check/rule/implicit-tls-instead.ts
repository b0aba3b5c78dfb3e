import type { HostObservation, Rule } from '../finding.ts'

/** RFC 8314 3. Case 49. */
export const implicitTlsInstead: Rule<HostObservation> = {
  id: 'implicit-tls-instead',
  severity: 'medium',
  title: 'TLS from the first octet, where STARTTLS was to be expected',
  why: 'Programs set to STARTTLS wait for a greeting that never comes.',
  next: 'Name the port as implicit TLS (smtps://, imaps://, pop3s://), or ask the provider for STARTTLS on it.',
  look: ({ implicitInstead, service }) => (implicitInstead ? `port ${service.port} is silent until a ClientHello` : undefined),
}
