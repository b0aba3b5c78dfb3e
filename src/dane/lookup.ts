import type { AddressAnswer, DaneResolver, TlsaRecord } from './ask.ts'
import { type DaneNames, listNames, nameTlsa } from './names.ts'
import { type TlsaSet, maxRecords, readTlsaSet } from './record.ts'

export interface LookupOptions {
  readonly resolver: DaneResolver
  /** What the host's A and AAAA came to: nothing is asked where they are not secure. */
  readonly addresses: AddressAnswer
  /** Whether it is secure that mail goes to this host: its MX record is, or the user named it. */
  readonly mxSecure: boolean
  /** The domain that the mail is for and, where that is an alias, the name it stands for. */
  readonly nextHop?: readonly string[]
  /** 25 unless given. */
  readonly port?: number
}

/** What DANE says of one host. */
export type DaneLookup =
  /** Nobody's word on DNSSEC could be trusted. It is not "none": there may be records. */
  | { readonly kind: 'not-tested'; readonly reason: string }
  | {
      readonly kind: 'none'
      readonly cause: NoDane
      /** The records that nobody signed, where that is the cause. */
      readonly insecure?: readonly TlsaRecord[]
    }
  /** RFC 7672 2.1.2: the host counts as unreachable; the next is tried, and the mail waits where none is left. */
  | { readonly kind: 'failed'; readonly step: LookupStep; readonly name: string; readonly detail: string }
  | (DaneNames & Exclude<TlsaSet, { kind: 'none' }> & { readonly mxSecure: boolean })

type NoDane =
  | 'no-address'
  /** The host's zone is not signed, so that no record there could be believed. */
  | 'insecure-address'
  | 'no-records'
  /** There are records, and nobody signed them. */
  | 'insecure-records'

type LookupStep = 'addresses' | 'alias' | 'tlsa'

/**
 * Looks up a host's TLSA records (RFC 7672 2.2.2, 2.2.3; cases 62 and 72). The host is an MX host, or a name that has no
 * MX; a resolver that is not trusted is asked nothing.
 *
 * @example
 * ```ts
 * const addresses = await lookupAddresses(resolver, 'mx.example.org')
 * const dane = await lookupDane('mx.example.org', { resolver, addresses, mxSecure: true, nextHop: ['example.org'] })
 * if (dane.kind === 'usable') matchDane(dane, certificates, { names: dane.names, now: Date.now() })
 * ```
 */
export async function lookupDane(hostName: string, options: LookupOptions): Promise<DaneLookup> {
  const { resolver, addresses } = options
  const host = foldName(hostName)
  if (resolver.trust?.kind !== 'trusted')
    return { kind: 'not-tested', reason: resolver.trust?.reason ?? 'nothing says that the resolver checks signatures' }
  if (addresses.kind === 'none') return { kind: 'none', cause: 'no-address' }
  if (addresses.kind === 'temporary') return { kind: 'failed', step: 'addresses', name: host, detail: addresses.detail }
  const bases = await listBases(host, addresses, resolver)
  return Array.isArray(bases) ? searchBases(bases, host, options) : bases
}

/**
 * Where the records may stand. RFC 7672 2.2.2, RFC 7671 7: where the whole way is secure, at the name it led to, then at
 * the host's own; where it is not but its first step is, at the host's own alone, for whoever forged a later step would
 * choose the other. Otherwise nowhere: servers of unsigned zones, such as load balancers, fail at questions for TLSA.
 */
async function listBases(
  host: string,
  { authenticated, canonical }: Extract<AddressAnswer, { kind: 'addresses' }>,
  resolver: DaneResolver,
): Promise<string[] | DaneLookup> {
  if (authenticated) return [...new Set([canonical, host])]
  if (canonical === host) return { kind: 'none', cause: 'insecure-address' }
  const alias = await resolver.query(host, 'CNAME')
  if (alias.kind === 'failure') return { kind: 'failed', step: 'alias', name: host, detail: alias.detail }
  if (!alias.authenticated) return { kind: 'none', cause: 'insecure-address' }
  // The addresses came by way of an alias a moment ago. What contradicts itself settles nothing.
  if (alias.kind !== 'records') return { kind: 'failed', step: 'alias', name: host, detail: 'the host is an alias no more' }
  return [host]
}

async function searchBases(bases: readonly string[], host: string, options: LookupOptions): Promise<DaneLookup> {
  const { resolver, mxSecure, nextHop = [], port = 25 } = options
  let insecure: readonly TlsaRecord[] | undefined
  for (const base of bases) {
    const name = nameTlsa(base, port)
    if (name === undefined) continue
    const answer = await resolver.query(name, 'TLSA')
    // RFC 7672 2.1.2: bogus comes as SERVFAIL, and whoever can drop packets can bring about the others.
    if (answer.kind === 'failure') return { kind: 'failed', step: 'tlsa', name, detail: answer.detail }
    if (answer.kind !== 'records') continue
    // RFC 7672 2.1.1: insecure records are as good as none. The next name may have secure ones.
    if (!answer.authenticated) {
      insecure ??= answer.records.slice(0, maxRecords)
      continue
    }
    const set = readTlsaSet(answer.records)
    // RFC 7672 2.2: a set of which none is usable ends the search all the same.
    if (set.kind !== 'none') return { ...set, ...listNames(base, host, mxSecure, nextHop), mxSecure }
  }
  return insecure ? { kind: 'none', cause: 'insecure-records', insecure } : { kind: 'none', cause: 'no-records' }
}

/** The name to ask a server for in its handshake (RFC 7672 8.1): the TLSA base domain where there is one. */
export function chooseSni(host: string, lookup: DaneLookup): string {
  return lookup.kind === 'usable' || lookup.kind === 'unusable' ? lookup.baseDomain : host
}

/** As names come out of DNS, so that a host is told from what its aliases lead to. */
function foldName(name: string): string {
  const lower = name.toLowerCase()
  return lower.endsWith('.') ? lower.slice(0, -1) : lower
}
