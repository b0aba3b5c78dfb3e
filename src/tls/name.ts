import { SocketAddress, isIPv6 } from 'node:net'

/**
 * Whether a certificate's DNS name stands for a host: equal, or a wildcard that replaces exactly the left-most label
 * (RFC 9525 6.3). Both in A-labels.
 *
 * @example
 * ```ts
 * matchName('*.example.org', 'mx.example.org') === true
 * matchName('*.example.org', 'a.b.example.org') === false
 * ```
 */
export function matchName(pattern: string, host: string): boolean {
  const wanted = fold(host)
  const given = fold(pattern)
  if (!given.startsWith('*.')) return given === wanted && given !== ''
  const dot = wanted.indexOf('.')
  // `*.org` would stand for every domain below a top-level domain: at least two labels follow the star.
  return dot > 0 && wanted.slice(dot) === given.slice(1) && given.slice(2).includes('.')
}

/** An IP address in the one spelling of RFC 5952, so that equal ones are equal; OpenSSL writes IPv6 with all its zeros. */
export function foldAddress(address: string): string {
  return isIPv6(address) ? new SocketAddress({ address, family: 'ipv6' }).address : address
}

function fold(name: string): string {
  const lower = name.toLowerCase()
  return lower.endsWith('.') ? lower.slice(0, -1) : lower
}
