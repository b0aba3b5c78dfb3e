import type { MailRoute } from '../dns/index.ts'

/** Where a domain's mail goes, in the one form that is equal for all domains whose mail goes there. */
export interface MxSet {
  /** Hosts by rank, the most preferred first; those of one rank in the order of the alphabet. */
  readonly ranks: readonly (readonly string[])[]
  /** The host is the domain itself, without an MX record (RFC 5321 5.1). */
  readonly implicit: boolean
  /** A null MX stands beside the others (RFC 7505 3). */
  readonly nullAmongOthers: boolean
  /** The MX records are signed: with DANE, the same hosts are then proven to be the domain's (RFC 7672 2.2.1). */
  readonly secure: boolean
}

/** The numbers of the preferences are left aside: `10 a, 20 b` and `1 a, 5 b` say the same. */
export function mxSetOf(route: Extract<MailRoute, { kind: 'hosts' }>): MxSet {
  const ranks = [...Map.groupBy(route.hosts, ({ preference }) => preference)]
    .toSorted(([a], [b]) => a - b)
    .map(([, hosts]) => [...new Set(hosts.map(({ exchange }) => exchange))].toSorted())
  return { ranks, implicit: route.implicit, nullAmongOthers: route.nullAmongOthers, secure: route.authenticated }
}

/** Equal for equal sets, and for no others, whatever the names hold: a strange zone shall not speak for somebody else's. */
export function keyOf({ ranks, implicit, nullAmongOthers, secure }: MxSet): string {
  return JSON.stringify([implicit, nullAmongOthers, secure, ranks])
}

/** Every host once. */
export function hostsOf({ ranks }: MxSet): readonly string[] {
  return [...new Set(ranks.flat())]
}
