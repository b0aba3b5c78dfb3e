import {
  type DnsAnswer,
  type MailRoute,
  type RecordData,
  type RecordType,
  type Resolver,
  lookupAddresses,
  lookupMx,
} from '../dns/index.ts'
import { type MailboxProvider, findMailboxProvider } from '../provider/index.ts'
import { type MxSet, mxSetOf } from './mxSet.ts'

/** What the DNS says of a domain, in so far as the sweep goes by it. */
export interface Located {
  /** Undefined where the domain's mail goes nowhere. */
  readonly mx: MxSet | undefined
  readonly provider: MailboxProvider | undefined
  /** The machines: a provider, or else the address of the first host. */
  readonly lane: string
  /** A resolver that gives the same MX records again, so that what is examined is what was filed. */
  readonly resolver: Resolver
}

export async function locate(domain: string, resolver: Resolver): Promise<Located> {
  const answer = await resolver.query(domain, 'MX')
  const route = await lookupMx(pin(resolver, domain, answer), domain)
  // A domain without hosts is examined at once, and its answer is held for no longer.
  if (route.kind !== 'hosts') return { mx: undefined, provider: undefined, lane: domain, resolver: pin(resolver, domain, answer) }
  const first = route.hosts[0]?.exchange ?? domain
  const provider = findMailboxProvider(first)
  return {
    mx: mxSetOf(route),
    provider,
    lane: provider?.id ?? (await findMachine(first, resolver)),
    resolver: pin(resolver, domain, shorten(answer, route)),
  }
}

/** Many customers of a small provider have a name each for one and the same machine. */
async function findMachine(host: string, resolver: Resolver): Promise<string> {
  const found = await lookupAddresses(resolver, host)
  return found.kind === 'addresses' ? (found.addresses[0] ?? host) : host
}

/** The records that are used: a hostile zone has thousands, and an answer waits as long as its domain does. */
function shorten(answer: DnsAnswer<RecordData['MX']>, route: Extract<MailRoute, { kind: 'hosts' }>): DnsAnswer<RecordData['MX']> {
  if (answer.kind !== 'records') return answer
  return { ...answer, records: [...(route.nullAmongOthers ? [{ preference: 0, exchange: '' }] : []), ...route.hosts] }
}

function pin(resolver: Resolver, domain: string, answer: DnsAnswer<RecordData['MX']>): Resolver {
  return {
    ...resolver,
    query: async <T extends RecordType>(name: string, type: T) =>
      // The type was asked for, so the answer is of it.
      type === 'MX' && name === domain ? (answer as DnsAnswer<RecordData[T]>) : resolver.query(name, type),
  }
}
