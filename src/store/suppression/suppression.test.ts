import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Suppression } from '../../queue/index.ts'
import { QueueDatabase, SqliteSuppressionList, SuppressionGate, hashKey } from '../index.ts'

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
  addressKey: 'a@x.test',
  list: undefined,
  reason: 'bounce',
  source: 's',
  at: 1,
  campaign: undefined,
  detail: '',
}

async function listed(from = list): Promise<Suppression[]> {
  const all: Suppression[] = []
  for await (const one of from.suppressions()) all.push(one)
  return all
}

describe('the list', () => {
  it('keeps an address once a list and reason, finds it, and lets it go', async () => {
    const news: Suppression = { ...row, list: 'news' }
    const more: Suppression[] = [
      row,
      { ...row, detail: 'later' },
      { ...row, reason: 'manual' },
      { ...row, addressKey: 'b@x.test' },
      news,
    ]
    expect(await list.suppress(more)).toBe(4)
    expect(await list.isSuppressed(['a@x.test', 'c@x.test'])).toEqual(new Set(['a@x.test']))
    expect(await listed()).toEqual([row, { ...row, reason: 'manual' }, news, { ...row, addressKey: 'b@x.test' }])
    expect(await list.unsuppress(['a@x.test'], 'other')).toBe(0)
    expect(await list.unsuppress(['a@x.test'])).toBe(3)
    expect(await list.isSuppressed(['a@x.test'], 'news')).toEqual(new Set())
  })

  it('of one kind of mail holds back that alone; of all mail holds back every kind', async () => {
    await list.suppress([
      { ...row, list: 'news' },
      { ...row, addressKey: 'b@x.test' },
    ])
    const both = ['a@x.test', 'b@x.test']
    expect(await list.isSuppressed(both, 'news')).toEqual(new Set(both))
    expect(await list.isSuppressed(both, 'offers')).toEqual(new Set(['b@x.test']))
    expect(await list.isSuppressed(both)).toEqual(new Set(['b@x.test']))
  })

  it('is listed whole where it is more than a page', async () => {
    await list.suppress(Array.from({ length: 2_500 }, (_, n) => ({ ...row, addressKey: `${n}@x.test` })))
    expect(await listed()).toHaveLength(2_500)
  })

  it('finds addresses of which it has the hash alone', async () => {
    await list.suppress([{ ...row, addressKey: hashKey('a@x.test'), reason: 'import' }])
    expect(await list.isSuppressed(['a@x.test', 'b@x.test'])).toEqual(new Set(['a@x.test']))
  })

  it('takes back what one source said, and no older than that', async () => {
    await list.suppress([{ ...row, reason: 'unsubscribe', source: 'link', at: 5 }, row])
    const which = { addressKey: 'a@x.test', list: undefined, reason: 'unsubscribe', source: 'link', since: 6 } as const
    expect(await list.withdraw(which)).toBe(0)
    expect(await list.withdraw({ ...which, source: 'other', since: 5 })).toBe(0)
    expect(await list.withdraw({ ...which, since: 5 })).toBe(1)
    expect(await listed()).toEqual([row])
  })

  it('is written by several at once', async () => {
    using other = SqliteSuppressionList.open(folder)
    await Promise.all([list.suppress([row]), other.suppress([{ ...row, addressKey: 'b@x.test' }])])
    expect(await listed(other)).toHaveLength(2)
  })

  it('takes over what queue.db held, once', async () => {
    const old = await mkdtemp(join(tmpdir(), 'sealpost-'))
    {
      await using _ = await QueueDatabase.open(old)
    }
    const queue = new DatabaseSync(join(old, 'queue.db'))
    queue.exec(
      "INSERT INTO suppression VALUES ('a@x.test', 'bounce', 's', 1, 'spring', 'd'), ('b@x.test', 'manual', 's', 2, NULL, '')",
    )
    queue.close()
    {
      using moved = SqliteSuppressionList.open(old)
      expect(await listed(moved)).toEqual([
        { ...row, campaign: 'spring', detail: 'd' },
        { ...row, addressKey: 'b@x.test', reason: 'manual', at: 2 },
      ])
      await moved.unsuppress(['a@x.test'])
    }
    using again = SqliteSuppressionList.open(old)
    expect(await listed(again)).toHaveLength(1)
    await rm(old, { recursive: true })
  })
})

describe('the question before each message', () => {
  const item = (id: number, campaign = 'spring') => ({ id, campaign, addressKey: `${id}@x.test` })

  it('is answered anew once anybody changed the list', async () => {
    using gate = SuppressionGate.open(folder, () => undefined)
    const ahead = [item(2), item(3)]
    expect(gate.ask(item(1), ahead)).toBeUndefined()
    await list.suppress([{ ...row, addressKey: '2@x.test', reason: 'unsubscribe' }])
    expect(gate.ask(item(2), [item(3)])).toBe('unsubscribe')
    expect(gate.ask(item(3), [])).toBeUndefined()
    await list.unsuppress(['2@x.test'])
    expect(gate.ask(item(2), [])).toBeUndefined()
  })

  it('goes by the list of each campaign', async () => {
    using gate = SuppressionGate.open(folder, (campaign) => (campaign === 'spring' ? 'news' : undefined))
    await list.suppress([{ ...row, addressKey: '1@x.test', list: 'news' }])
    const other = { ...item(7, 'other'), addressKey: '1@x.test' }
    expect(gate.ask(item(1), [other])).toBe('bounce')
    expect(gate.ask(other, [])).toBeUndefined()
  })

  it('answers as the list itself does, whatever changes in between', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(fc.boolean(), fc.nat(5), fc.boolean()), { maxLength: 20 }), async (steps) => {
        await list.unsuppress(Array.from({ length: 6 }, (_, n) => `${n}@x.test`))
        using gate = SuppressionGate.open(folder, () => undefined)
        for (const [add, n, ask] of steps) {
          if (add) await list.suppress([{ ...row, addressKey: `${n}@x.test` }])
          else await list.unsuppress([`${n}@x.test`])
          if (!ask) continue
          const known = await list.isSuppressed(Array.from({ length: 6 }, (_, n) => `${n}@x.test`))
          for (let id = 0; id < 6; id++) expect(gate.ask(item(id), [item(id + 1)]) !== undefined).toBe(known.has(`${id}@x.test`))
        }
      }),
      { numRuns: 30 },
    )
  })
})
