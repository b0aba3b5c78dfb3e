import { existsSync } from 'node:fs'
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type IncomingRow, SqliteStore } from './index.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sealpost-'))
})
afterEach(async () => {
  await rm(folder, { recursive: true })
})

const campaign = { name: 'spring', digest: 'd', frozen: '{}', createdAt: 1000 }

async function* rows(...addresses: string[]): AsyncGenerator<IncomingRow> {
  for (const address of addresses) {
    if (address === 'BAD') yield { kind: 'invalid', line: 7, why: 'no @' }
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

describe('accept', () => {
  it('takes in each address once, and counts what it left out', async () => {
    using store = SqliteStore.open(folder)
    const intake = await store.accept(campaign, rows('a@x.test', 'A@x.test', 'BAD', 'b@x.test'))
    expect(intake).toEqual({ accepted: 2, duplicates: 1, invalid: 1, sample: [{ line: 7, why: 'no @' }] })
    expect(store.campaign('spring')).toEqual({ ...campaign, intake })
    expect(await store.counts('spring')).toMatchObject({ total: 2, waiting: 2 })
  })

  it('takes in all or nothing', async () => {
    using store = SqliteStore.open(folder)
    await expect(store.accept(campaign, rows('a@x.test', 'THROW'))).rejects.toThrow('breaks off')
    expect(store.campaign('spring')).toBeUndefined()
    expect(await store.counts('spring')).toMatchObject({ total: 0 })
    await store.accept(campaign, rows('a@x.test'))
  })
})

describe('lease and settle', () => {
  it('gives each message to one, until it is settled or comes due again', async () => {
    using store = SqliteStore.open(folder)
    await store.accept(campaign, rows('a@x.test', 'b@x.test', 'c@y.test'))
    expect(await store.dueDomains('spring', 5)).toEqual([
      { domain: 'x.test', count: 2 },
      { domain: 'y.test', count: 1 },
    ])
    const [first] = await store.lease('spring', ['x.test'], 1, 5)
    const [second, ...none] = await store.lease('spring', ['x.test'], 5, 5)
    expect([first?.address ?? '', second?.address ?? ''].toSorted()).toEqual(['a@x.test', 'b@x.test'])
    expect(none).toEqual([])
    expect(first).toMatchObject({ attempt: 1, columns: { name: 'Ada' }, createdAt: 1000 })
    expect(first?.key).toHaveLength(32)
    const base = { reason: 'r', code: undefined, verdict: 'valid', host: 'mx', tls: undefined }
    await store.settle([{ id: first?.id ?? 0, state: 'sent', nextAt: 0, ...base }], 6)
    await store.settle([{ id: second?.id ?? 0, state: 'waiting', nextAt: 100, ...base }], 6)
    expect(await store.lease('spring', ['x.test'], 5, 99)).toEqual([])
    expect(await store.lease('spring', ['x.test'], 5, 100)).toMatchObject([{ attempt: 2 }])
  })

  it('gives back what was not begun as if it had not been taken', async () => {
    using store = SqliteStore.open(folder)
    await store.accept(campaign, rows('a@x.test'))
    const [item] = await store.lease('spring', ['x.test'], 1, 5)
    await store.release([item?.id ?? 0])
    expect(await store.lease('spring', ['x.test'], 1, 5)).toMatchObject([{ attempt: 1 }])
  })

  it('gives up what is too old and was tried, and nothing else', async () => {
    using store = SqliteStore.open(folder)
    await store.accept(campaign, rows('a@x.test', 'b@y.test'))
    await store.settleDomains('spring', ['x.test'], 5, {
      state: 'held',
      nextAt: [50],
      reason: 'no TLS',
      verdict: 'plaintext',
      host: 'mx',
      tls: undefined,
    })
    expect(await store.expire('spring', 999)).toBe(0)
    expect(await store.expire('spring', 1001)).toBe(1)
    expect(await store.counts('spring')).toMatchObject({ failed: 1, waiting: 1 })
    expect(store.outcomes('spring').find((group) => group.state === 'failed')?.reason).toBe('given up: no TLS')
  })
})

describe('what can go wrong', () => {
  it('tells a second process that works on the same folder', () => {
    using store = SqliteStore.open(folder)
    expect(() => SqliteStore.open(folder)).toThrow(expect.objectContaining({ code: 'SP_STORE_IN_USE', where: folder }))
    expect(store.campaignNames()).toEqual([])
    store[Symbol.dispose]()
    SqliteStore.open(folder)[Symbol.dispose]()
  })

  it('lets others read meanwhile', async () => {
    using store = SqliteStore.open(folder)
    await store.accept(campaign, rows('a@x.test'))
    using reader = SqliteStore.openReadOnly(folder)
    expect(reader.campaignNames()).toEqual(['spring'])
  })

  it('refuses data of a newer version, and leaves it as it is', () => {
    SqliteStore.open(folder)[Symbol.dispose]()
    const database = new DatabaseSync(join(folder, 'queue.db'))
    database.exec('PRAGMA user_version = 99')
    database.close()
    expect(() => SqliteStore.open(folder)).toThrow(expect.objectContaining({ code: 'SP_STORE_NEWER', exit: 2 }))
    expect(() => SqliteStore.openReadOnly(folder)).toThrow(expect.objectContaining({ code: 'SP_STORE_NEWER' }))
  })

  it('tells a damaged file', async () => {
    await writeFile(join(folder, 'queue.db'), 'this is no database, but it is long enough to be looked at. '.repeat(100))
    expect(() => SqliteStore.open(folder)).toThrow(expect.objectContaining({ code: 'SP_STORE_DAMAGED' }))
  })

  it('tells that there is nothing to read, and makes nothing', () => {
    expect(() => SqliteStore.openReadOnly(join(folder, 'no'))).toThrow(expect.objectContaining({ code: 'SP_FILE_MISSING' }))
    expect(existsSync(join(folder, 'no'))).toBe(false)
  })

  it('tells a folder that cannot be made', async () => {
    await writeFile(join(folder, 'file'), '')
    expect(() => SqliteStore.open(join(folder, 'file', 'data'))).toThrow(expect.objectContaining({ exit: 2 }))
    await chmod(folder, 0o755)
  })
})
