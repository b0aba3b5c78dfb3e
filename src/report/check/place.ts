import { isIPv6 } from 'node:net'
import type { HostResult } from '../../check/index.ts'
import { encodePart } from '../uri.ts'

/** A host as a URI, `smtp://mx.example.org:25`: the name from the DNS may hold anything, so what a URI has no room for is percent-encoded. */
export function printUri({ mx, port, protocol, security }: HostResult): string {
  // RFC 3986 3.2.2: an IPv6 address stands in brackets.
  const host = isIPv6(mx) ? `[${mx}]` : encodePart(mx)
  return `${protocol}${security === 'implicit' ? 's' : ''}://${host}:${port}`
}
