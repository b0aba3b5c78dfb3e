import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { readHistory } from '../../../src/cli/complianceHistory.ts'
import { type Settings, loadSettings } from '../../../src/settings/index.ts'
import { type IncomingRow, QueueDatabase, SqliteBounceLedger } from '../../../src/store/index.ts'

const hour = 3_600_000
const now = Date.parse('2026-11-25T12:00:00Z')

let folder: string
let settings: Settings
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sealpost-'))
  settings = { ...(await loadSettings()), data: folder }
})
afterEach(async () => {
  await rm(folder, { recursive: true })
})

/** A campaign of which everything was sent at one time. */
async function sent(name: string, from: string, addresses: readonly string[], at: number): Promise<void> {
  await using queue = await QueueDatabase.open(folder)
  await queue.accept({ name, digest: name, frozen: JSON.stringify({ from }), createdAt: at }, rows(addresses))
  const domains = await queue.takeDomains(name, at, 100)
  const { items } = await queue.lease(
    domains.map(({ id }) => id),
    1_000,
    at,
  )
  const outcome = {
    nextAt: 0,
    reason: '250 ok',
    class: undefined,
    code: 250,
    enhanced: undefined,
    verdict: 'valid',
    host: undefined,
    tls: undefined,
    leaf: undefined,
  }
  // The last of them was refused for good.
  await queue.settle(
    items.map(({ id, domainId }, index) => ({
      id,
      domainId,
      state: index === items.length - 1 ? ('failed' as const) : ('sent' as const),
      ...outcome,
    })),
    at,
  )
}

async function* rows(addresses: readonly string[]): AsyncGenerator<IncomingRow> {
  for (const address of addresses)
    yield { kind: 'recipient', address, addressKey: address, domain: address.split('@')[1] ?? '', columns: {} }
}

const people = (domain: string, count: number) => Array.from({ length: count }, (_, index) => `p${index}@${domain}`)

describe('readHistory', () => {
  it('knows nothing where nothing was sent', () => {
    expect(readHistory(settings, 'shop.com', now)).toBeUndefined()
  })

  it('adds up what was sent in the name of one organisation, by day and by receiver', async () => {
    await sent(
      'today',
      'Shop <news@mail.shop.com>',
      [...people('gmail.com', 3), ...people('aol.com', 2), 'x@last.com'],
      now - hour,
    )
    await sent('yesterday', 'news@shop.com', [...people('gmail.com', 5), 'x@last.com'], now - 30 * hour)
    await sent('others', 'news@other.com', [...people('gmail.com', 7), 'x@last.com'], now - hour)
    await sent('long ago', 'news@shop.com', [...people('gmail.com', 9), 'x@last.com'], now - 40 * 24 * hour)
    using ledger = SqliteBounceLedger.open(folder)
    const note = { messageId: 1, addressKey: 'p', signed: true, at: now - hour, status: undefined, detail: '' }
    await ledger.record('aa', now, { ...note, campaign: 'today', weight: 'complaint' })
    await ledger.record('bb', now, { ...note, campaign: 'today', weight: 'hard' })
    await ledger.record('cc', now, { ...note, campaign: 'today', messageId: 2, weight: 'soft' })
    await ledger.record('dd', now, { ...note, campaign: 'others', messageId: 3, weight: 'complaint' })
    expect(readHistory(settings, 'news.shop.com', now)).toEqual({
      lastDay: { gmail: 3, yahoo: 2, outlook: 0, all: 5 },
      dayBefore: { gmail: 5, yahoo: 0, outlook: 0, all: 5 },
      month: { sent: 10, hardBounces: 1, complaints: 1 },
    })
  })
})
