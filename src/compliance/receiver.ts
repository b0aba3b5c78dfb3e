import { mailboxProviders } from '../provider/index.ts'

/** A mailbox provider that publishes what it asks of those who send to it. */
export type ReceiverId = 'gmail' | 'yahoo' | 'outlook'

export interface Receiver {
  readonly id: ReceiverId
  readonly name: string
  /** Domains of its personal accounts, to which its rules apply: those of companies are not meant. */
  readonly domains: readonly string[]
  /** Messages a day from which on somebody counts as a bulk sender. */
  readonly bulk: number
  /** What is to be known of that number. */
  readonly note: string
}

/** Yahoo publishes no number; it is measured with the others'. */
export const receivers: readonly Receiver[] = [
  {
    id: 'gmail',
    name: 'Gmail',
    domains: consumerDomains('google'),
    bulk: 5_000,
    note: 'counted by the primary domain of From, and who was one once is one for ever',
  },
  {
    id: 'yahoo',
    name: 'Yahoo',
    domains: consumerDomains('yahoo'),
    bulk: 5_000,
    note: 'Yahoo names no number: this is that of the others',
  },
  { id: 'outlook', name: 'Outlook.com', domains: consumerDomains('microsoft'), bulk: 5_000, note: 'counted by the domain' },
]

const byDomain: ReadonlyMap<string, Receiver> = new Map(
  receivers.flatMap((receiver) => receiver.domains.map((domain) => [domain, receiver] as const)),
)

/** The receiver whose rules mail to this domain falls under. */
export function findReceiver(domain: string): Receiver | undefined {
  return byDomain.get(domain)
}

/** Domains that anybody can have an address in: nobody else can send in their name. */
export const freeMailDomains: ReadonlySet<string> = new Set(mailboxProviders.flatMap((provider) => provider.consumerDomains))

function consumerDomains(id: string): readonly string[] {
  return mailboxProviders.find((provider) => provider.id === id)?.consumerDomains ?? []
}
