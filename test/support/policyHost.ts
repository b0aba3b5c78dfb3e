import { once } from 'node:events'
import type { RequestListener } from 'node:http'
import { type ServerOptions, createServer } from 'node:https'
import type { Server, Socket } from 'node:net'
import { type TLSSocket, type TlsOptions, createServer as createTlsServer } from 'node:tls'
import type { DnsAnswer, RecordData, RecordType, Resolver } from '../../src/dns/index.ts'
import { type FetchOptions, type PolicyCache, createMemoryCache } from '../../src/mtasts/index.ts'
import type { Authority, Identity, IssueOptions, Place } from '../../src/world/index.ts'
import { VirtualClock } from './clock.ts'
import { authority, trust } from './lab.ts'
import { Network, publicAddress } from './network.ts'

export const stsDomain = 'example.test'
const policyHostName = `mta-sts.${stsDomain}`

/** A policy that everybody likes. */
export const goodPolicy = 'version: STSv1\nmode: enforce\nmx: mx.example.test\nmx: *.example.net\nmax_age: 604800\n'

/** The names that a test knows; `fail` is a DNS that gives no answer, and what is not there does not exist. */
export type Names = Record<string, 'fail' | { readonly TXT?: readonly string[]; readonly A?: readonly string[] }>

/** A resolver that is a literal, which the test may change as it goes. */
function resolveIn(names: Names): Resolver {
  return {
    query: async <T extends RecordType>(name: string, type: T): Promise<DnsAnswer<RecordData[T]>> => {
      const known = names[name]
      if (known === 'fail') return { kind: 'failure', cause: 'servfail', detail: 'the DNS server says SERVFAIL' }
      if (!known) return { kind: 'nxdomain', authenticated: false }
      // Strings are what both types have.
      const records = (type === 'TXT' ? known.TXT : type === 'A' ? known.A : undefined) as readonly RecordData[T][] | undefined
      if (!records) return { kind: 'nodata', authenticated: false }
      return { kind: 'records', records, authenticated: false, ttl: 60, canonical: name }
    },
  }
}

export interface PolicyHost extends Place, AsyncDisposable {
  /** Requests that came, `GET /path`. */
  readonly asked: readonly string[]
  /** Octets that went out on all connections, TLS and all. */
  readonly written: () => number
}

/** A policy host with HTTP as Node has it. */
export async function startPolicyHost(
  answer: RequestListener,
  certificate: Partial<IssueOptions> = {},
  options: ServerOptions & { readonly from?: Authority } = {},
): Promise<PolicyHost> {
  const asked: string[] = []
  const identity = await issue(certificate, options.from)
  const server = createServer({ ...identity, ...options }, (request, response) => {
    asked.push(`${request.method} ${request.url}`)
    // The machine's time; a test's clock is elsewhere.
    response.sendDate = false
    answer(request, response)
  })
  return listen(server, asked)
}

/** A policy host that does as it likes once TLS stands. */
export async function startRawPolicyHost(serve: (socket: TLSSocket) => void, options: TlsOptions = {}): Promise<PolicyHost> {
  const server = createTlsServer({ ...(await issue({})), ...options }, (socket) => {
    socket.on('error', () => undefined)
    serve(socket)
  })
  return listen(server, [])
}

async function issue(certificate: Partial<IssueOptions>, from: Authority = authority): Promise<Identity> {
  return from.issue({ names: [policyHostName], ...certificate })
}

async function listen(server: Server, asked: readonly string[]): Promise<PolicyHost> {
  const sockets: Socket[] = []
  server.on('connection', (socket: Socket) => {
    sockets.push(socket)
    socket.on('error', () => undefined)
  })
  server.on('tlsClientError', () => undefined)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  return {
    host: '127.0.0.1',
    port: typeof address === 'object' && address ? address.port : 0,
    asked,
    written: () => sockets.reduce((sum, socket) => sum + socket.bytesWritten, 0),
    async [Symbol.asyncDispose]() {
      server.close()
      for (const socket of sockets) socket.destroy()
      await once(server, 'close')
    },
  }
}

/** Everything that a fetch or a resolution is given, with the policy host behind `publicAddress`. */
export interface StsLab extends FetchOptions {
  readonly clock: VirtualClock
  readonly network: Network
  readonly names: Names
  readonly cache: PolicyCache
  /** Puts another host, or none, in its place. */
  put(...hosts: readonly Place[]): void
}

export function openStsLab(host?: Place, names: Names = {}): StsLab {
  const clock = new VirtualClock()
  const network = new Network()
  const known: Names = {
    [policyHostName]: { A: [publicAddress] },
    [`_mta-sts.${stsDomain}`]: { TXT: ['v=STSv1; id=1;'] },
    ...names,
  }
  const put = (...hosts: readonly Place[]): void => {
    network.put(publicAddress, 443, ...hosts)
  }
  if (host) put(host)
  const options = { resolver: resolveIn(known), trust, clock, dialer: network.dialer, allowPrivateAddresses: false }
  return { ...options, clock, network, names: known, cache: createMemoryCache(), put }
}

/** Answers with a text as a policy. */
export function servePolicy(text: string | Buffer = goodPolicy, headers: Record<string, string> = {}): RequestListener {
  return (_, response) => {
    response.writeHead(200, { 'content-type': 'text/plain', 'content-length': Buffer.byteLength(text), ...headers })
    response.end(text)
  }
}
