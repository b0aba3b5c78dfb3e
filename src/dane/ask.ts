import type { DnsAnswer } from '../dns/index.ts'

/** A TLSA record as it stands in DNS (RFC 6698 2.1). Data of somebody else's zone: hostile. */
export interface TlsaRecord {
  readonly usage: number
  readonly selector: number
  readonly matchingType: number
  /** The certificate association data. */
  readonly data: Buffer
}

/** What DANE asks DNS for, beside the addresses that its caller has asked for already. */
interface Asked {
  readonly CNAME: string
  readonly TLSA: TlsaRecord
}

/** As much of a resolver as DANE has use for; that of `dns/` is one. */
export interface DaneResolver {
  query<T extends keyof Asked>(name: string, type: T): Promise<DnsAnswer<Asked[T]>>
  /** Whether its word on DNSSEC counts. One that says nothing here is not trusted. */
  readonly trust?: { readonly kind: 'trusted' | 'untrusted'; readonly reason: string }
}

/** What came of asking for a host's addresses: as `lookupAddresses` of `dns/` tells it. */
export type AddressAnswer =
  | {
      readonly kind: 'addresses'
      /** Whether all of it is secure, CNAMEs too (RFC 4035 3.2.3). */
      readonly authenticated: boolean
      /** Where CNAMEs led. */
      readonly canonical: string
    }
  | { readonly kind: 'none' }
  | { readonly kind: 'temporary'; readonly detail: string }
