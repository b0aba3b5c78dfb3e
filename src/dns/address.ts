import { BlockList, isIP, isIPv6 } from 'node:net'
import type { Resolver } from './answer.ts'

/** The addresses of a host. */
export type HostAddresses =
  | {
      readonly kind: 'addresses'
      readonly addresses: readonly string[]
      /** Where CNAMEs led. */
      readonly canonical: string
      /** Whether all of it is secure, CNAMEs too. Where it is not and `canonical` is another name: `lookupFirstAlias`. */
      readonly authenticated: boolean
    }
  | { readonly kind: 'none'; readonly cause: 'nxdomain' | 'nodata' }
  | { readonly kind: 'temporary'; readonly detail: string }

/** RFC 5321 5.1 lets a client cap this; a hostile zone may hold hundreds. */
const maxAddresses = 10

/** Asks for A and AAAA together. One family's failure does not hide the other's answer. */
export async function lookupAddresses(resolver: Resolver, host: string): Promise<HostAddresses> {
  // RFC 6761 6.3: localhost is this machine, whatever a server says.
  if (host === 'localhost' || host.endsWith('.localhost'))
    return { kind: 'addresses', addresses: ['127.0.0.1', '::1'], canonical: host, authenticated: false }
  const [four, six] = await Promise.all([resolver.query(host, 'A'), resolver.query(host, 'AAAA')])
  const addresses = [four, six]
    .flatMap((answer) => (answer.kind === 'records' ? answer.records : []))
    .filter((text) => isIP(text) !== 0)
  const canonical = four.kind === 'records' ? four.canonical : six.kind === 'records' ? six.canonical : host
  if (addresses.length > 0) {
    const authenticated = [four, six].every((answer) => answer.kind !== 'records' || answer.authenticated)
    return { kind: 'addresses', addresses: [...new Set(addresses)].slice(0, maxAddresses), canonical, authenticated }
  }
  for (const answer of [four, six]) if (answer.kind === 'failure') return { kind: 'temporary', detail: answer.detail }
  return { kind: 'none', cause: four.kind === 'nxdomain' ? 'nxdomain' : 'nodata' }
}

/** The same for a host that the user names, which may be an address already; one in an MX record may not. */
export async function lookupNamedHost(resolver: Resolver, host: string): Promise<HostAddresses> {
  if (isIP(host) === 0) return lookupAddresses(resolver, host)
  return { kind: 'addresses', addresses: [host], canonical: host, authenticated: false }
}

/** Networks of the IANA special-purpose address registries (RFC 6890) that no public mail server lies in. */
const special = new BlockList()
for (const [network, bits] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 3],
] as const)
  special.addSubnet(network, bits, 'ipv4')
for (const [network, bits] of [
  // With the unspecified and the loopback address, all that are "IPv4-compatible" (RFC 4291 2.5.5.1).
  ['::', 96],
  ['64:ff9b:1::', 48],
  ['100::', 64],
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
  ['5f00::', 16],
  ['fc00::', 7],
  ['fe80::', 10],
  ['fec0::', 10],
  ['ff00::', 8],
] as const)
  special.addSubnet(network, bits, 'ipv6')

/**
 * Whether an address is private, loopback or otherwise not of the public Internet. Such an address, found through
 * somebody else's MX record, would make us knock on doors inside our own network.
 */
export function isSpecialAddress(address: string): boolean {
  if (!isIPv6(address)) return special.check(address, 'ipv4')
  // An IPv4 address in IPv6 clothes is judged by what it carries; NAT64's well-known prefix likewise (RFC 6052 2.1).
  return special.check(address, 'ipv6') || carriedIpv4(address)
}

function carriedIpv4(address: string): boolean {
  const mapped = new BlockList()
  mapped.addSubnet('::ffff:0:0', 96, 'ipv6')
  mapped.addSubnet('64:ff9b::', 96, 'ipv6')
  if (!mapped.check(address, 'ipv6')) return false
  const dotted = /(\d+\.\d+\.\d+\.\d+)$/.exec(address)?.[1]
  if (dotted) return special.check(dotted, 'ipv4')
  const groups = address
    .split(':')
    .slice(-2)
    .map((group) => Number.parseInt(group || '0', 16))
  const [high = 0, low = 0] = groups
  return special.check(`${high >> 8}.${high & 255}.${low >> 8}.${low & 255}`, 'ipv4')
}
