import { readFileSync, writeFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { MessagePlace, QueueItem, Settlement } from '../../queue/index.ts'
import { type IncomingRow, QueueDatabase, backUpQueue, checkQueue, restoreQueue } from '../index.ts'
import { openForWriting } from '../database.ts'
import { runGroup } from './group.ts'
import { queueSteps } from './schema.ts'
import { Statements } from '../statements.ts'
import { QueueWriter } from './writer.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sealpost-'))
})
afterEach(async () => {
  await rm(folder, { recursive: true })
})

const campaign = { name: 'spring', digest: 'd', frozen: '{}', createdAt: 1000 }

async function* rows(count: number): AsyncGenerator<IncomingRow> {
  for (let n = 0; n < count; n++) {
    const domain = `d${n % 3}.test`
    yield { kind: 'recipient', address: `${n}@${domain}`, addressKey: `${n}@${domain}`, domain, columns: {} }
  }
}

const none: MessagePlace = { id: 0, domainId: 0 }

function settled({ id, domainId }: MessagePlace, state: Settlement['state'], nextAt: number): Settlement {
  return {
    id,
    domainId,
    state,
    nextAt,
    reason: 'r',
    class: undefined,
    code: 250,
    enhanced: undefined,
    verdict: 'valid',
    host: undefined,
    tls: undefined,
  }
}

/** A store with messages in flight. */
async function inFlight(): Promise<{ store: QueueDatabase; items: readonly QueueItem[] }> {
  const store = await QueueDatabase.open(folder)
  await store.accept(campaign, rows(9))
  const taken = await store.takeDomains('spring', 5, 9)
  const { items } = await store.lease(
    taken.map(({ id }) => id),
    9,
    5,
  )
  return { store, items }
}

describe('requests that are done together', () => {
  it('one that makes no sense undoes itself and nothing else', async () => {
    const { store, items } = await inFlight()
    await using _ = store
    const [a, b, c] = items
    if (!a || !b || !c) throw new Error('too few')
    const results = await Promise.allSettled([
      store.settle([settled(a, 'sent', 0)], 6),
      // It waits, and is never due: the database forbids it. The first of the two is undone with it.
      store.settle([settled(b, 'sent', 0), settled(c, 'held', 0)], 6),
      store.settle([settled(c, 'failed', 0)], 6),
      store.settleDomains([1], 6, { ...settled(none, 'nonsense' as 'sent', 0), nextAt: [] }),
      store.addUsage('p', 1, 1),
    ])
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled', 'fulfilled', 'fulfilled'])
    expect(results[1]).toMatchObject({ reason: { name: 'SealpostError', code: 'SP_INTERNAL' } })
    expect(await store.counts('spring')).toMatchObject({ sent: 1, failed: 1, waiting: 7 })
  })

  it('share a transaction, and are all undone where the disk is full', () => {
    const { database, close } = openSmall()
    const db = new Statements(database)
    const before = runGroup(db, 'queue.db', [{ id: 1, name: 'addUsage', values: ['p', 1, 1] }])
    expect(before).toEqual([{ kind: 'done', id: 1, value: undefined }])
    const answers = runGroup(db, 'queue.db', [
      { id: 2, name: 'addUsage', values: ['p', 1, 1] },
      { id: 3, name: 'rememberCheckpoint', values: [1, 'h'.repeat(2_000_000)] },
      { id: 4, name: 'addUsage', values: ['p', 1, 1] },
    ])
    expect(answers).toMatchObject(
      [2, 3, 4].map((id) => ({ kind: 'failed', id, error: { code: 'SP_DISK_FULL', where: 'queue.db' } })),
    )
    const after = runGroup(db, 'queue.db', [{ id: 5, name: 'usage', values: ['p', 0] }])
    expect(after).toMatchObject([{ kind: 'done', value: { hours: [{ hour: 1, messages: 1 }] } }])
    close()
  })

  /** A database that may not grow: SQLite says of it what it says of a full disk. */
  function openSmall(): { database: DatabaseSync; close: () => void } {
    const opened = openForWriting(folder, queueSteps)
    opened.database.exec('PRAGMA max_page_count = 40')
    return { database: opened.database, close: () => opened.close() }
  }
})

describe('the end', () => {
  it('waits for what is under way, and refuses what comes after', async () => {
    const { store, items } = await inFlight()
    const last = store.settle([settled(items[0] ?? none, 'sent', 0)], 6)
    await store[Symbol.asyncDispose]()
    await last
    await store[Symbol.asyncDispose]()
    await expect(store.recover()).rejects.toMatchObject({ code: 'SP_INTERNAL' })
    await using again = await QueueDatabase.open(folder)
    expect(await again.counts('spring')).toMatchObject({ sent: 1 })
  })

  it('of the thread is told to all who wait, and to all who come after', async () => {
    await using writer = await QueueWriter.open(folder)
    // Nothing that the thread knows of: it is a mistake of ours, of which it dies.
    const last = writer.ask(undefined as unknown as string, [])
    const more = writer.call('recover')
    const told = {
      code: 'SP_INTERNAL',
      where: folder,
      message: expect.stringContaining('thread that writes the queue ended') as string,
    }
    await expect(last).rejects.toMatchObject(told)
    await expect(more).rejects.toMatchObject(told)
    await expect(writer.call('recover')).rejects.toMatchObject(told)
    // The lock went with it.
    await using _ = await QueueDatabase.open(folder)
  })

  it('a second writer is told', async () => {
    await using _ = await QueueDatabase.open(folder)
    await expect(QueueDatabase.open(folder)).rejects.toMatchObject({ code: 'SP_STORE_IN_USE', where: folder })
  })

  it('a damaged file is told', async () => {
    writeFileSync(join(folder, 'queue.db'), 'this is no database, but long enough to be looked at. '.repeat(100))
    await expect(QueueDatabase.open(folder)).rejects.toMatchObject({ code: 'SP_STORE_DAMAGED' })
    expect(checkQueue(folder)).toMatchObject([{ kind: 'file' }])
  })
})

describe('check', () => {
  /** Opens the file as somebody who does harm would, with no rule in force. */
  function harm(sql: string): void {
    const database = new DatabaseSync(join(folder, 'queue.db'), { enableForeignKeyConstraints: false })
    database.exec(`PRAGMA ignore_check_constraints = ON; ${sql}`)
    database.close()
  }

  it('finds nothing wrong with a queue at work, and names a run that broke off', async () => {
    const { store } = await inFlight()
    expect(checkQueue(folder)).toEqual([])
    await store[Symbol.asyncDispose]()
    const [damage, ...more] = checkQueue(folder)
    expect(damage).toMatchObject({ kind: 'unfinished', where: 'queue.db' })
    expect(damage?.what).toMatch(/^9 messages and 0 domains/)
    expect(more).toEqual([])
  })

  it.each([
    ['due', 'UPDATE domain SET due = NULL WHERE id = 1', 'd0.test'],
    ['due', 'UPDATE domain SET due = -1 WHERE id = 2', 'd1.test'],
    ['due', "UPDATE delivery SET due = NULL, state = 'sent' WHERE domain = 3", 'd2.test'],
    ['reference', 'UPDATE message SET domain = 77 WHERE id = 2', 'message 2'],
    [
      'reference',
      "INSERT INTO campaign VALUES (9, 'x', '', '{}', '{}', 1); UPDATE domain SET campaign = 9 WHERE id = 1",
      'message 1',
    ],
    ['state', "UPDATE delivery SET state = 'lost' WHERE id = 2", 'message 2'],
    ['state', "UPDATE delivery SET state = 'sent' WHERE id = 2", 'message 2'],
    ['reference', 'DELETE FROM delivery WHERE id = 2', 'message 2'],
    ['reference', 'DELETE FROM message WHERE id = 2', 'delivery 2'],
    ['count', "UPDATE tally SET messages = messages + 1 WHERE state = 'waiting'", 'spring'],
    ['count', 'DELETE FROM tally', 'spring'],
    ['count', "INSERT INTO tally VALUES (1, 'sent', 2)", 'spring'],
    ['campaign', "UPDATE campaign SET frozen = '{'", 'spring'],
  ])('names %s damage: %s', async (kind, sql, where) => {
    {
      await using store = await QueueDatabase.open(folder)
      await store.accept(campaign, rows(9))
    }
    expect(checkQueue(folder)).toEqual([])
    harm(sql)
    expect(checkQueue(folder)).toContainEqual({ kind, where, what: expect.any(String) as string })
  })

  it('names octets that were overwritten', async () => {
    {
      await using store = await QueueDatabase.open(folder)
      await store.accept(campaign, rows(3_000))
    }
    const path = join(folder, 'queue.db')
    const octets = readFileSync(path)
    octets.fill(0xa5, octets.length / 2, octets.length / 2 + 4096)
    writeFileSync(path, octets)
    expect(checkQueue(folder)).toContainEqual({
      kind: 'file',
      where: expect.any(String) as string,
      what: expect.any(String) as string,
    })
  })

  it('repair counts anew', async () => {
    await using store = await QueueDatabase.open(folder)
    await store.accept(campaign, rows(9))
    harm("UPDATE tally SET messages = 7; INSERT INTO tally VALUES (1, 'sent', 2)")
    expect(await store.counts('spring')).toMatchObject({ waiting: 7, sent: 2 })
    expect(await store.repair()).toBe(2)
    expect(await store.counts('spring')).toMatchObject({ total: 9, waiting: 9, sent: 0 })
    expect(checkQueue(folder)).toEqual([])
  })

  it('repair makes domains due when their messages are', async () => {
    await using store = await QueueDatabase.open(folder)
    await store.accept(campaign, rows(9))
    harm('UPDATE domain SET due = NULL WHERE id < 3')
    expect(await store.nextDue('spring')).toBe(0)
    expect(await store.repair()).toBe(2)
    expect(checkQueue(folder)).toEqual([])
    expect(await store.repair()).toBe(0)
  })
})

describe('a copy', () => {
  it('is made of one moment while others write, and can be put back', async () => {
    const { store, items } = await inFlight()
    const copy = join(folder, 'copy.db')
    const pages: number[] = []
    const under = backUpQueue(folder, copy, (done, total) => pages.push(done / total))
    for (const item of items) await store.settle([settled(item, 'sent', 0)], 6)
    await under
    expect(pages.every((part) => part <= 1)).toBe(true)
    await expect(backUpQueue(folder, copy)).rejects.toMatchObject({ code: 'SP_FILE_EXISTS' })
    await expect(restoreQueue(copy, folder, { replace: true })).rejects.toMatchObject({ code: 'SP_STORE_IN_USE' })
    await store[Symbol.asyncDispose]()
    await expect(restoreQueue(copy, folder, { replace: false })).rejects.toMatchObject({ code: 'SP_FILE_EXISTS' })

    await restoreQueue(copy, folder, { replace: true })
    await using again = await QueueDatabase.open(folder)
    expect(await again.counts('spring')).toMatchObject({ total: 9 })
    const other = join(folder, 'other')
    await restoreQueue(copy, other, { replace: false })
    await using fresh = await QueueDatabase.open(other)
    expect(await fresh.counts('spring')).toMatchObject({ total: 9 })
  })

  it('that is damaged or no queue is not put back', async () => {
    const file = join(folder, 'file')
    writeFileSync(file, 'this is no database, but long enough to be looked at. '.repeat(100))
    await expect(restoreQueue(file, join(folder, 'data'), { replace: false })).rejects.toMatchObject({
      code: 'SP_STORE_DAMAGED',
    })
    const other = join(folder, 'other.db')
    const database = new DatabaseSync(other)
    database.exec('CREATE TABLE t (a); PRAGMA user_version = 1')
    database.close()
    await expect(restoreQueue(other, join(folder, 'data'), { replace: false })).rejects.toThrow(/no queue of Sealpost/)
    await expect(restoreQueue(join(folder, 'no'), folder, { replace: false })).rejects.toMatchObject({
      code: 'SP_FILE_MISSING',
    })
    await using fresh = await QueueDatabase.open(join(folder, 'data'))
    expect(fresh.campaignNames()).toEqual([])
  })
})
