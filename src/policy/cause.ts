import type { CertificateProblem } from '../tls/index.ts'

export const unreachableWords = {
  refused: 'nothing listens there: the connection was refused',
  timeout: 'no connection came about in time; a firewall may drop it',
  reset: 'the connection was reset at once',
  'no-route': 'there is no route to the address',
  'no-ipv6': 'this machine has no IPv6',
  'no-address': 'the host has no address',
  other: 'the connection failed',
} as const

export const handshakeWords = {
  timeout: 'the server agreed to TLS and then fell silent',
  closed: 'the server agreed to TLS and then closed the connection',
  'not-tls': 'the server agreed to TLS and then sent something else',
  version: 'the server has no TLS version that is still safe',
  alert: 'the server broke off the TLS handshake',
  other: 'the TLS handshake failed',
} as const

/** How each flaw of a certificate is told to a person. */
export const problemWords: Readonly<Record<CertificateProblem, string>> = {
  'no-certificate': 'the server has no certificate',
  'self-signed': 'the certificate is self-signed',
  untrusted: 'the certificate does not lead to an authority we trust',
  expired: 'the certificate has expired',
  'not-yet-valid': 'the certificate is not valid yet',
  'name-mismatch': 'the certificate is for another name',
  'weak-key': 'the key of the certificate is too short',
  'weak-signature': 'the certificate is signed with a hash that is broken',
}

/** What else a judgement's cause may be. */
const words: Readonly<Record<string, string>> = {
  ...unreachableWords,
  ...problemWords,
  ...Object.fromEntries(Object.entries(handshakeWords).map(([why, text]) => [`handshake-${why}`, text])),
  dane: 'the certificate is the one that signed DNS records name (DANE)',
  'dane-mx-insecure': 'the certificate is the one that signed DNS records name (DANE), but the MX record is not signed',
  'dane-mismatch': 'the certificate is not the one that signed DNS records name (DANE)',
  'mta-sts': "the certificate is right for a host that the domain's MTA-STS policy names",
  'user-named': 'the certificate is right for the host that was named here',
  pkix: 'the certificate is right for the host that unsigned DNS records name',
  'not-offered': 'the server does not offer STARTTLS',
  hidden: 'STARTTLS works, but is not offered',
  mangled: 'a device on the way overwrites STARTTLS (as Cisco fixup does)',
  'first-line': 'STARTTLS stands in the first line only, where it does not count',
  'no-esmtp': 'the server does not know EHLO, or something on the way filters it',
  preauth: 'the server took us for logged in before TLS',
  injected: 'plaintext came after the server agreed to TLS, as in an attack',
  malformed: "the server's answer is not SMTP",
  'not-implicit-tls': 'the port speaks in the clear, and not TLS',
  closed: 'the server closed the connection',
  timeout: 'the server did not answer in time',
  reset: 'the connection was reset',
  'rate-limited': 'the server refused us for the time being',
  'greeting-refused': 'the server refused our address',
  'name-refused': 'the server refused our own name',
  'capabilities-refused': 'the server refused to say what it can do',
  'greeting-4xx': 'the server put us off in its greeting',
  'ehlo-4xx': 'the server put us off in answer to EHLO',
  'helo-4xx': 'the server put us off in answer to HELO',
  'starttls-4xx': 'STARTTLS is offered, but was not available',
  'starttls-refused': 'STARTTLS is offered, but was refused',
  'starttls-answer': 'STARTTLS was answered with something that is no consent',
  'inside-refused': 'EHLO was refused inside TLS',
  'wrong-code': 'the server answered with a code that makes no sense there',
}

/**
 * The cause of a judgement in words, where only the cause was kept, as in the evidence. `judgeHop` has better ones while
 * the connection is at hand. A cause of another version, which is not known here, stands for itself.
 */
export function describeCause(cause: string): string {
  return Object.hasOwn(words, cause) ? (words[cause] ?? cause) : cause
}
