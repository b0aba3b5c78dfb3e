import { spawn } from 'node:child_process'
import { Resolver } from 'node:dns/promises'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { systemClock } from '../src/clock.ts'
import { type ResolverOptions, createResolver } from '../src/dns/index.ts'
import { forEachLimited } from '../src/parallel.ts'
import { type BenchResult, type Sample, machine, sample, spread } from './measure.ts'

const runs = 5
const domains = 10_000
/** Domains at a time: two questions of each are under way. c-ares has one socket, and loses answers with many more. */
const fewAtATime = 64
/** What Sealpost is asked by a list of domains, where nothing holds it back. */
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
    sealpost: async () => resolveAll(fewAtATime, sealpost(server.port)),
    dns_promises: async () => resolveAll(fewAtATime, dnsPromises(server.port)),
    sealpost_socket_each: async () => resolveAll(fewAtATime, sealpost(server.port, { questionsEach: 1 })),
    sealpost_many: async () => resolveAll(manyAtATime, sealpost(server.port)),
  }
  const samples: Record<string, Sample[]> = {}
  try {
    // The first round warms up all and is not counted.
    for (let run = 0; run <= runs; run++) {
      for (const [name, measure] of Object.entries(contenders)) {
        const one = await measure()
        if (run > 0) (samples[name] ??= []).push(one)
      }
    }
  } finally {
    server.stop()
  }
  const of = (name: string): readonly Sample[] => samples[name] ?? []
  const ratio = (one: string, other: string, pick: (sample: Sample) => number) =>
    spread(of(one).map((sample, run) => pick(sample) / pick(of(other)[run] ?? sample)))
  const rate = ({ rate }: Sample): number => rate
  return {
    name: 'policy',
    machine,
    runs,
    rates: Object.fromEntries(
      Object.keys(contenders).flatMap((name) => [
        [name, spread(of(name).map(rate))],
        [`${name}_cpu_ms`, spread(of(name).map(({ cpuMs }) => cpuMs))],
      ]),
    ),
    ratios: {
      vs_dns_promises: ratio('sealpost', 'dns_promises', rate),
      cpu_vs_dns_promises: ratio('sealpost', 'dns_promises', ({ cpuMs }) => cpuMs),
      shared_sockets_vs_socket_each: ratio('sealpost', 'sealpost_socket_each', rate),
    },
    notes: [
      `look-ups a second: MX, A, TLSA and TXT of ${domains} domains, none of them cached, ${fewAtATime} domains at a time for each contender`,
      `sealpost_many: ${manyAtATime} domains at a time, which dns.promises is not asked for`,
      'the name server is a process of its own that answers at once; DNSSEC state is kept by sealpost and is not to be had from dns.promises',
      'socket_each: a new socket for each question, as against up to 64 that carry 200 questions each',
    ],
  }
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
