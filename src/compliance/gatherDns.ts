import { type Resolver, lookupMx, lookupReverse } from '../dns/index.ts'
import { lookupDmarc } from '../dmarc/index.ts'
import { evaluateSpf, surveySpf } from '../spf/index.ts'
import type { DnsFacts, SenderFacts } from './facts.ts'

/** What is to be known beside DNS to ask it. */
export interface DnsQuestion {
  readonly resolver: Resolver
  readonly sender: SenderFacts
  readonly helo: string
  /** Addresses that mail leaves from; or why they are not known. */
  readonly addresses: readonly string[] | { readonly unknown: string }
  /** What the customers of the relay's provider include in their SPF records; undefined where that is not known. */
  readonly includes: readonly string[] | undefined
}

/** Addresses that are asked about; nobody sends from more, and each costs look-ups. */
const maxAddresses = 8

/** Asks what receivers will ask about the sender; how much is bounded by the limits of each standard. */
export async function gatherDns({ resolver, sender, helo, addresses, includes }: DnsQuestion): Promise<DnsFacts> {
  const { domain, envelopeDomain, address } = sender
  const known = 'unknown' in addresses ? [] : addresses.slice(0, maxAddresses)
  const [from, dmarc, spf, spfResults, reverse] = await Promise.all([
    lookupMx(resolver, domain),
    lookupDmarc(resolver, domain),
    surveySpf(resolver, envelopeDomain),
    Promise.all(
      known.map(async (one) => ({
        address: one,
        spf: await evaluateSpf({ resolver, address: one, domain: envelopeDomain, sender: address, helo }),
      })),
    ),
    Promise.all(known.map(async (one) => ({ address: one, name: await lookupReverse(resolver, one) }))),
  ])
  return {
    from,
    dmarc,
    spf,
    spfResults,
    reverse,
    spfNamesRelay: namesRelay(spf, includes),
    addressesUnknown: 'unknown' in addresses ? addresses.unknown : undefined,
  }
}

function namesRelay(spf: DnsFacts['spf'], includes: readonly string[] | undefined): boolean | undefined {
  if (spf.kind !== 'record' || includes === undefined || includes.length === 0) return undefined
  const named = spf.domains.some((domain) => includes.some((one) => domain === one || domain.endsWith(`.${one}`)))
  // A record that did not come in may name it.
  return named || spf.unanswered.length === 0 ? named : undefined
}
