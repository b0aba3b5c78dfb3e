/** Record types that Sealpost asks for. */
export type RecordType = 'MX' | 'A' | 'AAAA' | 'TXT' | 'CNAME' | 'SRV'

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

export interface RecordData {
  readonly MX: MxRecord
  readonly A: string
  readonly AAAA: string
  readonly TXT: string
  readonly CNAME: string
  readonly SRV: SrvRecord
}

/** What became of one question. Never an exception: that a name has no answer is what was asked. */
export type DnsAnswer<T> =
  | {
      readonly kind: 'records'
      readonly records: readonly T[]
      /** The answer's AD bit (RFC 4035 3.2.3). Worth something only from a resolver that is trusted. */
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

/** Asks DNS. A parameter of everything that does. */
export interface Resolver {
  query<T extends RecordType>(name: string, type: T): Promise<DnsAnswer<RecordData[T]>>
}
