import { randomUUID } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { EraseOrder, Order } from '../queue/index.ts'
import { OrderBook } from './index.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sealpost-'))
})
afterEach(async () => {
  await rm(folder, { recursive: true })
})

function retry(at: number): Order {
  return { id: randomUUID(), at, by: 'maria', kind: 'retry', filter: { campaign: 'spring' } }
}

it('keeps orders in the order in which they were given, for all who have it open', () => {
  using mine = OrderBook.open(folder)
  using theirs = OrderBook.open(folder)
  const [late, early, same] = [retry(20), retry(10), retry(20)]
  mine.put(late)
  theirs.put(early)
  mine.put(same)
  expect(theirs.waiting().map(({ order }) => order)).toEqual([early, late, same])
  theirs.finish(early.id, { kind: 'done', count: 3 }, 30)
  // What was done is done: nobody makes it otherwise.
  mine.finish(early.id, { kind: 'refused', why: 'twice' }, 40)
  expect(mine.result(early.id)).toEqual({ kind: 'done', count: 3 })
  expect(mine.result(late.id)).toBeUndefined()
  expect(mine.waiting()).toHaveLength(2)
})

it('forgets what was done a week ago, and never what waits', () => {
  using book = OrderBook.open(folder)
  const [done, waits] = [retry(1), retry(2)]
  book.put(done)
  book.put(waits)
  book.finish(done.id, { kind: 'done', count: 0 }, 3)
  book.put(retry(8 * 86_400_000))
  expect(book.result(done.id)).toBeUndefined()
  expect(book.waiting().map(({ id }) => id)).toContain(waits.id)
})

it('remembers which campaigns rest, beyond the program', () => {
  const pause = { id: randomUUID(), at: 1, by: 'maria', kind: 'pause', campaign: 'spring' } as const
  {
    using book = OrderBook.open(folder)
    book.put(pause)
    book.finishCampaign(pause, 0, 2)
    book.finishCampaign({ ...pause, campaign: 'autumn' }, 0, 2)
    book.finishCampaign({ ...pause, kind: 'resume', campaign: 'autumn' }, 0, 2)
  }
  using book = OrderBook.open(folder)
  expect(book.paused()).toEqual(new Map([['spring', { at: 2, by: 'maria' }]]))
  expect(book.result(pause.id)).toEqual({ kind: 'done', count: 0 })
})

it('remembers which campaigns were ended, by whom, and the last pre-flight of each', () => {
  const cancel = { id: randomUUID(), at: 1, by: 'maria', kind: 'cancel', campaign: 'spring' } as const
  const preflight = { digest: 'a'.repeat(64), at: 5, send: 9, hold: 1, later: 0, fail: 0 }
  using book = OrderBook.open(folder)
  book.put(cancel)
  book.finishCampaign(cancel, 7, 2)
  // Whoever ended it first did.
  book.finishCampaign({ ...cancel, by: 'otto' }, 0, 9)
  book.keepPreflight('spring', { ...preflight, digest: 'b'.repeat(64) })
  book.keepPreflight('spring', preflight)
  expect(book.result(cancel.id)).toEqual({ kind: 'done', count: 7 })
  expect(book.cancelled()).toEqual(new Map([['spring', { at: 2, by: 'maria' }]]))
  expect(book.paused().size).toBe(0)
  expect(book.preflights()).toEqual(new Map([['spring', preflight]]))
})

describe('orders that name somebody who is erased', () => {
  const byAddress = (kind: 'drop' | 'retry', more: object = {}): Order => ({
    id: randomUUID(),
    at: 1,
    by: 'maria',
    kind,
    filter: { campaign: 'spring', addressKey: 'ada@x.test', ...more },
  })
  const bodies = (): readonly string[] => {
    using database = new DatabaseSync(join(folder, 'control.db'), { readOnly: true })
    return database
      .prepare('SELECT body, result FROM orders')
      .all()
      .map(({ body, result }) => `${String(body)} ${String(result)}`)
  }

  it('keep who gave them where the evidence tells of them, and never mean more than before', () => {
    using book = OrderBook.open(folder)
    const [done, waits, retried] = [byAddress('drop'), byAddress('drop'), byAddress('retry')]
    const other = byAddress('drop', { addressKey: 'eve@x.test' })
    for (const order of [done, waits, retried, other]) book.put(order)
    book.finish(done.id, { kind: 'done', count: 1 }, 2)
    book.finish(retried.id, { kind: 'done', count: 1 }, 2)
    expect(book.countOf(['ada@x.test'])).toBe(3)
    expect(book.erase(['ada@x.test'], 5)).toBe(3)
    expect(book.erase(['ada@x.test'], 6)).toBe(0)
    expect(bodies().join('')).not.toContain('ada@')
    expect([done, waits, retried, other].map(({ id }) => book.orderedBy(id))).toEqual(['maria', 'maria', undefined, 'maria'])
    // Without its address it would be an order on the whole campaign: nobody carries it out.
    expect(book.waiting().map(({ id }) => id)).toEqual([other.id])
    expect(book.result(waits.id)).toMatchObject({ kind: 'refused' })
    expect(book.result(done.id)).toEqual({ kind: 'done', count: 1 })
    expect(bodies()[0]).toContain('"filter":{"campaign":"spring","addressKey":"(erased)"}')
  })

  it('also those to erase, once they were carried out; who ordered it is known as long as of others', () => {
    using book = OrderBook.open(folder)
    const order = (): EraseOrder => ({
      id: randomUUID(),
      at: 1,
      by: 'maria',
      kind: 'erase',
      addressKeys: ['ada@x.test'],
      found: {},
    })
    const [done, waits, refused] = [order(), order(), order()]
    for (const one of [done, waits, refused]) book.put(one)
    book.finishErase(done, { kind: 'done', count: 1 }, 2)
    // As an older version wrote it down.
    book.finish(refused.id, { kind: 'refused', why: 'damaged' }, 2)
    expect(book.erase(['ada@x.test'], 5)).toBe(1)
    expect(bodies().filter((body) => body.includes('ada@'))).toEqual([expect.stringContaining(waits.id)])
    expect(book.waiting().map((one) => one.order)).toEqual([waits])
    book.put({ ...order(), at: 30 * 86_400_000 })
    expect([done, refused].map(({ id }) => book.orderedBy(id))).toEqual(['maria', 'maria'])
    book.put({ ...order(), at: 1_200 * 86_400_000 })
    expect(book.orderedBy(done.id)).toBeUndefined()
  })
})
