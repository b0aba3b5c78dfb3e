import { type CheckContext, type CheckResult, type HostResult, type Target, describeUntried, examine } from '../check/index.ts'
import type { RecordData, RecordType, Resolver } from '../dns/index.ts'
import { forEachLimited } from '../parallel.ts'
import type { ProviderEndpoint, SendingProvider } from '../provider/index.ts'
import { type AddressResult, compareAddress } from './compare.ts'

/** One endpoint: what the check saw, and how it compares. */
export interface EndpointResult {
  readonly endpoint: ProviderEndpoint
  readonly check: CheckResult
  /** One for each address that was tried; one without an address where there is none. */
  readonly addresses: readonly AddressResult[]
}

export interface ProviderResult {
  readonly provider: SendingProvider
  /** In the order of the directory. */
  readonly endpoints: readonly EndpointResult[]
}

/** Endpoints examined at a time. They belong to one provider, which should not take it for an attack. */
const concurrency = 4

/**
 * Examines endpoints of a provider and holds each against its documentation.
 *
 * @param told called when an endpoint is done
 */
export async function examineProvider(
  provider: SendingProvider,
  endpoints: readonly ProviderEndpoint[],
  context: CheckContext,
  told: (done: number, endpoint: ProviderEndpoint) => void = () => undefined,
): Promise<ProviderResult> {
  const sparing = { ...context, resolver: fewAddresses(context.resolver) }
  const results: EndpointResult[] = []
  let done = 0
  await forEachLimited(endpoints, concurrency, async (endpoint, index) => {
    const check = await examine(targetOf(endpoint), sparing)
    const hosts = check.hosts.length > 0 ? check.hosts : [describeMissing(endpoint, check)]
    results[index] = {
      endpoint,
      check,
      addresses: hosts.map((host) => compareAddress(endpoint, provider.tls, host)),
    }
    told(++done, endpoint)
  })
  return { provider, endpoints: results }
}

const schemes = {
  smtp: { starttls: 'submission', implicit: 'smtps' },
  imap: { starttls: 'imap', implicit: 'imaps' },
  pop3: { starttls: 'pop3', implicit: 'pop3s' },
} as const

/** The endpoint as `sealpost check` is asked for it, whatever its port is registered for: people log in there. */
function targetOf({ host, port, protocol, security: documented }: ProviderEndpoint): Target {
  const security = documented === 'implicit' ? 'implicit' : 'starttls'
  return {
    kind: 'host',
    text: `${schemes[protocol][security]}://${host}:${port}`,
    host,
    service: { protocol, port, security, login: true },
    source: 'user',
  }
}

/** An endpoint whose host has no address, in the shape of one that has. */
function describeMissing({ host, port, protocol, security }: ProviderEndpoint, check: CheckResult): HostResult {
  const { verdict, cause, words, quote, grade } = check
  const asked = security === 'implicit' ? 'implicit' : 'starttls'
  return describeUntried({
    mx: host,
    preference: undefined,
    port,
    protocol,
    security: asked,
    verdict,
    cause,
    words,
    quote,
    grade,
  })
}

/**
 * A resolver that knows of one address of each family: behind a provider's host are many, all alike, and every one
 * would be examined.
 */
export function fewAddresses(resolver: Resolver): Resolver {
  return {
    query: async <T extends RecordType>(name: string, type: T) => {
      const answer = await resolver.query(name, type)
      if (answer.kind !== 'records' || (type !== 'A' && type !== 'AAAA')) return answer
      return { ...answer, records: answer.records.slice(0, 1) satisfies readonly RecordData[T][] }
    },
  }
}
