import { type DaneLookup, chooseSni, describeLookup, lookupDane } from '../dane/index.ts'
import type { HostAddresses, Resolver } from '../dns/index.ts'
import type { DaneGround } from '../policy/index.ts'

/** What DANE says of one host. */
export interface HostKnowledge {
  readonly dane: DaneGround
  /** Undefined where nothing was asked. */
  readonly lookup: DaneLookup | undefined
  /** The name to ask the host for (RFC 7672 8.1). */
  readonly sni: string
}

export interface HostOptions {
  readonly resolver: Resolver
  readonly addresses: HostAddresses
  /** Whether it is secure that mail goes to this host. */
  readonly mxSecure: boolean
  /** Names that the certificate may be for besides, with usage 2 (RFC 7672 3.2.2). */
  readonly nextHop: readonly string[]
  readonly port: number
}

/** Looks up a host's TLSA records (RFC 7672 2.2.2). */
export async function lookupHost(host: string, options: HostOptions): Promise<HostKnowledge> {
  const lookup = await lookupDane(host, options)
  return {
    dane: { kind: lookup.kind, mxSecure: options.mxSecure, words: describeLookup(lookup) },
    lookup,
    sni: chooseSni(host, lookup),
  }
}

/** A host that DANE has no say in: the user named it, or said that DANE is not to be asked. */
export function unaskedHost(host: string): HostKnowledge {
  return { dane: { kind: 'not-asked', mxSecure: false, words: 'DANE was not asked for' }, lookup: undefined, sni: host }
}
