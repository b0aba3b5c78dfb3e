import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type IncomingRow, QueueDatabase, QueueReader, checkQueue } from '../index.ts'

let folder: string
let store: QueueDatabase
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sealpost-'))
  store = await QueueDatabase.open(folder)
})
afterEach(async () => {
  await store[Symbol.asyncDispose]()
  await rm(folder, { recursive: true })
})

const campaign = { name: 'spring', digest: 'd', frozen: '{}', createdAt: 1000 }
const outcome = {
  reason: 'r',
  class: undefined,
  code: undefined,
  enhanced: undefined,
  verdict: 'valid',
  host: 'mx',
  tls: undefined,
  leaf: undefined,
} as const

async function* rows(...addresses: string[]): AsyncGenerator<IncomingRow> {
  for (const address of addresses) {
    if (address === 'BAD') yield { kind: 'invalid', line: 7, why: 'no @' }
    else if (address === 'LEFT') yield { kind: 'suppressed' }
    else if (address === 'THROW') throw new Error('the list breaks off')
    else
      yield {
        kind: 'recipient',
        address,
        addressKey: address.toLowerCase(),
        domain: address.split('@')[1] ?? '',
        columns: { name: 'Ada' },
      }
  }
}

/** Takes the domains that are due, by name. */
async function take(now: number, limit = 10): Promise<Record<string, number>> {
  const taken = await store.takeDomains('spring', now, limit)
  return Object.fromEntries(taken.map(({ domain, id }) => [domain, id]))
}

describe('accept', () => {
  it('takes in each address once, and counts what it left out', async () => {
    const intake = await store.accept(campaign, rows('a@x.test', 'A@x.test', 'BAD', 'LEFT', 'b@x.test'))
    expect(intake).toEqual({ accepted: 2, duplicates: 1, invalid: 1, suppressed: 1, sample: [{ line: 7, why: 'no @' }] })
    expect(store.campaign('spring')).toEqual({ ...campaign, intake })
    expect(store.campaignNames()).toEqual(['spring'])
    expect(await store.counts('spring')).toMatchObject({ total: 2, waiting: 2, nextAt: 0 })
  })

  it('takes in all or nothing', async () => {
    await expect(store.accept(campaign, rows('a@x.test', 'THROW'))).rejects.toThrow('breaks off')
    expect(store.campaign('spring')).toBeUndefined()
    expect(await store.counts('spring')).toMatchObject({ total: 0 })
    const stop = new AbortController()
    const stopped = async function* (): AsyncGenerator<IncomingRow> {
      yield* rows('a@x.test')
      stop.abort(new Error('no more'))
      yield* rows('b@x.test')
    }
    await expect(store.accept(campaign, stopped(), stop.signal)).rejects.toThrow('no more')
    expect(await store.counts('spring')).toMatchObject({ total: 0 })
    await store.accept(campaign, rows('a@x.test'))
    await expect(store.accept(campaign, rows('c@x.test'))).rejects.toMatchObject({ code: 'SP_CAMPAIGN_CHANGED' })
    expect(await store.counts('spring')).toMatchObject({ total: 1 })
  })

  it('lets other requests wait until it is done, and other campaigns too', async () => {
    const one = store.accept(campaign, rows('a@x.test', 'b@x.test'))
    const other = store.accept({ ...campaign, name: 'autumn' }, rows('a@x.test'))
    const usage = store.addUsage('p', 1, 5)
    await Promise.all([one, other, usage])
    expect(store.campaignNames()).toEqual(['spring', 'autumn'])
    expect(await store.usage('p', 0)).toEqual({ firstHour: 1, hours: [{ hour: 1, messages: 5 }] })
  })
})

describe('domains', () => {
  it('are taken once, earliest first, and again when they were let go', async () => {
    await store.accept(campaign, rows('a@x.test', 'b@y.test', 'c@x.test'))
    const first = await store.takeDomains('spring', 5, 1)
    expect(first).toMatchObject([{ campaign: 'spring', domain: 'x.test', level: undefined }])
    expect(await store.takeDomains('spring', 5, 9)).toMatchObject([{ domain: 'y.test' }])
    expect(await store.nextDue('spring')).toBeUndefined()
    await store.releaseDomains([first[0]?.id ?? 0], 50)
    expect(await store.nextDue('spring')).toBe(50)
    expect(await store.takeDomains('spring', 49, 9)).toEqual([])
    expect(await store.takeDomains('spring', 50, 9)).toMatchObject([{ domain: 'x.test' }])
  })

  it('are let go when nothing is due in them any more', async () => {
    await store.accept(campaign, rows('a@x.test', 'b@y.test', 'c@x.test'))
    const ids = await take(5)
    const x = ids['x.test'] ?? 0
    const y = ids['y.test'] ?? 0
    const first = await store.lease([y, x], 2, 5)
    expect(first.items.map(({ address }) => address)).toEqual(['b@y.test', 'a@x.test'])
    expect(first.empty).toEqual([y])
    const second = await store.lease([x], 5, 5)
    expect(second.items).toMatchObject([
      { address: 'c@x.test', attempt: 1, columns: '{"name":"Ada"}', createdAt: 1000, firstTriedAt: undefined, domainId: x },
    ])
    expect(second.items[0]?.key).toHaveLength(32)
    expect(second.empty).toEqual([x])
    expect(await store.lease([x], 5, 5)).toEqual({ items: [], empty: [x] })
    // Their messages come due again while the domain is with nobody.
    await store.settle([{ id: second.items[0]?.id ?? 0, domainId: x, state: 'deferred', nextAt: 100, ...outcome }], 6)
    expect(await store.nextDue('spring')).toBe(100)
    expect(await take(100)).toEqual({ 'x.test': x })
    expect((await store.lease([x], 5, 100)).items).toMatchObject([{ attempt: 2, firstTriedAt: 5 }])
  })

  it('are settled whole, by the number of attempts', async () => {
    await store.accept(campaign, rows('a@x.test', 'b@x.test'))
    const { 'x.test': x = 0 } = await take(5)
    const [item] = (await store.lease([x], 1, 5)).items
    await store.settle([{ id: item?.id ?? 0, domainId: x, state: 'deferred', nextAt: 6, ...outcome }], 5)
    const held = { ...outcome, state: 'held', nextAt: [100, 200], reason: 'no TLS' } as const
    expect(await store.settleDomains([x], 7, held)).toBe(2)
    expect(store.list({ state: 'held' }, 9).map(({ due, attempts }) => [due, attempts])).toEqual([
      [200, 2],
      [100, 1],
    ])
    expect(await store.nextDue('spring')).toBe(100)
    const { 'x.test': again = 0 } = await take(300)
    expect(await store.settleDomains([again], 300, { ...held, state: 'failed', nextAt: [] })).toBe(2)
    expect(await store.counts('spring')).toMatchObject({ failed: 2, nextAt: undefined })
  })
})

it('keeps when a message was first tried, and when its destination was', async () => {
  await store.accept(campaign, rows('a@x.test', 'b@x.test'))
  const { 'x.test': x = 0 } = await take(5)
  await store.settleDomains([x], 7, { ...outcome, state: 'deferred', nextAt: [20] })
  expect(store.list({}, 9)).toMatchObject([
    { firstTriedAt: undefined, begunAt: 7 },
    { firstTriedAt: undefined, begunAt: 7 },
  ])
  await take(30)
  const { items } = await store.lease([x], 1, 30)
  expect(items).toMatchObject([{ attempt: 2, firstTriedAt: undefined, begunAt: 7 }])
  expect(store.list({}, 1)).toMatchObject([{ firstTriedAt: 30, begunAt: 7 }])
})

it('gives back what was not begun as if it had not been taken', async () => {
  await store.accept(campaign, rows('a@x.test'))
  const { 'x.test': x = 0 } = await take(5)
  const [item] = (await store.lease([x], 1, 5)).items
  await store.release(item ? [item] : [], 8)
  expect(store.list({}, 9)).toMatchObject([
    { state: 'waiting', due: 8, attempts: 0, firstTriedAt: undefined, begunAt: undefined },
  ])
  expect(await take(7)).toEqual({})
  expect(await take(8)).toEqual({ 'x.test': x })
})

it('puts what was in flight back in line after a crash', async () => {
  await store.accept(campaign, rows('a@x.test', 'b@x.test', 'c@y.test'))
  const { 'x.test': x = 0 } = await take(5)
  await store.lease([x], 1, 5)
  await store[Symbol.asyncDispose]()
  store = await QueueDatabase.open(folder)
  expect(await store.recover()).toBe(1)
  expect(await store.counts('spring')).toMatchObject({ deferred: 1, waiting: 2, nextAt: 0 })
  expect(Object.keys(await take(5)).toSorted()).toEqual(['x.test', 'y.test'])
})

describe('the leaf of the last attempt in the evidence', () => {
  it('is written with the outcome, kept where nothing was attempted, and given with the next lease', async () => {
    await store.accept(campaign, rows('a@x.test', 'b@x.test'))
    const { 'x.test': x = 0 } = await take(5)
    const [a, b] = (await store.lease([x], 9, 5)).items
    expect([a?.leaf, b?.leaf]).toEqual([undefined, undefined])
    const again = { ...outcome, domainId: x, state: 'deferred', nextAt: 6 } as const
    await store.settle(
      [
        { ...again, id: a?.id ?? 0, leaf: 0 },
        { ...again, id: b?.id ?? 0, leaf: 3 },
      ],
      5,
    )
    expect(store.list({}, 9).map(({ leaf }) => leaf)).toEqual([0, 3])
    await take(6)
    expect((await store.lease([x], 9, 6)).items.map(({ leaf }) => leaf)).toEqual([0, 3])
    await store.settle([{ ...again, id: b?.id ?? 0, leaf: undefined }], 6)
    expect(store.list({}, 9).map(({ leaf }) => leaf)).toEqual([0, 3])
    expect(await store.inFlight()).toEqual({
      messages: [
        {
          id: a?.id,
          domainId: x,
          campaign: 'spring',
          domain: 'x.test',
          address: 'a@x.test',
          key: a?.key,
          attempt: 2,
          leaf: 0,
        },
      ],
      settledTo: 3,
    })
  })

  it('is known beyond the row: what was settled last bounds what the evidence is searched for', async () => {
    await store.accept(campaign, rows('a@x.test'))
    expect(await store.inFlight()).toEqual({ messages: [], settledTo: undefined })
    const { 'x.test': x = 0 } = await take(5)
    const [a] = (await store.lease([x], 9, 5)).items
    await store.settle([{ ...outcome, id: a?.id ?? 0, domainId: x, state: 'sent', nextAt: 0, leaf: 41 }], 6)
    expect(await store.inFlight()).toEqual({ messages: [], settledTo: 41 })
    // A log that took the place of another counts from the beginning.
    await store.settle([{ ...outcome, id: a?.id ?? 0, domainId: x, state: 'sent', nextAt: 0, leaf: 2 }], 7)
    expect(await store.inFlight()).toEqual({ messages: [], settledTo: 2 })
    expect(store.list({}, 9)).toMatchObject([{ leaf: 41, updatedAt: 6 }])
  })
})

it('ends what waits too long, and never what was not tried', async () => {
  await store.accept(campaign, rows('a@held.test', 'b@deferred.test', 'c@new.test'))
  const ids = await take(5)
  await store.settleDomains([ids['held.test'] ?? 0], 2000, { ...outcome, state: 'held', nextAt: [2050] })
  await store.settleDomains([ids['deferred.test'] ?? 0], 2000, { ...outcome, state: 'deferred', nextAt: [2060] })
  await store.releaseDomains([ids['new.test'] ?? 0])
  // oxlint-disable-next-line unicorn/no-thenable -- the word of the settings
  const rule = { heldBefore: 2000, deferredBefore: 2000, then: 'exported' } as const
  // Taken in long before, by 1000: what counts is when it was first tried.
  expect(await store.expire('spring', rule, 9)).toBe(0)
  expect(await store.expire('spring', { ...rule, heldBefore: 2001 }, 9)).toBe(1)
  expect(await store.counts('spring')).toMatchObject({ exported: 1, deferred: 1, waiting: 1 })
  expect(await store.expire('spring', { ...rule, deferredBefore: 9999 }, 9)).toBe(1)
  expect(store.list({ state: 'failed' }, 9)).toMatchObject([{ domain: 'deferred.test', reason: 'given up: r' }])
  expect(Object.keys(await take(1000))).toEqual(['new.test'])
})

describe('a person', () => {
  async function hold(): Promise<void> {
    await store.accept(campaign, rows('a@x.test', 'b@x.test', 'c@y.test'))
    const ids = await take(5)
    await store.settleDomains(Object.values(ids), 5, { ...outcome, class: 'tls', state: 'held', nextAt: [50] })
  }

  it('releases what is held to another level', async () => {
    await hold()
    expect(await store.releaseTo({ domain: 'x.test', class: 'tls' }, 'opportunistic')).toBe(2)
    expect(await store.releaseTo({ domain: 'x.test', state: 'deferred' }, 'opportunistic')).toBe(0)
    expect(await store.takeDomains('spring', 49, 9)).toMatchObject([{ domain: 'x.test', level: 'opportunistic' }])
    expect(store.list({ domain: 'x.test' }, 9)).toMatchObject([{ level: 'opportunistic' }, { due: 0 }])
    expect(await store.nextDue('spring')).toBe(50)
    expect(await store.takeDomains('spring', 50, 9)).toMatchObject([{ domain: 'y.test', level: undefined }])
  })

  it('releases what is held for one address alone', async () => {
    await hold()
    expect(await store.releaseTo({ addressKey: 'b@x.test' }, 'opportunistic')).toBe(1)
    expect(store.find({ addressKey: 'b@x.test' })).toMatchObject([{ domain: 'x.test', level: 'opportunistic', due: 0 }])
    expect(store.find({ addressKey: 'a@x.test' })).toMatchObject([{ domain: 'x.test', level: undefined, due: 50 }])
    expect(checkQueue(folder)).toEqual([])
  })

  it('finds the few of a state among many as well as the many', async () => {
    const many = Array.from({ length: 200 }, (_, n) => `${n}@x.test`)
    await store.accept(campaign, rows(...many, 'a@y.test', 'b@y.test'))
    const { 'y.test': y = 0 } = await take(5)
    await store.settleDomains([y], 5, { ...outcome, state: 'held', nextAt: [50] })
    const [first] = store.list({ state: 'held' }, 1)
    expect(first?.address).toBe('a@y.test')
    expect(store.list({ state: 'held', campaign: 'spring' }, 9, first?.id)).toMatchObject([{ address: 'b@y.test' }])
    expect(store.list({ state: 'waiting' }, 2, 100).map(({ id }) => id)).toEqual([101, 102])
  })

  it('hurries, gives up and drops what waits', async () => {
    await hold()
    expect(await store.hurry({ domain: 'y.test' })).toBe(1)
    expect(await store.hurry('spring')).toBe(2)
    expect(await store.nextDue('spring')).toBe(0)
    expect(await store.fail({ addressKey: 'a@x.test' }, 'by hand', 7)).toBe(1)
    expect(await store.drop({ domain: 'x.test' }, 'by hand', 7)).toBe(1)
    expect(await store.drop({ domain: 'x.test' }, 'by hand', 7)).toBe(0)
    expect(store.find({ addressKey: 'a@x.test' })).toMatchObject([{ state: 'failed', reason: 'by hand', updatedAt: 7 }])
    expect(await store.counts('spring')).toMatchObject({ failed: 1, dropped: 1, held: 1 })
    expect(Object.keys(await take(5))).toEqual(['y.test'])
  })

  it('reads beside the writer, a page at a time', async () => {
    await hold()
    using reader = QueueReader.open(folder)
    const [first, second] = reader.list({ campaign: 'spring' }, 2)
    expect([first?.address, second?.address]).toEqual(['a@x.test', 'b@x.test'])
    expect(reader.list({ campaign: 'spring' }, 2, second?.id)).toMatchObject([{ address: 'c@y.test' }])
    expect(reader.list({ campaign: "' OR 1 --" }, 2)).toEqual([])
    expect(reader.find({ id: first?.id ?? 0 })).toEqual([first])
    expect([...reader.recipients('spring', 'held')]).toHaveLength(3)
    expect(reader.outcomes('spring')[0]).toMatchObject({ domain: 'x.test', state: 'held', count: 2 })
  })
})

describe('messages to addresses that get no more mail', () => {
  it('end, and their domains are due when what is left of them is', async () => {
    await store.accept(campaign, rows('a@x.test', 'b@x.test', 'c@y.test'))
    const waiting = await store.addressees('spring', 2)
    expect(waiting.map(({ addressKey }) => addressKey)).toEqual(['a@x.test', 'b@x.test'])
    const [last] = await store.addressees('spring', 2, waiting[1]?.id)
    expect(last).toMatchObject({ campaign: 'spring', addressKey: 'c@y.test' })
    const { 'y.test': y = 0 } = await take(0)
    await store.lease([y], 1, 0)
    const ids = [...waiting, ...(last ? [last] : [])].map(({ id }) => ({ id, reason: 'the recipient unsubscribed' }))
    // What is in flight is not touched.
    expect(await store.endSuppressed(ids, 5)).toBe(2)
    expect(await store.counts('spring')).toMatchObject({ suppressed: 2, waiting: 1 })
    expect(store.list({ state: 'suppressed' }, 9)).toMatchObject([
      { address: 'a@x.test', due: undefined, reason: 'the recipient unsubscribed' },
      { address: 'b@x.test' },
    ])
    await store.recover()
    expect(await store.takeDomains('spring', 0, 9)).toMatchObject([{ domain: 'y.test' }])
  })
})
