import type { MxRecord, Resolver } from './answer.ts'

/** Where mail for a domain goes (RFC 5321 5.1). */
export type MailRoute =
  /** Hosts in order of preference; `problem` names what is wrong with records that were left out. */
  | {
      readonly kind: 'hosts'
      readonly hosts: readonly MxRecord[]
      readonly implicit: boolean
      readonly nullAmongOthers: boolean
      /** Whether it is secure that these are the hosts (RFC 7672 2.2.1); where there is no MX record, that there is none. */
      readonly authenticated: boolean
      /** The name that the domain stands for where it is an alias (CNAME); else its own. */
      readonly canonical: string
    }
  /** RFC 7505: the domain says that it takes no mail. */
  | { readonly kind: 'null-mx' }
  | { readonly kind: 'nxdomain' }
  /** The name exists, but has neither MX nor address. */
  | { readonly kind: 'no-address' }
  | { readonly kind: 'temporary'; readonly detail: string }

/** How many MX records are considered; nobody needs more, and a hostile zone may have thousands. */
const maxHosts = 20

/** Resolves where a domain's mail goes. A failed look-up never turns into "no MX" (RFC 5321 5.1: queue it). */
export async function lookupMx(resolver: Resolver, domain: string): Promise<MailRoute> {
  const answer = await resolver.query(domain, 'MX')
  switch (answer.kind) {
    case 'nxdomain':
      return { kind: 'nxdomain' }
    case 'failure':
      return { kind: 'temporary', detail: answer.detail }
    case 'nodata':
      return implicitMx(resolver, domain, answer.authenticated)
    case 'records': {
      const hosts = answer.records.filter((record) => record.exchange !== '')
      if (hosts.length === 0) return { kind: 'null-mx' }
      const sorted = hosts.toSorted((a, b) => a.preference - b.preference).slice(0, maxHosts)
      // RFC 7505 3: a null MX beside others is a mistake; the others are used.
      const nullAmongOthers = hosts.length < answer.records.length
      const { authenticated, canonical } = answer
      return { kind: 'hosts', hosts: sorted, implicit: false, nullAmongOthers, authenticated, canonical }
    }
  }
}

async function implicitMx(resolver: Resolver, domain: string, authenticated: boolean): Promise<MailRoute> {
  const answers = [await resolver.query(domain, 'A'), await resolver.query(domain, 'AAAA')]
  if (answers.some((answer) => answer.kind === 'records')) {
    const hosts = [{ preference: 0, exchange: domain }]
    return { kind: 'hosts', hosts, implicit: true, nullAmongOthers: false, authenticated, canonical: domain }
  }
  for (const answer of answers) if (answer.kind === 'failure') return { kind: 'temporary', detail: answer.detail }
  return { kind: 'no-address' }
}
