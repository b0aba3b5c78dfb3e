import { createHash } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as fc from 'fast-check'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Member } from '../../list/index.ts'
import { SqliteLists } from '../index.ts'
import type { ListImport } from './lists.ts'

let folder = ''
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sealpost-'))
})
afterEach(async () => {
  await rm(folder, { recursive: true })
})

function member(local: string, columns: Readonly<Record<string, string>> = {}, consentAt?: number): Member {
  const address = `${local}@x.org`
  return {
    address,
    addressKey: address,
    domain: 'x.org',
    columns: { email: address, ...columns },
    consentAt,
    consentHow: '',
    consentSource: '',
  }
}

async function* each(members: readonly Member[], fail = false): AsyncGenerator<Member> {
  yield* members
  if (fail) throw new Error('the file breaks here')
}

const given = (change: Partial<ListImport> = {}): ListImport => ({
  name: 'readers',
  columns: ['email', 'name'],
  mapping: { email: 'email' },
  source: 'readers.csv',
  sha256: () => 'ab',
  replace: false,
  ...change,
})

const addresses = (lists: SqliteLists, name = 'readers'): string[] =>
  [...lists.members(lists.get(name))].map(({ address }) => address)

test('all or none: what fails on its way leaves the list as it was', async () => {
  using lists = SqliteLists.open(folder)
  await expect(lists.commit(given(), each([member('a')], true), 1)).rejects.toThrow('the file breaks here')
  expect(lists.find('readers')).toBeUndefined()
  await lists.commit(given(), each([member('a')]), 1)
  await expect(lists.commit(given({ replace: true, columns: ['email'] }), each([member('b')], true), 2)).rejects.toThrow()
  expect(addresses(lists)).toEqual(['a@x.org'])
  expect(lists.get('readers')).toMatchObject({ revision: 1, columns: ['email', 'name'], updatedAt: 1 })
})

test('a merge and its preview count alike, and a model agrees', async () => {
  const row = fc.tuple(
    fc.constantFrom('a', 'b', 'c', 'd'),
    fc.constantFrom('', 'x', 'y'),
    fc.option(fc.nat(3), { nil: undefined }),
  )
  const file = fc.uniqueArray(row, { selector: ([local]) => local, minLength: 1 })
  const step = fc.record({ file, replace: fc.boolean() })
  let run = 0
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 4 }), async (steps) => {
      using lists = SqliteLists.open(folder)
      const name = `list${run++}`
      let model = new Map<string, { name: string; consentAt: number | undefined }>()
      for (const { file, replace } of steps) {
        const members = file.map(([local, text, consentAt]) => member(local, { name: text }, consentAt))
        const preview = await lists.preview({ name }, each(members))
        const merge = await lists.commit(given({ name, replace }), each(members), run)
        expect(merge).toEqual(preview)
        const next = replace ? new Map<string, { name: string; consentAt: number | undefined }>() : new Map(model)
        const counts = { added: 0, changed: 0, unchanged: 0 }
        for (const [local, text, consentAt] of file) {
          const known = model.get(local)
          const after = { name: text, consentAt: consentAt ?? known?.consentAt }
          if (!known) counts.added++
          else if (known.name === after.name && known.consentAt === after.consentAt) counts.unchanged++
          else counts.changed++
          next.set(local, after)
        }
        expect(merge).toEqual({ ...counts, absent: model.size - counts.changed - counts.unchanged })
        model = next
        const rows = [...lists.members(lists.get(name))]
        const stored = new Map(rows.map((row) => [row.address, { name: row.columns['name'], consentAt: row.consentAt }]))
        expect(stored).toEqual(new Map([...model].map(([local, kept]) => [`${local}@x.org`, kept])))
        expect(rows).toHaveLength(model.size)
      }
    }),
    { numRuns: 60 },
  )
})

test('the digest is that of what is sent: new with each change of it, and kept until then', async () => {
  using lists = SqliteLists.open(folder)
  await lists.commit(given(), each([member('a', { name: 'A' }), member('b')]), 1)
  const text = `["email","name"]\na@x.org\n{"email":"a@x.org","name":"A"}\nb@x.org\n{"email":"b@x.org"}\n`
  const first = lists.digest(lists.get('readers'))
  expect(first).toBe(createHash('sha256').update(text).digest('hex'))
  await lists.commit(given(), each([member('b')]), 2)
  expect(lists.digest(lists.get('readers'))).toBe(first)
  await lists.commit(given(), each([member('b', { name: 'B' })]), 3)
  const second = lists.digest(lists.get('readers'))
  expect(second).not.toBe(first)
  lists.removeAddress('a@x.org', undefined, 4)
  expect(lists.digest(lists.get('readers'))).not.toBe(second)
})

test('a list that another process changes meanwhile is not read half old, half new', async () => {
  using lists = SqliteLists.open(folder)
  using other = SqliteLists.open(folder)
  await lists.commit(given(), each([member('a'), member('b')]), 1)
  const before = lists.get('readers')
  const reading = lists.members(before)
  expect(reading.next().value).toMatchObject({ address: 'a@x.org' })
  other.removeAddress('b@x.org', other.get('readers'), 2)
  expect(reading.next().value).toMatchObject({ address: 'b@x.org' })
  expect(reading.next().done).toBe(true)
  expect(() => lists.members(before).next()).toThrow('The stored list was changed meanwhile')
  expect(addresses(lists)).toEqual(['a@x.org'])
})

test('lists have nothing to do with each other', async () => {
  using lists = SqliteLists.open(folder)
  await lists.commit(given(), each([member('a'), member('b')]), 1)
  await lists.commit(given({ name: 'others' }), each([member('a')]), 1)
  expect(lists.removeAddress('a@x.org', undefined, 2)).toEqual(['others', 'readers'])
  expect(addresses(lists, 'others')).toEqual([])
  expect(lists.remove(lists.get('readers'))).toBe(1)
  expect(lists.all().map(({ name, members }) => [name, members])).toEqual([['others', 0]])
})
