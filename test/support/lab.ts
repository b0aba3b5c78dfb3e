import { type CheckContext, type CheckOptions, type CheckResult, createCheckContext } from '../../src/check/index.ts'
import { examine, parseTarget } from '../../src/check/index.ts'
import { createResolver } from '../../src/dns/index.ts'
import { Trust } from '../../src/tls/index.ts'
import {
  type Authority,
  type DnsServer,
  type IssueOptions,
  type Script,
  type ScriptedServer,
  type Zone,
  createAuthority,
  startDnsServer,
  startScriptedServer,
} from '../../src/world/index.ts'
import { VirtualClock } from './clock.ts'
import { Network, publicAddress } from './network.ts'

/** Our name for EHLO. */
export const clientName = 'client.test'
const domain = 'example.test'
export const mx = 'mx.example.test'

/** The authority that clients of the tests trust; made once in each file, as keys take their time. */
export const authority: Authority = await createAuthority()
export const trust = new Trust([authority.pem])

/** RFC 5321 4.5.3.2, as the settings have them. */
export const timeouts = { connect: 30_000, greeting: 300_000, command: 300_000, handshake: 60_000 }

/** How a server of the lab differs from the happy default. */
interface Server {
  readonly script?: Partial<Script>
  readonly certificate?: Partial<IssueOptions>
  readonly port?: number
  /** Where it really listens. */
  readonly host?: string
}

export interface LabOptions {
  /** Names beside, or in place of, the happy ones. */
  readonly zone?: Zone
  readonly check?: Partial<CheckOptions>
}

/**
 * A name server, a network, virtual time and an examination wired to them. `example.test` has the MX `mx.example.test`
 * at `publicAddress`; servers are put there, or elsewhere, with `addServer`.
 */
export interface Lab extends AsyncDisposable {
  readonly clock: VirtualClock
  readonly network: Network
  readonly dns: DnsServer
  readonly context: CheckContext
  addServer(address?: string, server?: Server): Promise<ScriptedServer>
  check(target?: string): Promise<CheckResult>
}

export async function startLab(options: LabOptions = {}): Promise<Lab> {
  const stack = new AsyncDisposableStack()
  const clock = new VirtualClock()
  const network = new Network()
  const dns = stack.use(await startDnsServer({ ...happyZone, ...options.zone }))
  const context = createCheckContext({
    resolver: createResolver({
      servers: [{ address: dns.host, port: dns.port }],
      timeoutMs: 5_000,
      tries: 2,
      clock,
      // It signs nothing, and is believed in that.
      trust: { kind: 'trusted', reason: "it is the lab's own" },
    }),
    trust,
    clock,
    dialer: network.dialer,
    names: [clientName],
    timeouts,
    port: 25,
    allowPrivateAddresses: false,
    retryMs: [1_000, 3_000],
    otherPorts: [
      { protocol: 'smtp', port: 587, security: 'starttls', login: true },
      { protocol: 'smtp', port: 465, security: 'implicit', login: true },
    ],
    deep: false,
    budget: 8,
    probeMail: false,
    ...options.check,
  })
  return {
    clock,
    network,
    dns,
    context,
    async addServer(address = publicAddress, { script, certificate, port = 25, host = '127.0.0.1' } = {}) {
      const hostname = script?.hostname ?? mx
      const identity = await authority.issue({ names: [hostname], ...certificate })
      const server = await startScriptedServer({ hostname, tls: { identity }, ...script }, { host, clock })
      stack.use(server)
      network.put(address, port, server)
      return server
    },
    check: async (target = domain) => examine(parseTarget(target), context),
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  }
}

const happyZone: Zone = {
  [domain]: { MX: [{ preference: 10, exchange: mx }] },
  [mx]: { A: [publicAddress] },
}
