import { copyFile, mkdtemp, readFile, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type IncomingRow, QueueDatabase, SqliteLists, checkQueue, eraseOpenings, scrubFile } from '../index.ts'
import { Openings } from '../openings/openings.ts'
import { OpeningsReader } from '../openings/index.ts'
import { steps } from '../schema.ts'
import { eraseInCopy, listCopies } from './copies.ts'
import { scrubFileUnlessRead } from './scrub.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sealpost-'))
})
afterEach(async () => {
  await rm(folder, { recursive: true })
})

/** Which files of the folder have a word. */
async function filesWith(word: string): Promise<string[]> {
  const names = await readdir(folder)
  const found = await Promise.all(names.map(async (name) => (await readFile(join(folder, name))).includes(word)))
  return names.filter((_, index) => found[index])
}

const address = (index: number): string => `reader${String(index).padStart(6, '0')}@x${index % 50}.test`

/** Rows of all lengths, some of them longer than a page; each has its own word throughout. */
async function* rows(count: number): AsyncGenerator<IncomingRow> {
  for (let index = 0; index < count; index++)
    yield {
      kind: 'recipient',
      address: address(index),
      addressKey: address(index),
      domain: `x${index % 50}.test`,
      columns: { note: `word${String(index).padStart(6, '0')} `.repeat(1 + ((index * 37) % (index % 20 === 7 ? 900 : 9))) },
    }
}

describe('what is erased of a queue', () => {
  const erased = [7, 27, 500, 501, 1_999]
  const keys = erased.map(address)

  it('is in no octet of its files, and the rest is whole', async () => {
    await using queue = await QueueDatabase.open(folder)
    await queue.accept({ name: 'spring', digest: 'd', frozen: '{}', createdAt: 1 }, rows(2_000))
    await queue.drop({ addressKey: address(500) }, 'by hand', 2)
    expect(await queue.eraseMessages('order', keys, 5)).toEqual({ erased: 5, mentions: 0 })
    await queue.scrub()
    for (const index of erased) {
      expect(await filesWith(address(index))).toEqual([])
      expect(await filesWith(`word${String(index).padStart(6, '0')}`)).toEqual([])
    }
    expect(await filesWith(address(8))).toEqual(['queue.db'])
    expect(checkQueue(folder)).toEqual([])
    expect(await queue.counts('spring')).toMatchObject({ total: 2_000, dropped: 5, waiting: 1_995 })
    expect([...queue.recipients('spring', 'dropped')]).toEqual([])
    expect(queue.carriedOut('order')).toBe(5)
    const all = queue.list({ campaign: 'spring' }, 10_000)
    expect(all).toHaveLength(2_000)
    expect(all.filter((line) => line.address.startsWith('erased:'))).toHaveLength(5)
  })

  it('has to wait as a whole while a message is in flight', async () => {
    await using queue = await QueueDatabase.open(folder)
    await queue.accept({ name: 'spring', digest: 'd', frozen: '{}', createdAt: 1 }, rows(60))
    const [domain] = await queue.takeDomains('spring', 5, 1)
    const { items } = await queue.lease([domain?.id ?? 0], 1, 5)
    const key = items[0]?.addressKey ?? ''
    expect(await queue.eraseMessages('order', [key, address(3)], 5)).toBeUndefined()
    expect(queue.find({ addressKey: address(3) })).toHaveLength(1)
    expect(queue.carriedOut('order')).toBeUndefined()
  })
})

it('what is erased of lists is in no octet of their file, and others who named the address have it no more', async () => {
  using lists = SqliteLists.open(folder)
  const member = (index: number, note: string) => ({
    address: address(index),
    addressKey: address(index),
    domain: 'x.test',
    columns: { note },
    consentAt: undefined,
    consentHow: '',
    consentSource: '',
  })
  async function* members() {
    for (let index = 0; index < 500; index++) yield member(index, index === 9 ? `a friend of ${address(8)}` : `note${index}`)
  }
  const given = { name: 'readers', columns: ['note'], mapping: {}, source: 'f.csv', sha256: () => '', replace: false }
  await lists.commit(given, members(), 1)
  const before = lists.get('readers').revision
  expect(lists.listsOf([address(8)])).toEqual([{ name: 'readers', source: 'f.csv' }])
  expect(lists.erase([address(8)], 5)).toEqual({ members: 1, mentions: 1 })
  expect(lists.get('readers').revision).toBeGreaterThan(before)
  const left = [...lists.members(lists.get('readers'))]
  expect(left).toHaveLength(499)
  expect(left.find((one) => one.addressKey === address(9))?.columns).toEqual({ note: 'a friend of (erased)' })
  // While somebody has it open.
  scrubFile(join(folder, 'lists.db'))
  expect(await filesWith(address(8))).toEqual([])
  expect(await filesWith(address(9))).toEqual(['lists.db'])
})

describe('what opens the evidence', () => {
  const attempt = (leaf: number, previous: number | null, reply: string) => ({
    kind: 'attempt' as const,
    leaf,
    previous,
    session: null,
    campaign: 'spring',
    domain: 'x.test',
    number: 1,
    time: 1,
    message: new Uint8Array(32).fill(7),
    octets: 1,
    outcome: 'deferred' as const,
    code: 450,
    enhanced: null,
    reply,
    strength: 'observed' as const,
  })

  it('is written over from a message’s last attempt back to its first, and where a reply to another names the address', async () => {
    const chain = [5, 40, 999]
    {
      using openings = Openings.open(folder)
      openings.append(
        Array.from({ length: 1_000 }, (_, leaf) => {
          const at = chain.indexOf(leaf)
          if (at >= 0) return attempt(leaf, chain[at - 1] ?? null, `450 secretword ${'x'.repeat(leaf * 7)}`)
          return attempt(
            leaf,
            null,
            leaf === 77 ? `450 <${address(1)}> and others, otherword` : `450 <other${leaf}@x.test> later`,
          )
        }),
        [],
      )
      // While its writer has it open.
      expect(await eraseOpenings(folder, [999], [address(1)])).toBe(3)
    }
    for (const word of ['secretword', 'otherword', address(1)]) expect(await filesWith(word)).toEqual([])
    using reader = OpeningsReader.open(folder)
    const all = [...(reader?.attempts() ?? [])]
    expect(all).toHaveLength(1_000)
    expect(all.filter(({ reply }) => reply === null).map(({ leaf }) => leaf)).toEqual([5, 40, 77, 999])
    expect(all.filter(({ message }) => message === null).map(({ leaf }) => leaf)).toEqual(chain)
    expect(reader?.attempt(999)).toMatchObject({ previous: 40, outcome: 'deferred', domain: 'x.test' })
    expect(await eraseOpenings(folder, [999], [address(1)])).toBe(3)
  })

  it('is left alone where there is none', async () => {
    expect(await eraseOpenings(folder, [1], [address(1)])).toBe(0)
    expect(await readdir(folder)).toEqual([])
  })
})

it('a copy of the first version of a queue is erased as it is', async () => {
  const path = join(folder, 'queue.db.version1')
  {
    using old = new DatabaseSync(path)
    old.exec(`PRAGMA journal_mode = WAL; ${steps[0] ?? ''}; PRAGMA user_version = 1`)
    old.exec("INSERT INTO campaign VALUES ('spring', 'd', '{}', '{}', 1)")
    const add = old.prepare(
      "INSERT INTO message (campaign, address, address_key, domain, columns, key, state, due, reason, updated_at) VALUES ('spring', ?, ?, 'x.test', ?, zeroblob(32), ?, ?, ?, 1)",
    )
    for (let index = 0; index < 300; index++)
      add.run(
        address(index),
        address(index),
        `{"note":"word${index}"}`,
        index % 2 ? 'waiting' : 'sent',
        index % 2 ? 1 : null,
        `<${address(index)}>`,
      )
  }
  expect(listCopies(folder)).toEqual(['queue.db.version1'])
  expect(eraseInCopy(path, [address(8), address(9), 'nobody@x.test'], [])).toEqual({ rows: 2, leaves: [] })
  for (const word of [address(8), address(9), '"word8"', '"word9"']) expect(await filesWith(word)).toEqual([])
  using old = new DatabaseSync(path)
  expect(old.prepare("SELECT id, state, due, columns FROM message WHERE address LIKE 'erased:%' ORDER BY id").all()).toEqual([
    { id: 9, state: 'sent', due: null, columns: '{}' },
    { id: 10, state: 'dropped', due: null, columns: '{}' },
  ])
  expect(old.prepare('SELECT count(*) AS count FROM message').get()).toEqual({ count: 300 })
})

it('a queue that was replaced tells which attempts of the evidence it alone knows', async () => {
  const path = join(folder, 'queue.db.replaced')
  {
    await using queue = await QueueDatabase.open(folder)
    await queue.accept({ name: 'spring', digest: 'd', frozen: '{}', createdAt: 1 }, rows(3))
  }
  await copyFile(join(folder, 'queue.db'), path)
  {
    using replaced = new DatabaseSync(path)
    replaced.exec('UPDATE delivery SET leaf = 100 + id')
  }
  expect(eraseInCopy(path, [address(1)], [])).toEqual({ rows: 1, leaves: [102] })
  expect(await filesWith(address(1))).toEqual(['queue.db'])
})

it('a file is not written anew where somebody reads an older state of it, and is when that has ended', async () => {
  const path = join(folder, 'some.db')
  using database = new DatabaseSync(path)
  database.exec('PRAGMA journal_mode = WAL; CREATE TABLE t (text TEXT)')
  database.exec(
    `WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 2000) INSERT INTO t SELECT 'word' || i FROM n`,
  )
  const log = async (): Promise<number> => (await readFile(`${path}-wal`)).length
  {
    using reader = new DatabaseSync(path)
    reader.exec('BEGIN; SELECT count(*) FROM t')
    reader.prepare('SELECT count(*) FROM t').get()
    database.exec('DELETE FROM t WHERE rowid % 2 = 0')
    const before = await log()
    for (let again = 0; again < 3; again++)
      expect(() => scrubFileUnlessRead(path)).toThrow(expect.objectContaining({ code: 'SP_STORE_IN_USE' }) as Error)
    // It is not made longer by each of these.
    expect(await log()).toBe(before)
  }
  scrubFileUnlessRead(path)
  expect(await log()).toBe(0)
  expect(await filesWith('word2000')).toEqual([])
  scrubFileUnlessRead(join(folder, 'none.db'))
})
