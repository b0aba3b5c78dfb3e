import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { makeKeys } from '../../../test/support/serving.ts'
import { currentKey } from '../../keys.ts'
import { type HitGroup, type HitKind, eraseTracking, hashWho, personOf, tagOf } from '../../tracking/index.ts'
import { SqliteTrackingLedger } from '../index.ts'

let folder: string
let ledger: SqliteTrackingLedger
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sealpost-'))
  ledger = SqliteTrackingLedger.open(folder)
})
afterEach(async () => {
  ledger[Symbol.dispose]()
  await rm(folder, { recursive: true })
})

const keys = makeKeys()
const digest = 'abc'
const tag = tagOf('spring', digest)
const day = 86_400_000
const now = Date.UTC(2026, 10, 25)

/** Message and recipient of that number. */
const keyOf = (id: number): string => `r${id}@a.test`
const someone = (id: number, key = currentKey(keys)) => ({ tag, person: personOf(tag, keyOf(id), key) })

function group(kind: HitKind, link: number, ids: readonly number[], more: Partial<HitGroup> = {}): HitGroup {
  const who = ids.flatMap((messageId) => hashWho(someone(messageId), kind, link, 1, keys) ?? [])
  return { campaign: 'spring', tag, kind, link, day: '2026-11-25', count: ids.length, who, ...more }
}

function rows(): number {
  const db = new DatabaseSync(join(folder, 'tracking.db'), { readOnly: true })
  const count = Number(db.prepare('SELECT count(*) AS count FROM seen').get()?.['count'])
  db.close()
  return count
}

describe('counts', () => {
  it('are in all and by recipients, by link and by day, each recipient once', () => {
    ledger.add([group('click', 2, [1, 2, 1]), group('click', 0, [1, 2, 1])], now)
    ledger.add([group('click', 2, [2, 3], { day: '2026-11-26' }), group('click', 0, [2, 3], { day: '2026-11-26' })], now + day)
    ledger.add([group('open', 0, [9])], now)
    expect(ledger.total(tag, 'click')).toEqual({ total: 5, unique: 3 })
    expect(ledger.total(tag, 'open')).toEqual({ total: 1, unique: 1 })
    expect(ledger.byLink(tag)).toEqual([{ link: 2, total: 5, unique: 3 }])
    expect(ledger.byDay(tag).filter(({ link }) => link === 2)).toEqual([
      { kind: 'click', link: 2, day: '2026-11-25', total: 3, unique: 2 },
      { kind: 'click', link: 2, day: '2026-11-26', total: 2, unique: 1 },
    ])
    expect(ledger.total(tagOf('spring', 'other'), 'click')).toEqual({ total: 0, unique: 0 })
    expect(ledger.byLink('')).toEqual([])
  })

  it('are those of a model, whatever comes', () => {
    let at = 0
    fc.assert(
      fc.property(fc.array(fc.array(fc.nat(5), { minLength: 1, maxLength: 5 }), { maxLength: 10 }), (batches) => {
        const own = tagOf(`c${at++}`, digest)
        for (const ids of batches)
          ledger.add([group('click', 1, ids, { campaign: 'c', tag: own, who: ids.map((id) => Uint8Array.of(id)) })], now)
        expect(ledger.byLink(own)).toEqual(
          batches.length === 0 ? [] : [{ link: 1, total: batches.flat().length, unique: new Set(batches.flat()).size }],
        )
      }),
      { numRuns: 20 },
    )
  })

  it('stay when it is forgotten who was counted, 90 days after the first', () => {
    ledger.add([group('click', 1, [1, 2])], now)
    ledger.add([group('click', 1, [2])], now + 90 * day)
    expect([ledger.byLink(tag)[0], rows()]).toEqual([{ link: 1, total: 3, unique: 2 }, 2])
    ledger.add([group('click', 1, [2, 3])], now + 90 * day + 1)
    // Nobody is new any more: it cannot be told.
    expect([ledger.byLink(tag)[0], rows()]).toEqual([{ link: 1, total: 5, unique: 2 }, 0])
  })

  it('are written by several at once, and hold no address', () => {
    using other = SqliteTrackingLedger.open(folder)
    ledger.add([group('click', 1, [1])], now)
    other.add([group('click', 1, [1])], now)
    expect(ledger.byLink(tag)).toEqual([{ link: 1, total: 2, unique: 1 }])
  })
})

describe('somebody who is to be forgotten', () => {
  it('is, of all links and under every key, and nobody else', () => {
    const both = { current: 2, all: new Map([...keys.all, [2, randomBytes(32)]]) }
    ledger.add([group('click', 1, [1, 2]), group('click', 0, [1, 2]), group('open', 0, [1])], now)
    const second = hashWho(someone(1, currentKey(both)), 'click', 3, 2, both)
    ledger.add([{ ...group('click', 3, []), count: 1, who: second ? [second] : [] }], now)
    expect(rows()).toBe(6)
    const message = { addressKey: keyOf(1), campaign: 'spring', digest }
    expect(
      eraseTracking(
        [
          { ...message, digest: 'other' },
          { ...message, addressKey: keyOf(5) },
        ],
        ledger,
        both,
      ),
    ).toBe(0)
    expect(eraseTracking([message], ledger, both)).toBe(4)
    expect(rows()).toBe(2)
    expect(eraseTracking([message], ledger, both)).toBe(0)
    expect(ledger.total(tag, 'click')).toEqual({ total: 2, unique: 2 })
    expect(eraseTracking([{ ...message, addressKey: keyOf(2) }], ledger, both)).toBe(2)
    expect(rows()).toBe(0)
  })
})

it('a file of a newer version is not touched', () => {
  const db = new DatabaseSync(join(folder, 'tracking.db'))
  db.exec('PRAGMA user_version = 99')
  db.close()
  expect(() => SqliteTrackingLedger.open(folder)).toThrow(expect.objectContaining({ code: 'SP_STORE_NEWER' }))
})
