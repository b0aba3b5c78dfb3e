import { X509Certificate, createHash } from 'node:crypto'
import type { RequestListener } from 'node:http'
import { type CheckResult, createCheckContext, examine, parseTarget } from '../../src/check/index.ts'
import { exitOf } from '../../src/cli/check.ts'
import { type MockZone, type TlsaRecord, mockResolver } from '../../src/dns/index.ts'
import { type PolicyCache, createMemoryCache } from '../../src/mtasts/index.ts'
import { type Identity, type IssueOptions, type Place, type Script, startScriptedServer } from '../../src/world/index.ts'
import { findingsOf } from './checkWith.ts'
import { authority, mx, startLab, trust } from './lab.ts'
import { publicAddress } from './network.ts'
import { servePolicy, startPolicyHost } from './policyHost.ts'

/** Where the policy host of `example.test` is. */
const policyAddress = '5.45.25.80'

/** How a domain differs from one whose server has a good certificate, and which publishes nothing. */
interface Wish {
  /** Names in place of, or beside, the happy ones; `identity` is the server's. */
  readonly zone?: (identity: Identity) => MockZone
  /** Whether the zone of domain and host is signed. */
  readonly secure?: { readonly mx?: boolean; readonly host?: boolean }
  readonly trust?: Parameters<typeof mockResolver>[1]
  readonly certificate?: Partial<IssueOptions>
  readonly script?: Partial<Script>
  /** What the policy host answers. */
  readonly policy?: string | RequestListener | Place
  /** What `_mta-sts` has; one record unless given. */
  readonly record?: readonly string[]
  readonly policyCertificate?: Partial<IssueOptions>
  readonly cache?: PolicyCache
}

export interface PolicyChecked {
  readonly result: CheckResult
  readonly findings: Readonly<Record<string, string>>
  /** Rules that were not tested, with the reason. */
  readonly notTested: Readonly<Record<string, string>>
  /** At level `encrypted`. */
  readonly exit: number
  readonly asked: readonly string[]
  /** Names that the server was asked for in handshakes. */
  readonly sni: readonly (string | undefined)[]
}

/** Checks `example.test`: real servers, and a DNS that is a literal. */
export async function checkPolicy(wish: Wish = {}): Promise<PolicyChecked> {
  await using lab = await startLab()
  await using stack = new AsyncDisposableStack()
  const { clock, network } = lab
  const identity = await authority.issue({ names: [mx], ...wish.certificate })
  const server = stack.use(
    await startScriptedServer({ hostname: mx, tls: { identity }, ...wish.script }, { host: '127.0.0.1', clock }),
  )
  network.put(publicAddress, 25, server)
  const { policy } = wish
  if (policy !== undefined) {
    const host =
      typeof policy === 'object'
        ? policy
        : stack.use(await startPolicyHost(typeof policy === 'string' ? servePolicy(policy) : policy, wish.policyCertificate))
    network.put(policyAddress, 443, host)
  }
  const { mx: mxSecure = true, host: hostSecure = true } = wish.secure ?? {}
  const record = wish.record ?? (policy === undefined ? [] : ['v=STSv1; id=1;'])
  const resolver = mockResolver(
    {
      'example.test': { MX: [{ preference: 10, exchange: mx }], secure: mxSecure },
      [mx]: { A: [publicAddress], secure: hostSecure },
      ...(record.length === 0 ? {} : { '_mta-sts.example.test': { TXT: record } }),
      'mta-sts.example.test': { A: [policyAddress] },
      ...wish.zone?.(identity),
    },
    wish.trust,
  )
  const cache = wish.cache ?? createMemoryCache()
  const sts = { cache, resolver, trust, clock, dialer: network.dialer, allowPrivateAddresses: false }
  const context = createCheckContext({ ...lab.context, resolver, sts, askTlsRpt: true })
  const result = await examine(parseTarget('example.test'), context)
  await Promise.all(server.connections.map(async ({ closed }) => closed))
  return {
    result,
    findings: findingsOf(result),
    notTested: Object.fromEntries(result.hosts.flatMap(({ notTested }) => notTested.map(({ rule, why }) => [rule, why]))),
    exit: exitOf([result], 'encrypted'),
    asked: resolver.asked,
    sni: server.connections.map(({ sni }) => sni),
  }
}

/** TLSA records of the server's own key, made from its certificate. */
export function tlsaOf(identity: Identity, usage = 3): TlsaRecord {
  const key = new X509Certificate(identity.cert).publicKey.export({ type: 'spki', format: 'der' })
  return { usage, selector: 1, matchingType: 1, data: createHash('sha256').update(key).digest() }
}

/** A record of some other key. */
export const otherTlsa: TlsaRecord = { usage: 3, selector: 1, matchingType: 1, data: Buffer.alloc(32, 7) }

/** The name of the records of `mx.example.test`. */
export const tlsaName = `_25._tcp.${mx}`
