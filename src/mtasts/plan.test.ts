import { describe, expect, it } from 'vitest'
import type { FailedFetch, HeldPolicy } from './cache.ts'
import { type PolicyResult, type RecordAnswer, createMemoryCache, describeResult, expiresAt, refreshAt } from './index.ts'
import { parsePolicy } from './parsePolicy.ts'
import { planResolution } from './plan.ts'

const now = 1_800_000_000_000
const [second, hour, day] = [1_000, 3_600_000, 86_400_000]

function hold(change: Partial<HeldPolicy> & { readonly mode?: string; readonly maxAge?: number } = {}): HeldPolicy {
  const { mode = 'enforce', maxAge = 604_800, ...rest } = change
  const text = `version: STSv1\nmode: ${mode}\nmx: mx.example.test\nmax_age: ${maxAge}\n`
  const parsed = parsePolicy(text)
  if (parsed.kind === 'malformed') throw new Error('not a policy')
  return { domain: 'example.test', id: '1', policy: parsed.policy, warnings: [], text, fetchedAt: now - hour, ...rest }
}

const record = (id = '1'): RecordAnswer => ({ kind: 'record', record: { id, extensions: [] }, warnings: [] })
const none: RecordAnswer = { kind: 'none', misfits: [] }
const temporary: RecordAnswer = { kind: 'temporary', detail: 'SERVFAIL' }
const failed = (at: number, id = '1'): FailedFetch => ({
  domain: 'example.test',
  id,
  at,
  failure: { kind: 'http-status', status: 500 },
})

describe('what is done, by record, cache and time', () => {
  const fresh = hold()
  const due = hold({ fetchedAt: now - 25 * hour })
  const expired = hold({ fetchedAt: now - 8 * day })
  const atEnd = hold({ fetchedAt: now - 604_800 * second })
  const lastMoment = hold({ fetchedAt: now - 604_800 * second + 1 })
  const future = hold({ fetchedAt: now + day })

  const records = [
    ['a record', record()],
    ['another id', record('2')],
    ['no record', none],
    ['several', { kind: 'several', count: 2 }],
    ['a bad one', { kind: 'malformed', errors: [{ kind: 'missing-id' }] }],
    ['no answer', temporary],
  ] as const
  const states = [
    ['nothing', undefined, ['fetch', 'fetch', 'none', 'none', 'none', 'failed']],
    ['a fresh one', fresh, ['cached', 'fetch', 'cached', 'cached', 'cached', 'cached']],
    ['one that is due', due, ['fetch', 'fetch', 'cached', 'cached', 'cached', 'fetch']],
    ['one in its last moment', lastMoment, ['fetch', 'fetch', 'cached', 'cached', 'cached', 'fetch']],
    ['one at its end', atEnd, ['fetch', 'fetch', 'none', 'none', 'none', 'failed']],
    ['an expired one', expired, ['fetch', 'fetch', 'none', 'none', 'none', 'failed']],
    ['one from the future', future, ['fetch', 'fetch', 'cached', 'cached', 'cached', 'fetch']],
  ] as const

  it.each(
    states.flatMap(([held, entry, plans]) =>
      records.map(([what, answer], at) => [held, what, plans[at], entry, answer] as const),
    ),
  )('case 69: held %s, DNS says %s: %s', (_, __, expected, held, answer) => {
    expect(planResolution(answer, { held, failed: undefined }, now).kind).toBe(expected)
  })

  it('case 69: whatever DNS says, what is fetched falls back on what is held', () => {
    for (const [, answer] of records) {
      const plan = planResolution(answer, { held: due, failed: undefined }, now)
      expect(plan.kind === 'fetch' || plan.kind === 'cached' ? plan.held : undefined).toBe(due)
    }
  })

  it.each([
    ['at once', now, '1', 'cached', 'failed'],
    ['after 4 min 59 s', now - 299 * second, '1', 'cached', 'failed'],
    ['after 5 min', now - 300 * second, '1', 'fetch', 'fetch'],
    ['for another id', now, '2', 'fetch', 'fetch'],
    ['where the failure lies in the future', now + hour, '1', 'fetch', 'fetch'],
  ])('case 68: a fetch that failed, %s', (_, at, id, whenHeld, whenNot) => {
    expect(planResolution(record(), { held: due, failed: failed(at, id) }, now)).toMatchObject({ kind: whenHeld })
    expect(planResolution(record(), { held: undefined, failed: failed(at, id) }, now)).toMatchObject({ kind: whenNot })
  })

  it('case 68: until then the failure is told, with its time', () => {
    const at = now - 60 * second
    expect(planResolution(record(), { held: undefined, failed: failed(at) }, now)).toMatchObject({
      failure: { kind: 'http-status', status: 500 },
      retryAt: at + 300 * second,
    })
    expect(planResolution(record(), { held: due, failed: failed(at) }, now)).toMatchObject({
      warnings: [{ kind: 'fetch-failed', at }],
    })
  })

  it('a refresh that fails is nobody’s business where the policy held is "none"', () => {
    const held = hold({ mode: 'none', fetchedAt: now - 25 * hour })
    expect(planResolution(record(), { held, failed: failed(now) }, now)).toEqual({ kind: 'cached', held, warnings: [] })
  })

  it('what is lost or has expired is said', () => {
    const lost = planResolution(none, { held: fresh, failed: undefined }, now)
    expect(lost).toMatchObject({ warnings: [{ kind: 'record-lost', why: { kind: 'no-record' } }] })
    const over = planResolution(none, { held: expired, failed: undefined }, now)
    expect(over).toMatchObject({ kind: 'none', warnings: [{ kind: 'expired', at: now - day }] })
    const unknown = planResolution(temporary, { held: fresh, failed: undefined }, now)
    expect(unknown).toMatchObject({ kind: 'cached', warnings: [{ kind: 'record-unknown' }] })
  })

  it('asked to fetch again, it does, but not within five minutes', () => {
    const young = hold({ fetchedAt: now - 299 * second })
    const older = hold({ fetchedAt: now - 300 * second })
    expect(planResolution(record(), { held: young, failed: undefined }, now, true).kind).toBe('cached')
    expect(planResolution(record(), { held: older, failed: undefined }, now, true).kind).toBe('fetch')
    expect(planResolution(none, { held: older, failed: undefined }, now, true).kind).toBe('cached')
  })
})

describe('how long', () => {
  it.each([
    [31_557_600, day],
    [604_800, day],
    [172_800, day],
    [86_400, day / 2],
    [60, 30 * second],
    [0, 0],
  ])('max_age %i: fetched anew after %i ms', (maxAge, after) => {
    const held = hold({ maxAge, fetchedAt: now })
    expect(refreshAt(held) - now).toBe(after)
    expect(expiresAt(held) - now).toBe(maxAge * 1000)
  })

  it.each([
    [58 * hour + 1, '58 h'],
    [7 * day, '7 d'],
    [90 * second, '90 s'],
    [5 * 60 * second, '5 min'],
    [-1, '0 s'],
  ])('for people, %i ms are %s', (left, words) => {
    const { policy } = hold()
    const basis = { policy, id: '1', sha256: '', fetchedAt: now - hour, expiresAt: now + left, age: hour, warnings: [] }
    const result: PolicyResult = { kind: 'policy', mode: 'enforce', source: 'cache', ...basis }
    expect(describeResult(result, now)).toBe(`MTA-STS policy (enforce) from cache, ${words} left`)
    expect(describeResult({ ...result, source: 'fetched' }, now)).toBe(`MTA-STS policy (enforce) just fetched, good for ${words}`)
  })
})

describe('the cache in memory', () => {
  it('is bounded, and forgets first what ends first', async () => {
    const cache = createMemoryCache(2)
    await cache.put(hold({ domain: 'long.test', maxAge: 604_800 }))
    await cache.put(hold({ domain: 'short.test', maxAge: 90_000 }))
    await cache.putFailure({ ...failed(now), domain: 'bad.test' })
    expect((await cache.get('bad.test')).failed).toBeUndefined()
    await cache.put(hold({ domain: 'longer.test', maxAge: 31_557_600 }))
    const known = async (domain: string) => (await cache.get(domain)).held !== undefined
    expect([await known('long.test'), await known('short.test'), await known('longer.test')]).toEqual([true, false, true])
  })
})
