import { type Resolver, isSpecialAddress, lookupAddresses, lookupMx, lookupNamedHost } from '../dns/index.ts'
import { type HostKnowledge, lookupHost, unaskedHost } from '../ground/index.ts'
import type { NameSource } from '../policy/index.ts'
import type { Endpoint } from '../starttls/index.ts'

/** Where a campaign's mail goes. */
export type Route =
  | { readonly kind: 'direct'; readonly port: number; readonly allowPrivateAddresses: boolean }
  | {
      readonly kind: 'relay'
      readonly host: string
      readonly port: number
      readonly security: 'starttls' | 'implicit'
      /** LMTP is spoken to a server that files the messages itself (RFC 2033); SMTP where left out. */
      readonly protocol?: 'smtp' | 'lmtp'
    }

/** Where a domain's mail goes now. */
export type Destination =
  | {
      readonly kind: 'hosts'
      /** Equal for domains that share all their hosts. */
      readonly key: string
      readonly endpoints: readonly Endpoint[]
      /** What is known of each host. */
      readonly hosts: ReadonlyMap<string, HostKnowledge>
      readonly source: NameSource
      readonly security: 'starttls' | 'implicit'
      readonly protocol: 'smtp' | 'lmtp'
    }
  | { readonly kind: 'no-mail'; readonly reason: string }
  | { readonly kind: 'temporary'; readonly reason: string }

/** RFC 5321 5.1 lets a client cap the addresses it tries for one message; Postfix tries five. */
const maxEndpoints = 5

export async function resolveDestination(
  domain: string,
  route: Route,
  resolver: Resolver,
  random: () => number,
): Promise<Destination> {
  return route.kind === 'relay' ? resolveRelay(route, resolver) : resolveDirect(domain, route, resolver, random)
}

async function resolveRelay(route: Extract<Route, { kind: 'relay' }>, resolver: Resolver): Promise<Destination> {
  const found = await lookupNamedHost(resolver, route.host)
  if (found.kind === 'temporary')
    return { kind: 'temporary', reason: `the DNS gives no answer about the relay ${route.host}: ${found.detail}` }
  if (found.kind === 'none') return { kind: 'temporary', reason: `the relay ${route.host} has no address` }
  const endpoints = found.addresses.slice(0, maxEndpoints).map((address) => ({ host: route.host, address, port: route.port }))
  return {
    kind: 'hosts',
    key: `relay ${route.host}:${route.port} ${route.security} ${route.protocol ?? 'smtp'}`,
    endpoints,
    hosts: new Map([[route.host, unaskedHost(route.host)]]),
    source: 'user',
    security: route.security,
    protocol: route.protocol ?? 'smtp',
  }
}

async function resolveDirect(
  domain: string,
  route: Extract<Route, { kind: 'direct' }>,
  resolver: Resolver,
  random: () => number,
): Promise<Destination> {
  const mail = await lookupMx(resolver, domain)
  switch (mail.kind) {
    case 'null-mx':
      return { kind: 'no-mail', reason: 'the domain says that it takes no mail (null MX, RFC 7505)' }
    case 'nxdomain':
      return { kind: 'no-mail', reason: 'the domain does not exist' }
    case 'no-address':
      return { kind: 'no-mail', reason: 'the domain has neither a mail server nor an address' }
    case 'temporary':
      return { kind: 'temporary', reason: `the DNS gives no answer for now: ${mail.detail}` }
    case 'hosts':
      break
  }
  // RFC 5321 5.1: hosts of equal preference are tried in random order, to spread the load.
  const ordered = mail.hosts
    .map((host) => ({ host, rank: random() }))
    .toSorted((a, b) => a.host.preference - b.host.preference || a.rank - b.rank)
  const endpoints: Endpoint[] = []
  const hosts = new Map<string, HostKnowledge>()
  let temporary: string | undefined
  let forbidden = false
  for (const { host } of ordered) {
    if (endpoints.length >= maxEndpoints) break
    const found = await lookupAddresses(resolver, host.exchange)
    if (found.kind === 'temporary') temporary = found.detail
    if (found.kind !== 'addresses') continue
    const nextHop = [domain, mail.canonical]
    const asked = { resolver, addresses: found, mxSecure: mail.authenticated, nextHop, port: route.port }
    const known = await lookupHost(host.exchange, asked)
    hosts.set(host.exchange, known)
    // A host that is passed over takes no more than one place from those after it (RFC 7672 2.1.2).
    const addresses = known.dane.kind === 'failed' ? found.addresses.slice(0, 1) : found.addresses
    for (const address of addresses) {
      if (isSpecialAddress(address) && !route.allowPrivateAddresses) forbidden = true
      else endpoints.push({ host: host.exchange, address, port: route.port })
    }
  }
  if (endpoints.length > 0) {
    // With its rank: who has the same hosts in another order wants them tried in that order (RFC 5321 5.1).
    const ranks = [...new Set(mail.hosts.map((host) => host.preference))]
    const places = mail.hosts.map((host) => `${ranks.indexOf(host.preference)} ${host.exchange}`).toSorted()
    return {
      kind: 'hosts',
      // As JSON: a label in DNS may hold any octet, and a name made up to read like several must not share their lane.
      key: JSON.stringify([...(mail.authenticated ? describeSigned(domain, [...hosts.values()]) : ['mx']), ...places]),
      endpoints: endpoints.slice(0, maxEndpoints),
      hosts,
      source: 'dns',
      security: 'starttls',
      protocol: 'smtp',
    }
  }
  if (temporary !== undefined) return { kind: 'temporary', reason: `the DNS gives no answer for now: ${temporary}` }
  if (forbidden) return { kind: 'no-mail', reason: 'its MX record points into a private network' }
  // RFC 5321 5.1: MX records that cannot be used are an error; the domain's own address is not tried instead.
  return { kind: 'no-mail', reason: 'none of its mail servers has an address' }
}

/**
 * What sets a domain whose MX records are signed apart from others with the same hosts: it demands more of them, also of
 * those whose records may be known a moment later.
 */
function describeSigned(domain: string, hosts: readonly HostKnowledge[]): readonly string[] {
  const records = hosts.flatMap(({ lookup }) => (lookup?.kind === 'usable' ? lookup.records : []))
  if (records.length === 0) return [hosts.some(({ dane }) => dane.kind === 'failed') ? 'mx signed' : 'mx']
  // RFC 7672 3.2.2: below an authority, a certificate for the domain itself is as good, and for no other domain.
  return records.some(({ usage }) => usage === 2) ? ['mx signed for', domain] : ['mx signed']
}
