/** Record types that Sealpost asks for. */
export type RecordType = 'MX' | 'A' | 'AAAA' | 'TXT' | 'CNAME' | 'SRV' | 'TLSA' | 'SOA' | 'PTR'

export interface MxRecord {
  readonly preference: number
  /** Lower case, without the final dot; empty for the root, as in a null MX. */
  readonly exchange: string
}

/** RFC 2782. */
interface SrvRecord {
  readonly priority: number
  readonly weight: number
  readonly port: number
  /** Lower case, without the final dot; empty for the root: the service is decidedly not there. */
  readonly target: string
}

/** RFC 6698 2.1. What the numbers mean is for DANE to judge. */
export interface TlsaRecord {
  readonly usage: number
  readonly selector: number
  readonly matchingType: number
  /** The certificate association data, a copy of its own. */
  readonly data: Buffer
}

/** RFC 1035 3.3.13, as far as a stub resolver has a use for it. */
interface SoaRecord {
  /** Lower case, without the final dot. */
  readonly primary: string
  readonly serial: number
  /** Seconds; with the record's own TTL it bounds how long an absence is kept (RFC 2308 5). */
  readonly minimum: number
}

export interface RecordData {
  readonly MX: MxRecord
  readonly A: string
  readonly AAAA: string
  readonly TXT: string
  readonly CNAME: string
  readonly SRV: SrvRecord
  readonly TLSA: TlsaRecord
  readonly SOA: SoaRecord
  readonly PTR: string
}

/** What became of one question. Never an exception: that a name has no answer is what was asked. */
export type DnsAnswer<T> =
  | {
      readonly kind: 'records'
      readonly records: readonly T[]
      /** The answer's AD bit (RFC 4035 3.2.3), of the whole chain of CNAMEs. False from a resolver that is not trusted. */
      readonly authenticated: boolean
      /** Seconds, the smallest of the records used. */
      readonly ttl: number
      /** The name that the records stand at, when CNAMEs led there (RFC 1034 3.6.2). */
      readonly canonical: string
    }
  /** The name exists, the type does not (RFC 2308 2.2). */
  | { readonly kind: 'nodata'; readonly authenticated: boolean }
  | { readonly kind: 'nxdomain'; readonly authenticated: boolean }
  /** Not known now, so nothing may be concluded from it. */
  | { readonly kind: 'failure'; readonly cause: DnsFailure; readonly detail: string }

export type DnsFailure = 'timeout' | 'servfail' | 'refused' | 'malformed' | 'unreachable'

/** Whether a resolver's word on DNSSEC counts. Where it does not, `authenticated` is false in every answer. */
export interface ResolverTrust {
  readonly kind: 'trusted' | 'untrusted'
  /** In words, to stand behind "because". */
  readonly reason: string
}

/** Asks DNS. A parameter of everything that does. */
export interface Resolver {
  query<T extends RecordType>(name: string, type: T): Promise<DnsAnswer<RecordData[T]>>
  /** A resolver that says nothing here is not trusted: what hangs on DNSSEC was then not tested, which is not "absent". */
  readonly trust?: ResolverTrust
}
