import { setImmediate } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import type { CheckResult } from '../check/index.ts'
import { countDomains } from '../cli/countDomains.ts'
import type { DnsAnswer, RecordData, RecordType, Resolver } from '../dns/index.ts'
import { type MxSet, keyOf } from './mxSet.ts'
import type { SetResult } from './result.ts'
import { type SweepOptions, type SweepProgress, sweep } from './sweep.ts'

/** A resolver that is a plain literal: domain to its MX hosts by preference; what is not in it does not exist. */
function resolve(zone: (name: string) => readonly string[] | undefined): Resolver {
  return {
    query: async <T extends RecordType>(name: string, type: T): Promise<DnsAnswer<RecordData[T]>> => {
      await setImmediate()
      const hosts = zone(name)
      if (type !== 'MX' || !hosts) return { kind: 'nxdomain', authenticated: false }
      const records = hosts.map((exchange, index) => ({ preference: index, exchange }))
      return { kind: 'records', records: records as RecordData[T][], authenticated: false, ttl: 60, canonical: name }
    },
  }
}

function resultOf(domain: string, result: Partial<CheckResult> = {}): CheckResult {
  const base = { verdict: 'valid', cause: 'pkix', words: 'fine', quote: undefined, grade: 'B', findings: [] } as const
  return {
    target: domain,
    domain,
    best: 'valid',
    hosts: [],
    providers: [],
    checkedAt: new Date(0).toISOString(),
    ...base,
    ...result,
  }
}

/** Runs a sweep whose examinations are `examine`, and tells what went on. */
async function sweepWith(
  counts: Readonly<Record<string, number>> | ReadonlyMap<string, number>,
  zone: (name: string) => readonly string[] | undefined,
  options: Partial<SweepOptions> = {},
) {
  const examined: string[] = []
  const kept = new Map<string, SetResult>()
  const gone: string[] = []
  let progress: SweepProgress | undefined
  const { examine = async (domain: string) => resultOf(domain) } = options
  const domains = await sweep(counts instanceof Map ? counts : new Map(Object.entries(counts)), {
    resolver: resolve(zone),
    recall: () => undefined,
    keep: (mx: MxSet, result: SetResult) => kept.set(keyOf(mx), result),
    letGo: (host) => gone.push(host),
    lookups: 50,
    examinations: 64,
    perProvider: 4,
    signal: new AbortController().signal,
    onProgress: (now) => {
      progress = now
    },
    ...options,
    examine: async (domain, resolver) => {
      examined.push(domain)
      return examine(domain, resolver)
    },
  })
  return { domains, examined, kept, gone, progress }
}

describe('a sweep', () => {
  it('case 66: examines a thousand domains on the same hosts once', async () => {
    const counts = Object.fromEntries(Array.from({ length: 1_000 }, (_, index) => [`d${index}.test`, index + 1]))
    const { domains, examined, kept, progress } = await sweepWith(counts, () => ['mx.test'])
    expect(examined).toHaveLength(1)
    expect(kept.size).toBe(1)
    expect(domains).toHaveLength(1_000)
    expect(new Set(domains.map(({ set }) => set)).size).toBe(1)
    expect(domains[0]?.set).toMatchObject({ domains: 1_000, recipients: 500_500, recalled: false, result: { verdict: 'valid' } })
    expect(progress).toEqual({ hosts: { done: 1, total: 1 }, recipients: { known: 500_500, total: 500_500 } })
  })

  it('begins with the domain that most recipients are at', async () => {
    const { examined } = await sweepWith({ 'a.test': 1, 'b.test': 3, 'c.test': 2 }, (name) => [`mx.${name}`], {
      lookups: 1,
      examinations: 1,
    })
    expect(examined).toEqual(['b.test', 'c.test', 'a.test'])
  })

  it('case 76: lets a host that hangs hold nobody else, not even those of its provider', async () => {
    const counts: Record<string, number> = { 'hanging.test': 100 }
    for (let index = 0; index < 20; index++) counts[`d${index}.test`] = 1
    const { promise, resolve } = Promise.withResolvers<void>()
    const ended: string[] = []
    await sweepWith(counts, (name) => [`${name.replace('.', '-')}.mail.protection.outlook.com`], {
      examine: async (domain) => {
        if (domain === 'hanging.test') await promise
        await setImmediate()
        ended.push(domain)
        // It comes to an end when all others have.
        if (ended.length === 20) resolve()
        return resultOf(domain)
      },
    })
    expect(ended).toHaveLength(21)
    expect(ended.at(-1)).toBe('hanging.test')
  })

  it('case 76: is at no more hosts of one provider at a time than it may', async () => {
    const counts = Object.fromEntries(Array.from({ length: 40 }, (_, index) => [`d${index}.test`, 1]))
    const running = { microsoft: 0, others: 0 }
    const most = { microsoft: 0, others: 0 }
    const owner = (name: string) => (Number(name.slice(1, -5)) < 20 ? 'microsoft' : 'others')
    await sweepWith(counts, (name) => [owner(name) === 'microsoft' ? `${name}.mail.protection.outlook.com` : `mx.${name}`], {
      examine: async (domain) => {
        most[owner(domain)] = Math.max(most[owner(domain)], ++running[owner(domain)])
        for (let turn = 0; turn < 20; turn++) await setImmediate()
        running[owner(domain)] -= 1
        return resultOf(domain)
      },
    })
    expect(most).toEqual({ microsoft: 4, others: 20 })
  })

  it('examines the MX records that it filed the domain under, whatever the DNS says a moment later', async () => {
    let asked = 0
    const { domains } = await sweepWith({ 'a.test': 1 }, () => [`mx${++asked}.test`], {
      examine: async (domain, resolver) => {
        const answer = await resolver.query(domain, 'MX')
        return resultOf(domain, { words: answer.kind === 'records' ? (answer.records[0]?.exchange ?? '') : '' })
      },
    })
    expect(domains[0]?.set).toMatchObject({ mx: { ranks: [['mx1.test']] }, result: { words: 'mx1.test' } })
  })

  it('asks nobody about hosts that an earlier run knows, and keeps no second copy', async () => {
    const earlier: SetResult = {
      verdict: 'plaintext',
      cause: 'not-offered',
      words: 'old',
      grade: 'F',
      rules: [],
      hosts: [],
      checkedAt: new Date(0).toISOString(),
    }
    const { domains, examined, kept } = await sweepWith({ 'a.test': 1, 'b.test': 1 }, (name) => [`mx.${name}`], {
      recall: ({ ranks }) => (ranks[0]?.[0] === 'mx.a.test' ? earlier : undefined),
    })
    expect(examined).toEqual(['b.test'])
    expect(kept.size).toBe(1)
    expect(domains.find(({ domain }) => domain === 'a.test')?.set).toMatchObject({ recalled: true, result: earlier })
  })

  it('keeps what a domain without hosts gives for that domain alone', async () => {
    const { domains, kept } = await sweepWith({ 'gone.test': 1, 'lost.test': 2 }, () => undefined, {
      examine: async (domain) => resultOf(domain, { verdict: 'no-mail', cause: 'nxdomain', grade: '–' }),
    })
    expect(kept.size).toBe(0)
    expect(domains.map(({ domain, set }) => [domain, set?.result?.verdict, set?.mx])).toEqual([
      ['lost.test', 'no-mail', undefined],
      ['gone.test', 'no-mail', undefined],
    ])
  })

  it('ends at once when it is told to, and keeps nothing of what it cut short', async () => {
    const stop = new AbortController()
    const { domains, kept } = await sweepWith({ 'a.test': 3, 'b.test': 2, 'c.test': 1 }, (name) => [`mx.${name}`], {
      examinations: 2,
      signal: stop.signal,
      examine: async (domain) => {
        if (domain === 'a.test') return resultOf(domain)
        stop.abort()
        return resultOf(domain, { verdict: 'unreachable' })
      },
    })
    expect(domains.map(({ set }) => set?.result?.verdict)).toEqual(['valid', undefined, undefined])
    expect(kept.size).toBe(1)
  })

  it('passes on what an examination throws, as it never should', async () => {
    const examine = async (): Promise<CheckResult> => {
      throw new Error('a fault')
    }
    await expect(sweepWith({ 'a.test': 1 }, (name) => [`mx.${name}`], { examine })).rejects.toThrow('a fault')
    await expect(sweepWith({ 'a.test': 1 }, () => undefined, { examine })).rejects.toThrow('a fault')
  })
})

describe('case 76: a long list', () => {
  const domainCount = 5_000

  /** Every other domain has two hosts of its own, the next one two of a hundred providers; every seventh does not exist. */
  const zone = (name: string): readonly string[] | undefined => {
    const number = Number(/^d(\d+)\./.exec(name)?.[1] ?? 0)
    if (number % 7 === 0) return undefined
    if (number % 2 === 0) return [`a.${name}`, `b.${name}`]
    return [`mx.provider${number % 100}.test`, `mx${number % 3}.provider${number % 100}.test`]
  }
  const names = Array.from({ length: domainCount }, (_, index) => `d${index}.test`)
  const sets = new Set(names.flatMap((name) => zone(name)?.join(' ') ?? []))
  const hosts = new Set(names.flatMap((name) => zone(name) ?? []))
  const providerHosts = [...hosts].filter((host) => host.includes('provider')).length

  async function* rows(recipients: number) {
    for (let index = 0; index < recipients; index++)
      yield { kind: 'recipient', address: { domain: `d${(index * 7919) % domainCount}.test` } } as const
  }

  /** Counts what is kept: domains, results, and observations that nobody let go of. */
  async function measure(recipients: number) {
    const { domains: counts } = await countDomains(rows(recipients))
    const observed = new Set<string>()
    let examined = 0
    let most = 0
    const { domains, gone, progress } = await sweepWith(counts, zone, {
      examine: async (domain) => {
        for (const host of zone(domain) ?? []) {
          if (!observed.has(host)) examined += 1
          observed.add(host)
        }
        most = Math.max(most, observed.size)
        await setImmediate()
        return resultOf(domain)
      },
      letGo: (host) => observed.delete(host),
    })
    const results = new Set(domains.flatMap(({ set }) => set?.result ?? []))
    return { counts: counts.size, results: results.size, left: observed.size, examined, most, gone, domains, progress }
  }

  it.each([20_000, 100_000])(
    'of %d addresses keeps its domains, its sets of hosts, and a bounded number of hosts',
    async (all) => {
      const { counts, results, left, examined, most, domains, progress } = await measure(all)
      expect(counts).toBe(domainCount)
      expect(results).toBe(sets.size + names.filter((name) => !zone(name)).length)
      expect(domains.reduce((sum, { recipients }) => sum + recipients, 0)).toBe(all)
      expect(progress?.recipients).toEqual({ known: all, total: all })
      // Each once, though no more than these were ever held: a thousand idle ones, two for each of 64 examinations, and
      // those that a set still waiting has in common with one that is done.
      expect(examined).toBe(hosts.size)
      expect(most).toBeLessThanOrEqual(1_000 + 4 * 64 + providerHosts)
      expect(left).toBe(0)
    },
  )
})
