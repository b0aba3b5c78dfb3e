import { mailboxProviders } from './directory.ts'
import { mailboxHosts } from './mailboxHosts.ts'
import { mailers } from './mailers.ts'
import type { MailboxProvider } from './provider.ts'
import type { SendingProvider } from './sending.ts'

/** Everybody who takes mail to send it on. */
export const sendingProviders: readonly SendingProvider[] = [...mailers, ...mailboxHosts]

const bySuffix: ReadonlyMap<string, MailboxProvider> = new Map(
  mailboxProviders.flatMap((provider) => provider.mxSuffixes.map((suffix) => [suffix, provider] as const)),
)

/** Of two that name a domain, the one that is told by its mail servers too: both mean the same company. */
const byDomain: ReadonlyMap<string, Pick<MailboxProvider, 'id' | 'name'>> = new Map<string, Pick<MailboxProvider, 'id' | 'name'>>(
  [
    ...sendingProviders.flatMap((provider) => (provider.domains ?? []).map((domain) => [domain, provider] as const)),
    ...mailboxProviders.flatMap((provider) => provider.consumerDomains.map((domain) => [domain, provider] as const)),
  ],
)

/**
 * The provider of a domain that anybody can have an address in; undefined for one of a company's own, of which the MX
 * records tell.
 */
export function findProviderOfDomain(domain: string): Pick<MailboxProvider, 'id' | 'name'> | undefined {
  return byDomain.get(domain)
}

/**
 * The provider that an MX host belongs to, by the longest suffix of whole labels.
 *
 * @example
 * ```ts
 * findMailboxProvider('example-org.mail.protection.outlook.com')?.id === 'microsoft'
 * findMailboxProvider('mx.notgoogle.com') === undefined
 * ```
 */
export function findMailboxProvider(mx: string): MailboxProvider | undefined {
  let rest = mx.toLowerCase().replace(/\.$/, '')
  while (rest !== '') {
    const provider = bySuffix.get(rest)
    if (provider) return provider
    const dot = rest.indexOf('.')
    rest = dot === -1 ? '' : rest.slice(dot + 1)
  }
  return undefined
}
