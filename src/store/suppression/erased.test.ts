import { createHmac } from 'node:crypto'
import { mkdtemp, readFile, rename, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Suppression } from '../../queue/index.ts'
import { SqliteSuppressionList, SuppressionGate, hashKey } from '../index.ts'

let folder: string
let list: SqliteSuppressionList
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sealpost-'))
  list = SqliteSuppressionList.open(folder)
})
afterEach(async () => {
  list[Symbol.dispose]()
  await rm(folder, { recursive: true })
})

const row: Suppression = {
  addressKey: 'ada@x.test',
  list: 'news',
  reason: 'bounce',
  source: 's',
  at: 1,
  campaign: undefined,
  detail: '550 <ada@x.test> unknown',
}

async function listed(): Promise<Suppression[]> {
  const all: Suppression[] = []
  for await (const one of list.suppressions()) all.push(one)
  return all
}

describe('who was erased', () => {
  it('is held back from all mail by a keyed hash, and nothing else is known of them', async () => {
    await list.suppress([
      row,
      { ...row, addressKey: hashKey('ada@x.test'), reason: 'import' },
      { ...row, addressKey: 'bob@x.test' },
    ])
    expect(await list.erase(['ada@x.test'], 5)).toBe(2)
    expect(await list.erase(['ada@x.test'], 6)).toBe(0)
    expect(await list.isSuppressed(['ada@x.test', 'eve@x.test'], 'offers')).toEqual(new Set(['ada@x.test']))
    expect(list.findErased(['ada@x.test', 'bob@x.test'])).toEqual(new Set(['ada@x.test']))
    const [bob, erased, ...more] = await listed()
    expect([bob?.addressKey, more]).toEqual(['bob@x.test', []])
    expect(erased).toMatchObject({ reason: 'erased', list: undefined, at: 5, detail: '' })
    const [, hex = ''] = (await readFile(join(folder, 'keys', 'suppression.key'), 'latin1')).trim().split(' ')
    const hmac = createHmac('sha256', Buffer.from(hex, 'hex')).update('sealpost erased 1\0ada@x.test').digest('hex')
    expect(erased?.addressKey).toBe(`erased:${hmac}`)
  })

  it('is not written down again, and may be let in again by a person', async () => {
    await list.erase(['ada@x.test'], 5)
    expect(await list.suppress([row, { ...row, addressKey: 'bob@x.test' }])).toBe(1)
    expect((await listed()).map(({ addressKey }) => addressKey)).not.toContain('ada@x.test')
    expect(await list.unsuppress(['ada@x.test'], 'news')).toBe(0)
    expect(await list.isSuppressed(['ada@x.test'])).toEqual(new Set(['ada@x.test']))
    expect(await list.unsuppress(['ada@x.test'])).toBe(1)
    expect(await list.isSuppressed(['ada@x.test'])).toEqual(new Set())
  })

  it('counts from the next message on, whoever erased them', async () => {
    using gate = SuppressionGate.open(folder, () => undefined)
    const item = (id: number, addressKey: string) => ({ id, campaign: 'spring', addressKey })
    expect(gate.any()).toBe(false)
    expect(gate.ask(item(1, 'bob@x.test'), [item(2, 'ada@x.test')])).toBeUndefined()
    using other = SqliteSuppressionList.open(folder)
    await other.erase(['ada@x.test'], 5)
    expect(gate.any()).toBe(true)
    expect(gate.ask(item(2, 'ada@x.test'), [])).toMatch(/erased/)
    expect(gate.ask(item(3, 'bob@x.test'), [])).toBeUndefined()
  })

  it('can be told by nobody where the key is lost or another: then nothing is sent, and no new key takes its place', async () => {
    await list.erase(['ada@x.test'], 5)
    const path = join(folder, 'keys', 'suppression.key')
    const before = await readFile(path, 'latin1')
    await rename(path, `${path}.away`)
    using again = SqliteSuppressionList.open(folder)
    using gate = SuppressionGate.open(folder, () => undefined)
    const refused = { code: 'SP_FILE_MISSING' }
    await expect(again.isSuppressed(['bob@x.test'])).rejects.toMatchObject(refused)
    await expect(again.erase(['bob@x.test'], 6)).rejects.toMatchObject(refused)
    expect(() => gate.ask({ id: 1, campaign: 'spring', addressKey: 'bob@x.test' }, [])).toThrow(expect.objectContaining(refused))
    await rename(`${path}.away`, path)
    expect(await readFile(path, 'latin1')).toBe(before)
    expect(await again.isSuppressed(['ada@x.test'])).toEqual(new Set(['ada@x.test']))
  })

  it('is not among those who are not to be counted, and comes there again only by being let in', async () => {
    await list.refuseCounting('ada@x.test', 'link of message 1', 1)
    await list.refuseCounting('bob@x.test', 'as ada@x.test asked', 1)
    expect(list.countOf(['ada@x.test'])).toBe(1)
    expect(await list.erase(['ada@x.test'], 5)).toBe(1)
    expect(list.countOf(['ada@x.test'])).toBe(0)
    expect(list.uncounted()).toEqual([{ addressKey: 'bob@x.test', source: 'as (erased) asked', at: 1 }])
    expect(await list.refuseCounting('ada@x.test', 'link of message 1', 6)).toBe(0)
    expect(list.uncounted()).toHaveLength(1)
  })
})
