import { expect, it } from 'vitest'
import { type Clock, systemClock } from '../clock.ts'
import { SealpostError } from '../errors.ts'
import type { OrderBook } from '../store/index.ts'
import type { OrderHands } from './carryOrders.ts'
import { OrderWatch } from './orderWatch.ts'

/** Time passes as quickly as it is asked for. */
const clock: Clock = {
  ...systemClock,
  sleep: async (_, signal) => {
    await new Promise(setImmediate)
    signal?.throwIfAborted()
  },
}

/** A book that does at each look what it is told to, and from then on nothing. */
function watch(looks: readonly (() => void)[]): { readonly hands: OrderHands; readonly looked: () => number } {
  let looked = 0
  const book = {
    waiting: () => {
      looks[looked++]?.()
      return []
    },
    paused: () => new Map(looked > 3 ? [['spring', { at: 1, by: 'maria' }]] : []),
    cancelled: () => new Map(),
  } as unknown as OrderBook
  return { hands: { book, clock } as OrderHands, looked: () => looked }
}

const fail = (code: 'SP_STORE_IN_USE' | 'SP_DISK_FULL') => () => {
  throw new SealpostError(code)
}

it('looks again where somebody else writes to the book, and tells who rests', async () => {
  const { hands, looked } = watch([() => undefined, fail('SP_STORE_IN_USE'), fail('SP_STORE_IN_USE')])
  const orders = await OrderWatch.start(hands, () => undefined)
  expect(orders.resting).toEqual(new Set())
  while (looked() < 5) await new Promise(setImmediate)
  expect(orders.resting).toEqual(new Set(['spring']))
  expect(orders.failed.aborted).toBe(false)
  await orders.stop()
  const last = looked()
  await new Promise(setImmediate)
  expect(looked()).toBe(last)
})

it('stops the run where what was ordered cannot be written down', async () => {
  const { hands, looked } = watch([() => undefined, fail('SP_DISK_FULL')])
  const orders = await OrderWatch.start(hands, () => undefined)
  while (!orders.failed.aborted) await new Promise(setImmediate)
  await expect(orders.stop()).rejects.toMatchObject({ code: 'SP_DISK_FULL' })
  expect(looked()).toBe(2)
})

it('does not begin where the book cannot be read', async () => {
  await expect(OrderWatch.start(watch([fail('SP_DISK_FULL')]).hands, () => undefined)).rejects.toMatchObject({
    code: 'SP_DISK_FULL',
  })
})
