/** A campaign that a person lets rest: nothing new of it is begun, and others go on. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { decidePolicy } from '../../../src/policy/index.ts'
import type { Job } from '../../../src/queue/index.ts'
import { createAuthority, startReceiver } from '../../../src/world/index.ts'
import { type IncomingRow, QueueDatabase } from '../../../src/store/index.ts'
import { sendWith } from '../../support/sendWith.ts'

const authority = await createAuthority()
const identity = await authority.issue({ names: ['mx.good.test'] })

async function serve() {
  return startReceiver({ host: '127.0.0.1', port: 0, hostname: 'mx.good.test', identity, keep: true })
}

const people = (count: number) => Array.from({ length: count }, (_, index) => `p${index}@good.test`)

it('what was leased and not begun goes back in line as if it had not been taken', async () => {
  await using server = await serve()
  const paused = new Set<string>()
  const made: string[] = []
  await using sent = await sendWith({
    port: server.port,
    domains: { 'good.test': ['127.0.0.1'], 'fine.test': ['127.0.0.1'] },
    recipients: [...people(200), 'ann@fine.test'],
    rule: { connections: 1 },
    body: (address) => {
      made.push(address)
      // In the middle of the batch that is leased.
      if (made.length === 30) paused.add('test')
      return `Message-ID: <${address}>\r\n\r\nHello\r\n`
    },
    options: { paused: () => paused },
  })
  // Those that were made are sent, none after them is begun.
  expect(made).toHaveLength(server.messages.length)
  expect(sent.counts).toMatchObject({ sent: made.length, waiting: 201 - made.length, deferred: 0, held: 0 })
  expect(made.length).toBeLessThan(40)
  expect(sent.store.list({ state: 'leased' }, 1)).toEqual([])
  expect(sent.store.list({ state: 'waiting' }, 1)).toMatchObject([{ attempts: 0 }])
  // The domains were let go, and are due.
  expect(await sent.store.takeDomains('test', Date.now(), 9)).not.toEqual([])
})

it('one that rests from the start is not looked at, nor given up, and does not keep the run from its end', async () => {
  await using server = await serve()
  const folder = await mkdtemp(join(tmpdir(), 'sealpost-'))
  try {
    const scenario = {
      port: server.port,
      domains: { 'good.test': 'servfail' as const },
      recipients: people(3),
      folder,
      job: { schedule: { retryMs: [0], giveUpMs: 0 } },
    }
    {
      await using rested = await sendWith({ ...scenario, options: { paused: () => new Set(['test']) } })
      expect(rested.counts).toMatchObject({ waiting: 3 })
    }
    {
      await using store = await QueueDatabase.open(folder)
      const taken = await store.takeDomains('test', Date.now(), 9)
      await store.settleDomains(
        taken.map(({ id }) => id),
        1,
        { state: 'deferred', nextAt: [1], reason: 'r', class: undefined, verdict: '', host: undefined, tls: undefined },
      )
    }
    await using rested = await sendWith({ ...scenario, options: { paused: () => new Set(['test']) } })
    expect(rested.counts).toMatchObject({ deferred: 3, failed: 0 })
    expect(server.messages).toEqual([])
  } finally {
    await rm(folder, { recursive: true })
  }
})

it('another campaign goes on in the lane that both share', async () => {
  await using server = await serve()
  const folder = await mkdtemp(join(tmpdir(), 'sealpost-'))
  try {
    {
      await using store = await QueueDatabase.open(folder)
      for (const name of ['one', 'other']) await store.accept({ name, digest: '', frozen: '{}', createdAt: 1 }, rows())
    }
    const paused = new Set<string>()
    const made = { one: 0, other: 0 }
    const jobOf = (campaign: 'one' | 'other'): Job => ({
      campaign,
      source: {
        render: async ({ id, address }) => {
          made[campaign] += 1
          if (made.other === 30) paused.add('other')
          return { from: 'news@sender.test', to: address, raw: Buffer.from(`Message-ID: <${id}>\r\n\r\nHello\r\n`) }
        },
      },
      route: { kind: 'direct', port: server.port, allowPrivateAddresses: true },
      decidePolicy: async (domain) =>
        decidePolicy({ domain, campaign: 'encrypted', domains: {}, floor: 'TLSv1.2', login: false, sts: { kind: 'not-asked' } }),
      credentials: undefined,
      schedule: { retryMs: [60_000], giveUpMs: Date.now() },
      held: { untilMs: Date.now(), then: 'failed' },
    })
    await using sent = await sendWith({
      port: server.port,
      domains: { 'good.test': ['127.0.0.1'] },
      recipients: [],
      folder,
      rule: { connections: 1 },
      options: { jobs: [jobOf('one'), jobOf('other')], paused: () => paused },
    })
    expect(await sent.store.counts('one')).toMatchObject({ sent: 300 })
    expect(await sent.store.counts('other')).toMatchObject({ sent: made.other, waiting: 300 - made.other })
    expect(made.other).toBeLessThan(40)
    expect(server.messages).toHaveLength(300 + made.other)
  } finally {
    await rm(folder, { recursive: true })
  }
})

async function* rows(): AsyncGenerator<IncomingRow> {
  for (const address of people(300)) yield { kind: 'recipient', address, addressKey: address, domain: 'good.test', columns: {} }
}
