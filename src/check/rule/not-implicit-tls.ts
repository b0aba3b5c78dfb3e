import { visible } from '../../escape.ts'
import type { HostObservation, Rule } from '../finding.ts'

/** RFC 8314 3. Case 49. */
export const notImplicitTls: Rule<HostObservation> = {
  id: 'not-implicit-tls',
  severity: 'high',
  title: 'The port speaks in plaintext where TLS is due from the first octet',
  why: 'Programs set to implicit TLS cannot connect; those that guess go on in plaintext.',
  next: 'Name the port with STARTTLS (submission://, imap://, pop3://), or ask the provider to switch implicit TLS on.',
  look: (seen) =>
    seen.judgement.cause === 'not-implicit-tls' ? visible(seen.judgement.quote ?? seen.judgement.words) : undefined,
}
