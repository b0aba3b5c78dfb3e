import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import type { BounceNote } from '../bounce/index.ts'
import { SqliteBounceLedger } from './index.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sealpost-'))
})
afterEach(async () => {
  await rm(folder, { recursive: true })
})

const digest = 'ab'.repeat(32)
const note: BounceNote = {
  messageId: 7,
  campaign: 'spring',
  addressKey: 'ada@a.test',
  weight: 'soft',
  signed: true,
  at: 1_800_000_000_000,
  status: undefined,
  detail: 'full',
}

it('gives back what was recorded, also to another that has it open, and to the next', async () => {
  {
    using one = SqliteBounceLedger.open(folder)
    using other = SqliteBounceLedger.open(folder)
    expect(await one.wasRead(digest)).toBe(false)
    await one.record(digest, 1, note)
    await other.record('cd'.repeat(32), 2, { ...note, messageId: 8, weight: 'hard', status: '5.1.1', signed: false })
    expect(await other.wasRead(digest)).toBe(true)
  }
  using ledger = SqliteBounceLedger.open(folder)
  expect(await ledger.softBounces('ada@a.test')).toEqual([note])
  expect(await ledger.softBounces('bob@b.test')).toEqual([])
  expect(await ledger.notes('spring')).toEqual([note, { ...note, messageId: 8, weight: 'hard', status: '5.1.1', signed: false }])
})

it('keeps the first note of each weight for a message, and reads without one', async () => {
  using ledger = SqliteBounceLedger.open(folder)
  await ledger.record(digest, 1, undefined)
  await ledger.record('00'.repeat(32), 1, note)
  await ledger.record('01'.repeat(32), 1, { ...note, at: note.at + 1 })
  expect(await ledger.softBounces('ada@a.test')).toEqual([note])
  expect(await ledger.wasRead(digest)).toBe(true)
  expect(await ledger.wasRead('01'.repeat(32))).toBe(true)
})
