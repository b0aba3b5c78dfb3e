import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { systemClock } from '../clock.ts'
import { Settler } from './settler.ts'
import type { QueueStore, Settlement } from './store.ts'

const settlement: Settlement = {
  id: 1,
  domainId: 1,
  state: 'sent',
  nextAt: 0,
  reason: '',
  class: undefined,
  code: 250,
  enhanced: undefined,
  verdict: 'authenticated',
  host: undefined,
  tls: undefined,
  leaf: 0,
}

// No timer comes to its end: what resolves was not waited for by the clock.
beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

it('waits for company, and writes the evidence of all in one flush before their rows in one commit', async () => {
  const { settler, done } = createSettler()
  settler.reserve(3)
  for (const id of [1, 2, 3]) settler.settle({ ...settlement, id })
  await vi.advanceTimersByTimeAsync(50)
  expect(done).toEqual([])
  await vi.advanceTimersByTimeAsync(100)
  expect(done).toEqual(['flush', 'settle 1,2,3'])
  expect(settler.room).toBe(10)
})

it('gathers nothing while somebody waits for the disk, not even behind a commit that is under way', async () => {
  const { settler, done, release } = createSettler('held')
  settler.settle(settlement)
  const drained = settler.drain()
  await vi.waitFor(() => expect(done).toEqual(['flush']))
  settler.settle({ ...settlement, id: 2 })
  release()
  await drained
  expect(done).toEqual(['flush', 'settle 1', 'flush', 'settle 2'])
})

it('gathers nothing while somebody waits for room', async () => {
  const { settler, done } = createSettler()
  settler.reserve(10)
  const roomier = settler.roomier(new AbortController().signal)
  settler.settle(settlement)
  await roomier
  expect(done).toEqual(['flush', 'settle 1'])
  expect(settler.room).toBe(1)
})

it('takes nothing more when the evidence cannot be written, and settles no row', async () => {
  const { settler, done, failures } = createSettler('fails')
  settler.settle(settlement)
  await expect(settler.drain()).rejects.toThrow('full')
  settler.settle({ ...settlement, id: 2 })
  await expect(settler.drain()).rejects.toThrow('full')
  expect(done).toEqual(['flush'])
  expect(failures).toHaveLength(1)
  expect(settler.room).toBe(0)
})

/** @param evidence how its flush goes: `held` until it is released */
function createSettler(evidence?: 'held' | 'fails') {
  const done: string[] = []
  const failures: unknown[] = []
  const held = Promise.withResolvers<void>()
  const settler = new Settler({
    store: {
      settle: async (settlements: readonly Settlement[]) => {
        done.push(`settle ${settlements.map(({ id }) => id).join(',')}`)
      },
    } as Partial<QueueStore> as QueueStore,
    recorder: {
      session: () => ({ id: '', leaf: 0 }),
      attempt: () => 0,
      act: () => 0,
      flush: async () => {
        done.push('flush')
        if (evidence === 'held') await held.promise
        if (evidence === 'fails') throw new Error('the disk is full')
      },
      readBackwards: async function* () {},
    },
    clock: systemClock,
    inFlight: 10,
    onSettled: () => undefined,
    onFailure: (error) => failures.push(error),
  })
  return { settler, done, failures, release: held.resolve }
}
