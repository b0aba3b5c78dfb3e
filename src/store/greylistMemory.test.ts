import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterEach, beforeEach, expect, it } from 'vitest'
import type { Clock } from '../clock.ts'
import { SqliteGreylistMemory, SqliteHostMemory } from './index.ts'
import { memorySteps } from './memorySchema.ts'

const start = 1_800_000_000_000
const minute = 60_000
const day = 86_400_000

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sealpost-'))
})
afterEach(async () => {
  await rm(folder, { recursive: true })
})

function at(now: number): Clock {
  return { now: () => now, sleep: async () => undefined, timer: () => () => undefined }
}

function put(minutes: number, result: 'greylisted' | 'accepted', from = start) {
  return { firstTriedAt: from, at: from + minutes * minute, result } as const
}

it('outlives the program, and stands beside what hosts offered', async () => {
  {
    using memory = SqliteGreylistMemory.open(folder, at(start))
    using hosts = SqliteHostMemory.open(folder, at(start))
    await memory.note('MX.test.', put(0, 'greylisted'))
    await memory.note('mx.test', put(6, 'greylisted'))
    await memory.note('mx.test', put(31, 'accepted'))
    expect(hosts.listGone()).toEqual([])
  }
  using memory = SqliteGreylistMemory.open(folder, at(start))
  expect(await memory.find('mx.test')).toEqual({
    host: 'mx.test',
    lowerMs: 6 * minute,
    upperMs: 31 * minute,
    seenAt: start + 31 * minute,
  })
  expect(await memory.find('other.test')).toBeUndefined()
})

it('does not write what it knows already, until it is an hour old', async () => {
  using memory = SqliteGreylistMemory.open(folder, at(start))
  await memory.note('mx.test', put(0, 'greylisted'))
  await memory.note('mx.test', put(0, 'greylisted', start + 59 * minute))
  expect((await memory.find('mx.test'))?.seenAt).toBe(start)
  await memory.note('mx.test', put(0, 'greylisted', start + 60 * minute))
  expect((await memory.find('mx.test'))?.seenAt).toBe(start + 60 * minute)
})

it('forgets hosts after two months, and those not seen for longest where there are too many', async () => {
  {
    using memory = SqliteGreylistMemory.open(folder, at(start))
    for (const [index, host] of ['a.test', 'b.test', 'c.test'].entries())
      await memory.note(host, put(0, 'greylisted', start + index * day))
  }
  const known = async (now: number, limit?: number): Promise<readonly boolean[]> => {
    using memory = SqliteGreylistMemory.open(folder, at(now), limit)
    const found = await Promise.all(['a.test', 'b.test', 'c.test'].map((host) => memory.find(host)))
    return found.map((record) => record !== undefined)
  }
  expect(await known(start + 3 * day)).toEqual([true, true, true])
  expect(await known(start + 3 * day, 2)).toEqual([false, true, true])
  expect(await known(start + 62 * day)).toEqual([false, false, true])
})

it('brings the memory of an older version up to date, and keeps what it held', () => {
  const database = new DatabaseSync(join(folder, 'memory.db'))
  database.exec(`${memorySteps[0]}; PRAGMA user_version = 1`)
  database.exec("INSERT INTO host (host, offered_at, tries) VALUES ('mx.test', 5, 0)")
  database.close()
  using memory = SqliteGreylistMemory.open(folder, at(start))
  using hosts = SqliteHostMemory.open(folder, at(start))
  expect(hosts.find('mx.test')).toMatchObject({ offeredAt: 5 })
  expect(memory).toBeDefined()
})
