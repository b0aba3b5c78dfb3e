import { randomUUID } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import type { Order } from '../queue/index.ts'
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
