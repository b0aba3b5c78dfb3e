import type { Campaign } from '../campaign/index.ts'
import { systemClock } from '../clock.ts'
import { type CheckContext, createCheckContext } from '../check/index.ts'
import { type DnsServer, type Resolver, createResolver, decideTrust, readSystemDns } from '../dns/index.ts'
import { type StsDeps, lookupSts } from '../ground/index.ts'
import { type PolicyCache, createMemoryCache } from '../mtasts/index.ts'
import { type Level, type Policy, decidePolicy } from '../policy/index.ts'
import { findMailboxProvider } from '../provider/index.ts'
import { LimitBook, type QueueStore } from '../queue/index.ts'
import type { Settings } from '../settings/index.ts'
import { type Dialer, createDialer } from '../starttls/index.ts'
import { Trust } from '../tls/index.ts'

/** What every command that goes to the network is made from. */
export interface Network {
  readonly resolver: Resolver
  readonly trust: Trust
  readonly dialer: Dialer
  /** Our names for EHLO, tried in order. */
  readonly names: readonly string[]
}

/** @param ca authorities to trust beside those of the settings, PEM */
export async function createNetwork(settings: Settings, ca: readonly string[] = []): Promise<Network> {
  const trust = new Trust([...settings.tls.ca, ...ca])
  return {
    resolver: await createNameResolver(settings, trust),
    trust,
    dialer: describeDialer(settings),
    names: [settings.hostname],
  }
}

/** How long each question of the test of a resolver on this machine may hold up a start, in milliseconds. */
const trustTestMs = 2_000

async function createNameResolver({ dns }: Settings, trust: Trust): Promise<Resolver> {
  const system = dns.servers.length > 0 ? { servers: dns.servers, trustAd: false } : await readSystemDns()
  const servers: readonly DnsServer[] = system.servers
  // A context takes its time to make, and most resolvers are not asked over TLS.
  const secure = servers.some(({ tlsName }) => tlsName !== undefined) ? { secureContext: trust.context('TLSv1.2') } : {}
  const options = { servers, timeoutMs: dns.timeout, clock: systemClock, ...secure }
  return createResolver({
    ...options,
    tries: dns.tries,
    trust: await decideTrust({
      ...options,
      timeoutMs: Math.min(dns.timeout, trustTestMs),
      setting: dns.trustAd,
      systemTrustsAd: system.trustAd,
      names: dns.trustTest,
    }),
  })
}

function describeDialer({ network }: Settings): Dialer {
  const dial = createDialer(network.source ?? {})
  if (network.ipv6 !== 'off') return dial
  return async (endpoint, ...rest) =>
    endpoint.address.includes(':')
      ? { kind: 'unreachable', cause: 'no-ipv6', detail: 'IPv6 is switched off in the settings' }
      : dial(endpoint, ...rest)
}

/** How long an examination waits before it asks again a server that put it off, in milliseconds. */
const patience = [1_000, 3_000]

/** How much an examination may ask of one address. */
export interface Depth {
  readonly deep: boolean
  /** Most connections to one address. */
  readonly budget: number
  readonly probeMail: boolean
  readonly askSpf?: boolean
  readonly askTlsRpt?: boolean
  readonly retryMs: readonly number[]
}

export const depths = {
  /** What a sender sees, and nothing more: one connection, and more only where a server puts us off. */
  verdict: { deep: false, budget: 1, probeMail: false, retryMs: patience },
  brief: { deep: false, budget: 8, probeMail: false, retryMs: patience },
  /** A server with all suites there ever were takes fewer. */
  deep: { deep: true, budget: 500, probeMail: false, retryMs: patience },
} as const satisfies Record<string, Depth>

export function createExamination(settings: Settings, network: Network, depth: Depth, cache = createMemoryCache()): CheckContext {
  const { timeouts } = settings.delivery
  return createCheckContext({
    ...network,
    sts: createSts(settings, network, cache),
    clock: systemClock,
    timeouts: { connect: timeouts.connect, greeting: timeouts.greeting, command: timeouts.command, handshake: timeouts.command },
    port: settings.network.port,
    allowPrivateAddresses: settings.network.allowPrivateAddresses,
    ...depth,
    otherPorts:
      settings.network.port === 25
        ? [
            { protocol: 'smtp', port: 587, security: 'starttls', login: true },
            { protocol: 'smtp', port: 465, security: 'implicit', login: true },
          ]
        : [],
  })
}

/** What of a campaign, or of its frozen form, its policy follows from. */
type PolicyTerms = Pick<Campaign, 'level' | 'domains' | 'login' | 'route'> & { readonly requireTls?: boolean }

/** What each of a campaign's destinations must provide: pre-flight and sending ask the same. */
export function createPolicy(
  campaign: PolicyTerms,
  settings: Settings,
  sts: StsDeps,
): (domain: string, hosts?: readonly string[], released?: Level) => Promise<Policy> {
  const { level, domains, login, requireTls = false } = campaign
  // By way of a relay the hop is not the domain's: what that asks for, the relay has to heed.
  const asked = campaign.route.kind === 'direct' ? sts : undefined
  return async (domain, hosts, released) => {
    const { ground } = await lookupSts(domain, asked, hosts)
    return decidePolicy({
      domain,
      campaign: level,
      domains,
      ...(released === undefined ? {} : { released }),
      floor: settings.tls.minVersion,
      login: login !== undefined,
      sts: ground,
      message: { requireTls, tlsOptional: false },
    })
  }
}

/** How MTA-STS is asked, with policies kept in `cache`; undefined where the settings say that it is not. */
export function createSts(settings: Settings, network: Network, cache: PolicyCache): StsDeps {
  if (!settings.policy.mtaSts) return undefined
  return {
    cache,
    resolver: network.resolver,
    trust: network.trust,
    dialer: network.dialer,
    clock: systemClock,
    allowPrivateAddresses: settings.network.allowPrivateAddresses,
    port: settings.policy.port,
  }
}

/** What destinations may be given; the customers of one provider together. */
export function createLimits({ delivery: { lane, rules } }: Settings, usage: Pick<QueueStore, 'usage' | 'addUsage'>): LimitBook {
  return new LimitBook({
    clock: systemClock,
    random: Math.random,
    usage,
    lane,
    rules,
    providerOf: (host) => findMailboxProvider(host)?.id,
  })
}
