import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { createCheckContext, examine, parseTarget } from '../src/check/index.ts'
import { systemClock } from '../src/clock.ts'
import type { Resolver } from '../src/dns/index.ts'
import { forEachLimited } from '../src/parallel.ts'
import { dial } from '../src/starttls/index.ts'
import { Trust } from '../src/tls/index.ts'

const waitMs = 50
/** As many as `sealpost check` examines at a time. */
const concurrency = 20

/** What an examination of many hosts cost. */
export interface ListSample {
  readonly seconds: number
  /** Connections a host was opened. */
  readonly connections: number
  /** Wall time over what the waiting alone must take: connections x wait ÷ concurrency. */
  readonly overIdeal: number
}

/** How much is asked of each host. */
export interface ListDepth {
  readonly hosts: number
  /** Connections to each at the most. */
  readonly budget: number
}

export function describeList({ hosts, budget }: ListDepth): string {
  const waits = `whose every connection waits ${waitMs} ms before its greeting`
  const ideal = `ideal is connections x ${waitMs} ms ÷ ${concurrency}`
  return `${hosts} hosts, each on an address of its own, ${waits}; at most ${budget} connections to each, ${concurrency} hosts at a time; ${ideal}; hosts in a process of their own`
}

/** Examines many hosts of one server process, by the library that `sealpost check` calls. */
export async function timeHostList(depth: ListDepth): Promise<ListSample> {
  const { hosts } = depth
  const server = await startHosts()
  try {
    const before = await server.count()
    const start = performance.now()
    await examineAll(depth, server)
    const seconds = (performance.now() - start) / 1000
    const opened = (await server.count()) - before
    const ideal = (opened * waitMs) / 1000 / concurrency
    return { seconds, connections: opened / hosts, overIdeal: seconds / ideal }
  } finally {
    server.stop()
  }
}

async function examineAll({ hosts, budget }: ListDepth, server: Hosts): Promise<void> {
  const context = createCheckContext({
    resolver,
    trust: new Trust([server.ca]),
    clock: systemClock,
    dialer: dial,
    names: ['client.test'],
    timeouts: { connect: 30_000, greeting: 30_000, command: 30_000, handshake: 30_000 },
    port: server.port,
    allowPrivateAddresses: true,
    retryMs: [],
    otherPorts: [],
    deep: false,
    budget,
    probeMail: false,
  })
  const targets = Array.from({ length: hosts }, (_, index) => parseTarget(`smtp://h${index}.hosts.test:${server.port}`))
  await forEachLimited(targets, concurrency, async (target) => {
    const { verdict, words } = await examine(target, context)
    if (verdict !== 'authenticated') throw new Error(`${target.text} is ${verdict}: ${words}`)
  })
}

/** Names without a name server: what DNS costs is not what is measured here. */
const resolver: Resolver = {
  query: async (name, type) => {
    const index = Number(/^h(\d+)\./.exec(name)?.[1])
    if (type !== 'A') return { kind: 'nodata', authenticated: false }
    const records = [`127.1.${Math.floor(index / 250)}.${1 + (index % 250)}`]
    // Of the type just compared, which TypeScript cannot follow.
    return { kind: 'records', records: records as never[], authenticated: false, ttl: 60, canonical: name }
  },
}

interface Hosts {
  readonly port: number
  readonly ca: string
  /** Connections taken so far. */
  count(): Promise<number>
  stop(): void
}

async function startHosts(): Promise<Hosts> {
  const program = fileURLToPath(new URL('./hosts.ts', import.meta.url))
  const child = spawn(process.execPath, [program, String(waitMs)], { stdio: ['pipe', 'pipe', 'inherit'] })
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  const next = async (): Promise<string> => {
    const { value, done } = await lines.next()
    if (done) throw new Error('the hosts ended')
    return value
  }
  const { port, ca } = JSON.parse(await next()) as { port: number; ca: string }
  return {
    port,
    ca,
    count: async () => {
      child.stdin.write('\n')
      return Number(await next())
    },
    stop: () => {
      child.stdin.end()
    },
  }
}
