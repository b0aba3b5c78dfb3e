import { type Resolver, lookupMx } from '../dns/index.ts'
import { forEachLimited } from '../parallel.ts'
import { findProviderOfDomain, recognise } from '../provider/index.ts'
import type { Progress } from './progress.ts'

/** How many members of a list have their mailbox where. */
export interface ProviderShare {
  /** Of the provider; `other`, `no-mail` or `not-tested` where it is none that is known. */
  readonly id: string
  readonly name: string
  readonly domains: number
  readonly members: number
}

/** What the DNS is asked with; without it a domain is known by its name alone. */
export interface Asking {
  readonly resolver: Resolver
  readonly progress: Progress
}

const lookups = 50

const unknown = {
  other: 'other domains',
  'no-mail': 'domains that take no mail',
  'not-tested': 'not tested: the DNS gives no answer',
} as const

/**
 * Mailbox providers by their members, the largest first and what is not known last. Domains that anybody can have an
 * address in are known by themselves; who runs the mail servers of another, only the DNS tells.
 */
export async function countProviders(
  domains: readonly (readonly [domain: string, members: number])[],
  asking?: Asking,
): Promise<readonly ProviderShare[]> {
  const shares = new Map<string, ProviderShare>()
  const add = ({ id, name }: Pick<ProviderShare, 'id' | 'name'>, members: number): void => {
    const known = shares.get(id) ?? { id, name, domains: 0, members: 0 }
    shares.set(id, { ...known, domains: known.domains + 1, members: known.members + members })
  }
  const rest: (readonly [string, number])[] = []
  for (const each of domains) {
    const own = findProviderOfDomain(each[0])
    if (own) add(own, each[1])
    else rest.push(each)
  }
  if (!asking) for (const [, members] of rest) add({ id: 'other', name: unknown.other }, members)
  else {
    let done = 0
    await forEachLimited(rest, lookups, async ([domain, members]) => {
      add(await ask(domain, asking.resolver), members)
      asking.progress.show(++done, rest.length, domain)
    })
    asking.progress.clear()
  }
  const isKnown = ({ id }: ProviderShare): number => (id in unknown ? 0 : 1)
  return [...shares.values()].toSorted(
    (one, other) => isKnown(other) - isKnown(one) || other.members - one.members || (one.name < other.name ? -1 : 1),
  )
}

async function ask(domain: string, resolver: Resolver): Promise<Pick<ProviderShare, 'id' | 'name'>> {
  const route = await lookupMx(resolver, domain)
  if (route.kind === 'temporary') return { id: 'not-tested', name: unknown['not-tested'] }
  if (route.kind !== 'hosts') return { id: 'no-mail', name: unknown['no-mail'] }
  // The first that mail is tried at says who takes it; others are often there for bad days.
  const preferred = Math.min(...route.hosts.map(({ preference }) => preference))
  const names = route.hosts.filter(({ preference }) => preference === preferred).map(({ exchange }) => exchange)
  return recognise('mx', names)[0] ?? { id: 'other', name: unknown.other }
}
