import { setImmediate } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { createGate, forEachLimited } from './parallel.ts'

it('runs each task once, no more than the limit at a time', async () => {
  let running = 0
  let most = 0
  const done: number[] = []
  await forEachLimited([5, 6, 7, 8, 9], 2, async (item, index) => {
    most = Math.max(most, ++running)
    await setImmediate()
    running -= 1
    done[index] = item
  })
  expect(done).toEqual([5, 6, 7, 8, 9])
  expect(most).toBe(2)
})

it('fails only when all that was begun has ended', async () => {
  let ended = 0
  const run = forEachLimited([1, 2], 2, async (item) => {
    if (item === 1) throw new Error('one')
    await setImmediate()
    ended += 1
  })
  await expect(run).rejects.toThrow('one')
  expect(ended).toBe(1)
})

it('lets no more through a gate than it is wide, and everybody in the end, whoever fails', async () => {
  const gate = createGate(2)
  let running = 0
  let most = 0
  const results = await Promise.allSettled(
    [1, 2, 3, 4, 5].map(async (number) =>
      gate(async () => {
        most = Math.max(most, ++running)
        await setImmediate()
        running -= 1
        if (number === 2) throw new Error('two')
      }),
    ),
  )
  expect(most).toBe(2)
  expect(results.map((result) => result.status)).toEqual(['fulfilled', 'rejected', 'fulfilled', 'fulfilled', 'fulfilled'])
})
