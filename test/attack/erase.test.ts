/**
 * An erasure that is cut off must not look like one that was done: the program may be killed between any two files, with the
 * rest still telling everything. It is killed here at each of them, held there by somebody who has that file locked; the same
 * command again must come to the end.
 *
 * And whoever may write into the data folder must not get the command to change what lies elsewhere (by a symbolic link with
 * the name of a copy), nor an address with the wildcards of SQL get it to erase others.
 */
import { copyFile, readFile, rename, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { describe, expect, it, vi } from 'vitest'
import { OrderBook, QueueReader, SqliteBounceLedger, SqliteLists, SqliteSuppressionList } from '../../src/store/index.ts'
import type { Desk } from '../support/cli.ts'
import { ada, dataOf, fine, live, openShop, words } from '../support/shop.ts'
import { searchFolder } from '../support/traces.ts'

vi.setConfig({ testTimeout: 180_000 })

const key = ada.toLowerCase()

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 20))
}

/** Who holds up the erasure at a file, and how it is seen that it came there. */
interface Hold {
  readonly file: string
  readonly sql: string
  readonly came: (data: string) => boolean
}

const holds: readonly Hold[] = [
  {
    file: 'lists.db',
    sql: 'BEGIN IMMEDIATE',
    came: (data) => {
      using list = SqliteSuppressionList.open(data)
      return list.findErased([key]).size === 1
    },
  },
  {
    file: 'bounces.db',
    sql: 'BEGIN IMMEDIATE',
    came: (data) => {
      using lists = SqliteLists.open(data)
      return lists.listsOf([key]).length === 0
    },
  },
  {
    file: 'control.db',
    sql: 'BEGIN IMMEDIATE',
    came: (data) => {
      using bounces = SqliteBounceLedger.open(data)
      return bounces.countOf([key], []) === 0
    },
  },
  {
    file: 'queue.db.version2',
    sql: 'BEGIN IMMEDIATE',
    came: (data) => {
      using book = OrderBook.open(data)
      return book.countOf([key]) === 0
    },
  },
  {
    // As a sender does that never looks into the book of orders.
    file: 'lock.db',
    sql: 'BEGIN EXCLUSIVE',
    came: (data) => {
      using book = OrderBook.open(data)
      return book.waiting().length === 1
    },
  },
  {
    // Who reads an older state keeps the log beside the file from being emptied.
    file: 'queue.db',
    sql: 'BEGIN; SELECT count(*) FROM campaign',
    came: (data) => {
      using reader = QueueReader.open(data)
      return reader.messagesTo([key]).length === 0
    },
  },
]

async function killAt(desk: Desk, { file, sql, came }: Hold): Promise<void> {
  const data = dataOf(desk)
  using holder = new DatabaseSync(join(data, file))
  holder.exec(sql)
  const erasing = desk.start('erase', ada, '--yes')
  await until(() => came(data))
  erasing.child.kill('SIGKILL')
  expect(await erasing.done).toMatchObject({ exit: 'SIGKILL' })
}

describe('an erasure that is killed', () => {
  it('at each file in turn is brought to its end by the same command', async () => {
    await using desk = await openShop()
    await live(desk)
    const data = dataOf(desk)
    for (const hold of holds) {
      await killAt(desk, hold)
      expect({ at: hold.file, left: (await searchFolder(data, words)).length > 0 }).toEqual({ at: hold.file, left: true })
    }
    await fine(desk, 'erase', ada, '--yes')
    expect(await searchFolder(data, words)).toEqual([])
    expect(await fine(desk, 'queue', 'check')).toContain('SOUND')
    expect((await desk.run('verify', 'data')).exit).toBe(0)
  })
})

describe('a data folder that somebody else prepared', () => {
  it('is no way to the rows of others, nor to files elsewhere, and what cannot be read in it keeps nothing back', async () => {
    await using desk = await openShop()
    await live(desk)
    const data = dataOf(desk)
    const before = await searchFolder(data, words)
    for (const address of ['%@valid.test', '_________.____________@valid.test', '*@valid.test', '"%"@valid.test'])
      expect({ address, exit: (await desk.run('erase', address, '--yes')).exit }).toEqual({ address, exit: 1 })
    expect(await searchFolder(data, words)).toEqual(before)

    const elsewhere = join(desk.folder, 'elsewhere.db')
    await copyFile(join(desk.folder, 'copy.db'), elsewhere)
    const untouched = await readFile(elsewhere)
    await symlink(elsewhere, join(data, 'lists.db.version1'))
    await copyFile(join(desk.folder, 'readers.csv'), join(data, 'queue.db.version1'))
    // The folder itself may well be a link.
    await rename(data, join(desk.folder, 'real'))
    await symlink('real', data)
    const { exit, stderr } = await desk.run('erase', ada, '--yes')
    expect(exit).toBe(2)
    expect(stderr).toContain('queue.db.version1: All else is erased, but this copy cannot be looked through')
    expect((await readFile(elsewhere)).equals(untouched)).toBe(true)
    const left = await searchFolder(join(desk.folder, 'real'), words)
    expect(new Set(left.map(({ file }) => file))).toEqual(new Set(['queue.db.version1']))
  })
})
