import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type HeldPolicy, type PolicyCache, createMemoryCache, parsePolicy } from '../mtasts/index.ts'
import { SqlitePolicyCache, QueueDatabase } from './index.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sealpost-'))
})
afterEach(async () => {
  await rm(folder, { recursive: true })
})

const now = 1_800_000_000_000
const day = 86_400_000

function hold(domain: string, maxAge: number, fetchedAt = now): HeldPolicy {
  const text = `version: STSv1\nmode: enforce\nmx: *.${domain}.\nmax_age: ${maxAge}\nx-note: größer\n`
  const parsed = parsePolicy(text)
  if (parsed.kind === 'malformed') throw new Error('not a policy')
  return { domain, id: 'a1', policy: parsed.policy, warnings: parsed.warnings, text, fetchedAt }
}

const failure = {
  domain: 'a.test',
  id: 'a1',
  failure: { kind: 'redirect', status: 301, location: 'https://x.test' },
  at: now,
} as const

describe.each([
  ['in memory', () => ({ cache: createMemoryCache(), close: () => undefined })],
  [
    'in SQLite',
    () => {
      const cache = SqlitePolicyCache.open(folder)
      return { cache, close: () => cache[Symbol.dispose]() }
    },
  ],
])('a cache %s', (_, open: () => { cache: PolicyCache; close: () => void }) => {
  let opened: ReturnType<typeof open>
  beforeEach(() => {
    opened = open()
  })
  afterEach(() => {
    opened.close()
  })

  it('gives back what was put, and nothing else', async () => {
    const { cache } = opened
    expect(await cache.get('a.test')).toEqual({ held: undefined, failed: undefined })
    await cache.put(hold('a.test', 604_800))
    expect(await cache.get('a.test')).toEqual({ held: hold('a.test', 604_800), failed: undefined })
    expect(await cache.get('b.test')).toEqual({ held: undefined, failed: undefined })
    await cache.put(hold('a.test', 86_400, now + 1))
    expect(await cache.get('a.test')).toEqual({ held: hold('a.test', 86_400, now + 1), failed: undefined })
  })

  it('a failure leaves the policy as it is; a policy ends the failure', async () => {
    const { cache } = opened
    await cache.put(hold('a.test', 604_800))
    await cache.putFailure(failure)
    expect(await cache.get('a.test')).toEqual({ held: hold('a.test', 604_800), failed: failure })
    await cache.put(hold('a.test', 604_800))
    expect((await cache.get('a.test')).failed).toBeUndefined()
  })

  it('lists what is due, not what is fresh or has expired', async () => {
    const { cache } = opened
    await cache.put(hold('fresh.test', 604_800))
    await cache.put(hold('later.test', 31_557_600, now - day))
    await cache.put(hold('sooner.test', 604_800, now - day))
    await cache.put(hold('expired.test', 86_400, now - day))
    await cache.putFailure(failure)
    expect(await cache.listDue(now, 10)).toEqual(['sooner.test', 'later.test'])
    expect(await cache.listDue(now, 1)).toEqual(['sooner.test'])
    expect(await cache.listDue(now - 1, 10)).toEqual(['expired.test'])
  })

  it('forgets what is of no use any more', async () => {
    const { cache } = opened
    await cache.put(hold('expired.test', 86_400, now - day))
    await cache.put(hold('live.test', 86_401, now - day))
    await cache.putFailure({ ...failure, at: now - 300_000 })
    await cache.putFailure({ ...failure, domain: 'b.test', at: now - 299_999 })
    await cache.prune(now)
    expect((await cache.get('expired.test')).held).toBeUndefined()
    expect((await cache.get('live.test')).held).toBeDefined()
    expect((await cache.get('a.test')).failed).toBeUndefined()
    expect((await cache.get('b.test')).failed).toBeDefined()
  })
})

describe('policy.db', () => {
  it('outlives the program, and stands beside the queue', async () => {
    await using queue = await QueueDatabase.open(folder)
    {
      using cache = SqlitePolicyCache.open(folder)
      await cache.put(hold('a.test', 604_800))
    }
    using cache = SqlitePolicyCache.open(folder)
    expect((await cache.get('a.test')).held).toEqual(hold('a.test', 604_800))
    expect(queue.campaignNames()).toEqual([])
  })

  it('is shared by several that write', async () => {
    using one = SqlitePolicyCache.open(folder)
    using other = SqlitePolicyCache.open(folder)
    await one.put(hold('a.test', 604_800))
    await other.put(hold('b.test', 604_800))
    expect((await other.get('a.test')).held).toBeDefined()
    expect((await one.get('b.test')).held).toBeDefined()
  })

  it('what somebody else wrote into it is read as strictly as the network', async () => {
    using cache = SqlitePolicyCache.open(folder)
    await cache.put(hold('a.test', 604_800))
    const database = new DatabaseSync(join(folder, 'policy.db'))
    database.exec("UPDATE policy SET text = 'version: STSv1\nmode: off\nmax_age: 1'")
    database.close()
    expect(await cache.get('a.test')).toEqual({ held: undefined, failed: undefined })
  })

  it('tells a damaged file and one of a newer version', async () => {
    SqlitePolicyCache.open(folder)[Symbol.dispose]()
    const database = new DatabaseSync(join(folder, 'policy.db'))
    database.exec('PRAGMA user_version = 99')
    database.close()
    expect(() => SqlitePolicyCache.open(folder)).toThrow(expect.objectContaining({ code: 'SP_STORE_NEWER' }))
    const other = join(folder, 'other')
    SqlitePolicyCache.open(other)[Symbol.dispose]()
    await writeFile(join(other, 'policy.db'), 'this is no database, but it is long enough to be looked at. '.repeat(100))
    expect(() => SqlitePolicyCache.open(other)).toThrow(expect.objectContaining({ code: 'SP_STORE_DAMAGED' }))
  })
})
