import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { QueueDatabase, QueueReader, checkQueue } from '../index.ts'
import { queueSteps } from './schema.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sealpost-'))
})
afterEach(async () => {
  await rm(folder, { recursive: true })
})

/** The schema as version 1 was released with it. */
const version1 = `
  CREATE TABLE campaign (name TEXT PRIMARY KEY, digest TEXT NOT NULL, frozen TEXT NOT NULL, intake TEXT NOT NULL,
    created_at INTEGER NOT NULL) STRICT;
  CREATE TABLE evidence (only INTEGER PRIMARY KEY CHECK (only = 1), size INTEGER NOT NULL, head TEXT NOT NULL) STRICT;
  CREATE TABLE message (id INTEGER PRIMARY KEY, campaign TEXT NOT NULL REFERENCES campaign (name), address TEXT NOT NULL,
    address_key TEXT NOT NULL, domain TEXT NOT NULL, columns TEXT NOT NULL, key BLOB NOT NULL,
    state TEXT NOT NULL DEFAULT 'waiting', due INTEGER, attempts INTEGER NOT NULL DEFAULT 0, reason TEXT NOT NULL DEFAULT '',
    code INTEGER, verdict TEXT NOT NULL DEFAULT 'not-tested', host TEXT, tls TEXT, updated_at INTEGER NOT NULL,
    UNIQUE (campaign, address_key)) STRICT;
  CREATE INDEX message_due ON message (campaign, domain, due) WHERE due IS NOT NULL;
  CREATE INDEX message_state ON message (campaign, state);
  PRAGMA user_version = 1;
`

/** Writes a folder as version 1 left it, and what `more` adds. */
function writeVersion1(more: (database: DatabaseSync) => void): void {
  const database = new DatabaseSync(join(folder, 'queue.db'))
  database.exec(`PRAGMA journal_mode = WAL; ${version1}`)
  database.exec(`
    INSERT INTO campaign VALUES ('spring', 'd1', '{}', '{"accepted":1}', 2000), ('winter', 'd0', '{}', '{}', 1000);
    INSERT INTO evidence VALUES (1, 77, 'head');
  `)
  more(database)
  database.close()
}

describe('a database of version 1', () => {
  it('is brought up to date with all that it knew, and a copy is kept', async () => {
    writeVersion1((database) =>
      database.exec(`
        INSERT INTO message (id, campaign, address, address_key, domain, columns, key, state, due, attempts, reason, code, host, updated_at)
        VALUES (3, 'spring', 'A@x.test', 'a@x.test', 'x.test', '{"a":"1"}', x'00ff', 'waiting', 0, 0, '', NULL, NULL, 10),
          (5, 'spring', 'b@x.test', 'b@x.test', 'x.test', '{}', x'01', 'waiting', 90, 2, 'later', 450, 'mx', 20),
          (7, 'spring', 'c@y.test', 'c@y.test', 'y.test', '{}', x'02', 'held', 50, 1, 'no TLS', NULL, NULL, 30),
          (8, 'spring', 'd@y.test', 'd@y.test', 'y.test', '{}', x'03', 'leased', NULL, 1, '', NULL, NULL, 40),
          (9, 'winter', 'a@x.test', 'a@x.test', 'x.test', '{}', x'04', 'sent', NULL, 1, 'ok', 250, 'mx', 50);
      `),
    )
    await using store = await QueueDatabase.open(folder)
    expect(existsSync(join(folder, 'queue.db.version1'))).toBe(true)
    expect(store.campaignNames()).toEqual(['winter', 'spring'])
    expect(store.campaign('spring')).toMatchObject({ digest: 'd1', createdAt: 2000, intake: { accepted: 1 } })
    expect(store.checkpoint()).toEqual({ size: 77, root: 'head' })
    expect(store.list({}, 99)).toMatchObject([
      {
        id: 3,
        campaign: 'spring',
        domain: 'x.test',
        address: 'A@x.test',
        state: 'waiting',
        due: 0,
        firstTriedAt: undefined,
        begunAt: undefined,
      },
      { id: 5, state: 'deferred', due: 90, attempts: 2, firstTriedAt: 20, begunAt: 20, reason: 'later', code: 450, host: 'mx' },
      { id: 7, state: 'held', due: 50, begunAt: 30, reason: 'no TLS' },
      { id: 8, state: 'leased', due: undefined },
      { id: 9, campaign: 'winter', state: 'sent', code: 250 },
    ])
    expect(await store.counts('spring')).toMatchObject({ total: 4, waiting: 2, deferred: 1, held: 1, sent: 0 })
    expect(await store.counts('winter')).toMatchObject({ total: 1, sent: 1 })
    expect(await store.nextDue('winter')).toBeUndefined()
    expect(await store.recover()).toBe(1)
    const taken = await store.takeDomains('spring', 0, 9)
    expect(taken.map(({ domain }) => domain)).toEqual(['x.test', 'y.test'])
    const { items } = await store.lease([taken[0]?.id ?? 0], 9, 0)
    expect(items).toMatchObject([{ id: 3, address: 'A@x.test', columns: '{"a":"1"}', key: new Uint8Array([0, 255]) }])
    await store.settle([], 0)
    await store.release(items, 0)
    await store.releaseDomains(taken.map(({ id }) => id))
    expect(checkQueue(folder)).toEqual([])
  })

  it('is not read before that', () => {
    writeVersion1(() => undefined)
    expect(() => QueueReader.open(folder)).toThrow(/Run sealpost send once/)
    expect(existsSync(join(folder, 'queue.db.version1'))).toBe(false)
  })
})

it('a database of version 3 is brought up to date in the midst of sending, and goes on', async () => {
  const path = join(folder, 'queue.db')
  const database = new DatabaseSync(path)
  // A step that was released is never changed.
  database.exec(`PRAGMA journal_mode = WAL; ${queueSteps.slice(0, 3).join('')}; PRAGMA user_version = 3`)
  database.exec(`
    INSERT INTO campaign VALUES (1, 'spring', 'd1', '{}', '{}', 10);
    INSERT INTO domain VALUES (4, 1, 'x.test', NULL, NULL, 1);
    INSERT INTO message VALUES (7, 1, 4, 'a@x.test', 'a@x.test', '{}', x'01'), (8, 1, 4, 'b@x.test', 'b@x.test', '{}', x'02');
    INSERT INTO delivery (domain, id, state, leased_from, attempts, first_tried_at, code, updated_at)
      VALUES (4, 7, 'leased', 'waiting', 1, 20, NULL, 20), (4, 8, 'sent', NULL, 1, 20, 250, 30);
    INSERT INTO tally VALUES (1, 'leased', 1), (1, 'sent', 1);
    INSERT INTO evidence VALUES (1, 77, 'head');
  `)
  database.close()
  await using store = await QueueDatabase.open(folder)
  expect(existsSync(`${path}.version3`)).toBe(true)
  expect(store.checkpoint()).toEqual({ size: 77, root: 'head' })
  const place = { id: 7, domainId: 4, campaign: 'spring', domain: 'x.test' }
  expect(await store.inFlight()).toEqual({
    messages: [{ ...place, address: 'a@x.test', key: new Uint8Array([1]), attempt: 1, leaf: undefined }],
    settledTo: undefined,
  })
  await store.recover()
  await store.takeDomains('spring', 99, 9)
  const { items } = await store.lease([4], 9, 99)
  expect(items).toMatchObject([{ id: 7, attempt: 2, leaf: undefined }])
  await store.settle([{ ...outcome, id: 7, domainId: 4, state: 'sent', nextAt: 0, leaf: 5 }], 100)
  expect(store.list({}, 9)).toMatchObject([
    { id: 7, state: 'sent', leaf: 5 },
    { id: 8, state: 'sent', leaf: undefined },
  ])
  expect(checkQueue(folder)).toEqual([])
})

const outcome = {
  reason: 'ok',
  class: undefined,
  code: 250,
  enhanced: undefined,
  verdict: 'valid',
  host: undefined,
  tls: undefined,
}

it('data of a newer version is refused, and left as it is', async () => {
  await (await QueueDatabase.open(folder))[Symbol.asyncDispose]()
  const database = new DatabaseSync(join(folder, 'queue.db'))
  database.exec('PRAGMA user_version = 99')
  database.close()
  await expect(QueueDatabase.open(folder)).rejects.toMatchObject({ code: 'SP_STORE_NEWER', exit: 2 })
  expect(() => QueueReader.open(folder)).toThrow(expect.objectContaining({ code: 'SP_STORE_NEWER' }))
})
