import type { Resolver } from './answer.ts'

/** A host that a domain names for one of its users' services. */
export interface MailService {
  readonly service: (typeof services)[number]
  readonly host: string
  readonly port: number
}

/** RFC 6186 3 (submission, IMAP, POP3), RFC 8314 5.1 (submissions), RFC 5804 1.8 (ManageSieve). */
const services = ['submission', 'submissions', 'imap', 'imaps', 'pop3', 'pop3s', 'sieve'] as const

/** How many hosts of one service are considered: a hostile zone may have thousands. */
const maxHosts = 5

/** What came of asking for a domain's services. */
interface MailServices {
  /** In order of service, priority and weight (RFC 2782). */
  readonly found: readonly MailService[]
  /** Services that DNS gave no answer about for now. */
  readonly failed: readonly string[]
}

/** Where a domain's users hand in and fetch their mail, from its SRV records. */
export async function lookupMailServices(resolver: Resolver, domain: string): Promise<MailServices> {
  const answers = await Promise.all(
    services.map(async (service) => ({ service, answer: await resolver.query(`_${service}._tcp.${domain}`, 'SRV') })),
  )
  return {
    found: answers.flatMap(({ service, answer }) =>
      answer.kind === 'records'
        ? answer.records
            // RFC 2782: a target of "." says that the service is decidedly not available.
            .filter(({ target, port }) => target !== '' && port > 0)
            .toSorted((a, b) => a.priority - b.priority || b.weight - a.weight)
            .slice(0, maxHosts)
            .map(({ target, port }) => ({ service, host: target, port }))
        : [],
    ),
    failed: answers.flatMap(({ service, answer }) => (answer.kind === 'failure' ? [service] : [])),
  }
}
