import { BlockList, isIPv6 } from 'node:net'
import type { ResolverTrust } from './answer.ts'
import type { AnyAnswer } from './decode.ts'
import { type DnsServer, formatServer } from './exchange.ts'
import { type Asker, type Settled, Upstream, type UpstreamOptions } from './upstream.ts'

interface TrustOptions extends UpstreamOptions {
  readonly servers: readonly DnsServer[]
  /** What the settings say; `auto` goes by resolv.conf and by the test. */
  readonly setting: 'yes' | 'no' | 'auto'
  /** `options trust-ad`, where `servers` come from resolv.conf. */
  readonly systemTrustsAd: boolean
  /** Names for the test. */
  readonly names?: Partial<TrustNames>
}

/** What a validating resolver tells apart. */
interface TrustNames {
  /** A name that is signed: its SOA must come with AD. */
  readonly signed: string
  /** A name whose signatures are broken on purpose: its address must be refused. */
  readonly broken: string
}

/** The root is signed for as long as there is DNSSEC; the second is kept broken for tests like this one. */
const defaultNames: TrustNames = { signed: '.', broken: 'dnssec-failed.org' }

/**
 * Whether the AD bit of these resolvers counts. A forwarder passes on a bit that nobody checked, and on the way from a
 * resolver anybody can set it, so it counts where the settings or resolv.conf say so, or where the resolver is on this
 * very machine and shows that it validates.
 */
export async function decideTrust(options: TrustOptions): Promise<ResolverTrust> {
  const { servers, setting, systemTrustsAd } = options
  if (setting === 'yes') return { kind: 'trusted', reason: 'the settings say so (dns.trustAd)' }
  if (setting === 'no') return { kind: 'untrusted', reason: 'the settings say so (dns.trustAd)' }
  if (systemTrustsAd) return { kind: 'trusted', reason: 'resolv.conf says so (options trust-ad)' }
  const distant = servers.find((server) => !isLoopback(server.address))
  if (distant || servers.length === 0) {
    const which = distant ? `the DNS server ${formatServer(distant)} is on another machine` : 'no DNS server is known'
    return {
      kind: 'untrusted',
      reason: `${which}, and neither the settings (dns.trustAd) nor resolv.conf (trust-ad) vouch for it`,
    }
  }
  // Any of them may be asked, so each has to pass.
  const flaws = await Promise.all(servers.map(async (server) => testServer(server, options)))
  const flaw = flaws.find((found) => found !== undefined)
  return flaw === undefined
    ? { kind: 'trusted', reason: 'the resolver on this machine passed the test: it validates signatures' }
    : { kind: 'untrusted', reason: flaw }
}

/** What is wrong with a resolver, undefined where it validates. */
async function testServer(server: DnsServer, options: TrustOptions): Promise<string | undefined> {
  const { signed, broken } = { ...defaultNames, ...options.names }
  const upstream = new Upstream(server, options)
  try {
    const place = `the DNS server ${formatServer(server)}`
    const good = await ask(upstream, { name: signed, type: 'SOA' })
    if (good.kind !== 'records') return `${place} does not find the signed name ${spell(signed)}`
    if (!good.authenticated) return `${place} does not validate: it gives the signed name ${spell(signed)} without AD`
    const bad = await ask(upstream, { name: broken, type: 'A' })
    if (bad.kind !== 'failure') return `${place} does not validate: it gives ${broken}, whose signatures are broken`
    if (bad.cause !== 'servfail') return `${place} did not answer about ${broken}, whose signatures are broken: ${bad.detail}`
    // Asked not to check (CD), a validating resolver gives the name; one that is cut off from the world fails again.
    const unchecked = await ask(upstream, { name: broken, type: 'A', unchecked: true })
    if (unchecked.kind === 'records') return undefined
    return `${place} does not find ${broken} even when asked not to validate it, so its refusal proves nothing`
  } finally {
    upstream.close()
  }
}

async function ask(upstream: Upstream, asked: Pick<Asker, 'name' | 'type' | 'unchecked'>): Promise<AnyAnswer> {
  const { promise, resolve } = Promise.withResolvers<AnyAnswer>()
  const settle = ({ answer }: Settled): void => {
    resolve(answer)
  }
  upstream.ask({ ...asked, hasOther: false, settle })
  return promise
}

const loopback = new BlockList()
loopback.addSubnet('127.0.0.0', 8, 'ipv4')
loopback.addAddress('::1', 'ipv6')

function isLoopback(address: string): boolean {
  const plain = address.split('%')[0] ?? ''
  return loopback.check(plain, isIPv6(plain) ? 'ipv6' : 'ipv4')
}

/** The root's own name is a dot, which nobody would see behind a sentence. */
function spell(name: string): string {
  return name === '.' ? 'of the root' : name
}
