import { spawn } from 'node:child_process'
import { Resolver } from 'node:dns/promises'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { systemClock } from '../src/clock.ts'
import { type ResolverOptions, createResolver } from '../src/dns/index.ts'
import { forEachLimited } from '../src/parallel.ts'
import { type BenchResult, type Sample, type Spread, machine, sample, spread } from './measure.ts'

const runs = 5
const domains = 10_000
/** Domains at a time, of each of which up to two questions are under way: each contender is measured by the best of these. */
const fewAtATime = [32, 64, 100] as const
/** What a list of domains asks for where nothing holds it back. c-ares has one socket, and loses answers by then. */
const manyAtATime = 5_000

/** The four look-ups that a domain's policy takes, as one library does them. Each says how many records came. */
interface Lookups {
  mx(name: string): Promise<number>
  address(name: string): Promise<number>
  tlsa(name: string): Promise<number>
  text(name: string): Promise<number>
}

/** Look-ups of MX, address, TLSA and TXT for 10,000 domains: Sealpost's resolver against Node's, in turns. */
export async function benchPolicy(): Promise<BenchResult> {
  const server = await startNames()
  const contenders: Readonly<Record<string, () => Promise<Sample>>> = {
    ...Object.fromEntries(
      fewAtATime.flatMap((atATime) => [
        [`sealpost_${atATime}`, async () => resolveAll(atATime, sealpost(server.port))],
        [`dns_promises_${atATime}`, async () => resolveAll(atATime, dnsPromises(server.port))],
      ]),
    ),
    sealpost_socket_each: async () => resolveAll(fewAtATime[1], sealpost(server.port, { questionsEach: 1 })),
    sealpost_many: async () => resolveAll(manyAtATime, sealpost(server.port)),
  }
  const samples: Record<string, Sample>[] = []
  try {
    // The first round warms up all and is not counted.
    for (let run = 0; run <= runs; run++) {
      const taken: Record<string, Sample> = {}
      for (const [name, measure] of Object.entries(contenders)) taken[name] = await measure()
      if (run > 0) samples.push(taken)
    }
  } finally {
    server.stop()
  }
  const spreadOf = (measure: (run: Record<string, Sample>) => number): Spread => spread(samples.map(measure))
  return {
    name: 'policy',
    machine,
    runs,
    rates: Object.fromEntries(
      Object.keys(contenders).flatMap((name) => [
        [name, spreadOf((run) => run[name]?.rate ?? 0)],
        [`${name}_cpu_ms`, spreadOf((run) => run[name]?.cpuMs ?? 0)],
      ]),
    ),
    ratios: {
      vs_dns_promises: spreadOf((run) => bestRate(run, 'sealpost') / bestRate(run, 'dns_promises')),
      cpu_vs_dns_promises: spreadOf((run) => (run['sealpost_64']?.cpuMs ?? 0) / (run['dns_promises_64']?.cpuMs ?? 1)),
      shared_sockets_vs_socket_each: spreadOf(
        (run) => (run['sealpost_64']?.rate ?? 0) / (run['sealpost_socket_each']?.rate ?? 1),
      ),
    },
    notes: [
      `look-ups a second: MX, A, TLSA and TXT of ${domains} domains, none of them cached, ${fewAtATime.join(', ')} domains at a time`,
      'vs_dns_promises: the best of these for each, in the same run; above 1 sealpost is quicker',
      `sealpost_many: ${manyAtATime} domains at a time, which dns.promises is not asked for, as it loses answers`,
      'the name server is a process of its own that answers at once; DNSSEC state is kept by sealpost and is not to be had from dns.promises',
      'socket_each: a new socket for each question, as against up to 8 that carry 200 questions each',
    ],
  }
}

function bestRate(run: Readonly<Record<string, Sample>>, contender: string): number {
  return Math.max(...fewAtATime.map((atATime) => run[`${contender}_${atATime}`]?.rate ?? 0))
}

async function resolveAll(atATime: number, lookups: Lookups): Promise<Sample> {
  let found = 0
  const result = await sample(4 * domains, async () => {
    const names = Array.from({ length: domains }, (_, index) => `d${index}.example`)
    await forEachLimited(names, atATime, async (domain) => {
      const route = async (): Promise<number> => {
        const mx = await lookups.mx(domain)
        const address = await lookups.address(`mx.${domain}`)
        return mx + address + (await lookups.tlsa(`_25._tcp.mx.${domain}`))
      }
      const [text, others] = await Promise.all([lookups.text(`_mta-sts.${domain}`), route()])
      found += text + others
    })
  })
  if (found !== 4 * domains) throw new Error(`${4 * domains - found} look-ups found nothing`)
  return result
}

function sealpost(port: number, udp: ResolverOptions['udp'] = {}): Lookups {
  const server = { address: '127.0.0.1', port }
  const resolver = createResolver({ servers: [server], timeoutMs: 5_000, tries: 3, clock: systemClock, udp })
  const count = async (name: string, type: 'MX' | 'A' | 'TLSA' | 'TXT'): Promise<number> => {
    const answer = await resolver.query(name, type)
    return answer.kind === 'records' ? answer.records.length : 0
  }
  return {
    mx: async (name) => count(name, 'MX'),
    address: async (name) => count(name, 'A'),
    tlsa: async (name) => count(name, 'TLSA'),
    text: async (name) => count(name, 'TXT'),
  }
}

function dnsPromises(port: number): Lookups {
  const resolver = new Resolver({ timeout: 5_000, tries: 3 })
  resolver.setServers([`127.0.0.1:${port}`])
  return {
    mx: async (name) => (await resolver.resolveMx(name)).length,
    address: async (name) => (await resolver.resolve4(name)).length,
    tlsa: async (name) => (await resolver.resolveTlsa(name)).length,
    text: async (name) => (await resolver.resolveTxt(name)).length,
  }
}

async function startNames(): Promise<{ readonly port: number; stop(): void }> {
  const program = fileURLToPath(new URL('./names.ts', import.meta.url))
  const child = spawn(process.execPath, [program], { stdio: ['pipe', 'pipe', 'inherit'] })
  const { value } = await createInterface({ input: child.stdout })[Symbol.asyncIterator]().next()
  return { port: Number(value), stop: () => child.kill() }
}
