/** What a run promises to those who share it: turns, bounds, and what was asked of the way. */
import { DatabaseSync } from 'node:sqlite'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { setImmediate as turn } from 'node:timers/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { Clock } from '../../../src/clock.ts'
import { decidePolicy } from '../../../src/policy/index.ts'
import type { QueueItem } from '../../../src/queue/index.ts'
import { createAuthority, startScriptedServer } from '../../../src/world/index.ts'
import { jumpingClock } from '../../support/jumpingClock.ts'
import { sendWith } from '../../support/sendWith.ts'

const people = (count: number, name = 'p') => Array.from({ length: count }, (_, index) => `${name}${index}@good.test`)
const domains = { 'good.test': ['127.0.0.1'] }
const day = 86_400_000

describe('two campaigns to the same hosts', () => {
  it('take turns on one connection', async () => {
    await using server = await startScriptedServer({})
    await using sent = await sendWith({
      port: server.port,
      domains,
      recipients: people(700),
      beside: people(20, 'q'),
      rule: { connections: 1, messagesPerConnection: 10_000 },
    })
    expect(sent.counts).toMatchObject({ sent: 700 })
    expect(await sent.store.counts('beside')).toMatchObject({ sent: 20 })
    const last = server.messages.findLastIndex(({ to }) => to[0]?.startsWith('q'))
    expect(last).toBeLessThan(400)
    expect(server.connections).toHaveLength(1)
  })
})

describe('what is in flight', () => {
  it('is never more than the setting says, on the disk', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'sealpost-'))
    try {
      let most = 0
      let database: DatabaseSync | undefined
      await using server = await startScriptedServer({
        dot: () => {
          database ??= new DatabaseSync(join(folder, 'queue.db'), { readOnly: true })
          const row = database.prepare("SELECT count(*) AS count FROM delivery WHERE state = 'leased'").get()
          most = Math.max(most, Number(row?.['count']))
          return undefined
        },
      })
      const recipients = ['a', 'b', 'c'].flatMap((name) => people(100).map((one) => one.replace('good', name)))
      await using sent = await sendWith({
        port: server.port,
        domains: { 'a.test': ['127.0.0.1'], 'b.test': ['127.0.0.1'], 'c.test': ['127.0.0.1'] },
        recipients,
        folder,
        rule: { connections: 4 },
        options: { inFlight: 25 },
      })
      database?.close()
      expect(sent.counts).toMatchObject({ sent: 300 })
      expect(most).toBeGreaterThan(5)
      expect(most).toBeLessThanOrEqual(25)
    } finally {
      await rm(folder, { recursive: true })
    }
  })
})

/** At the beginning of a day, and ahead to the next thing that is due whenever nothing is. */
function leapingClock(): Clock & { now(): number } {
  const clock = jumpingClock()
  clock.jump(day - (clock.now() % day))
  return {
    ...clock,
    sleep: async (ms) => {
      clock.jump(ms)
    },
  }
}

describe('how much a destination is given', () => {
  it('is no more than its day allows while it is warmed up, and all that is left after', async () => {
    const clock = leapingClock()
    const start = clock.now()
    const days = [0, 0, 0, 0]
    await using server = await startScriptedServer({
      dot: () => {
        const which = Math.floor((clock.now() - start) / day)
        days[which] = (days[which] ?? 0) + 1
        return undefined
      },
    })
    await using sent = await sendWith({
      port: server.port,
      domains,
      recipients: people(30),
      clock,
      rule: { warmUp: [5, 10] },
      options: { wait: true },
    })
    expect(sent.counts).toMatchObject({ sent: 30 })
    expect(days).toEqual([5, 10, 15, 0])
  })

  it('is no more than its messages an hour, in any hour', async () => {
    const clock = leapingClock()
    const times: number[] = []
    await using server = await startScriptedServer({
      dot: () => {
        times.push(clock.now())
        return undefined
      },
    })
    await using sent = await sendWith({
      port: server.port,
      domains,
      recipients: people(35),
      clock,
      rule: { messagesPerHour: 10 },
      options: { wait: true },
    })
    expect(sent.counts).toMatchObject({ sent: 35 })
    // The eleventh after each is an hour later, but for the milliseconds that a message is on its way.
    const hours = times.slice(10).map((time, index) => time - (times[index] ?? 0))
    expect(Math.min(...hours)).toBeGreaterThan(3_600_000 - 10_000)
    expect((times.at(-1) ?? 0) - (times[0] ?? 0)).toBeLessThan(5 * 3_600_000)
  })
})

describe('a message that is the same for several', () => {
  it.each([1, 3])('goes to as many in one transaction as the server takes (%i), and to each once', async (most) => {
    let taken = 0
    await using server = await startScriptedServer({
      mail: () => {
        taken = 0
        return undefined
      },
      rcpt: () => (++taken > most ? '452 4.5.3 too many recipients\r\n' : undefined),
    })
    await using sent = await sendWith({
      port: server.port,
      domains,
      recipients: people(10),
      rule: { connections: 1 },
      job: {
        source: {
          render: async ({ address }: QueueItem) => ({
            from: 'news@sender.test',
            to: address,
            raw: Buffer.from('Subject: x\r\n\r\nHello\r\n'),
            shared: 'x',
          }),
        },
      },
    })
    expect(sent.counts).toMatchObject({ sent: 10, deferred: 0 })
    expect(server.messages.flatMap(({ to }) => to).toSorted()).toEqual(people(10).toSorted())
    expect(server.messages).toHaveLength(Math.ceil(10 / most))
  })
})

describe('what a message asks of its way', () => {
  it('is said to the server: reports (RFC 3461) and REQUIRETLS (RFC 8689)', async () => {
    const authority = await createAuthority()
    const identity = await authority.issue({ names: ['mx.good.test'] })
    const ehloAfterTls = '250-mx.good.test\r\n250-PIPELINING\r\n250-DSN\r\n250 REQUIRETLS\r\n'
    await using server = await startScriptedServer({ ehloAfterTls, tls: { identity } })
    await using sent = await sendWith({
      port: server.port,
      domains,
      recipients: ['ann@good.test'],
      ca: authority.pem,
      job: {
        source: {
          render: async ({ address }: QueueItem) => ({
            from: 'news@sender.test',
            to: address,
            raw: Buffer.from('Subject: x\r\n\r\nHello\r\n'),
            dsn: { ret: 'HDRS', envid: '1.abc', notify: ['FAILURE', 'DELAY'] },
          }),
        },
        decidePolicy: async (domain) =>
          decidePolicy({
            domain,
            campaign: 'encrypted',
            domains: {},
            floor: 'TLSv1.2',
            login: false,
            sts: { kind: 'policy', mode: 'enforce', id: '1', mx: ['mx.good.test'], words: 'enforce' },
            message: { requireTls: true, tlsOptional: false },
          }),
      },
    })
    expect(sent.counts).toMatchObject({ sent: 1 })
    const lines = server.connections.flatMap(({ secureLines }) => secureLines)
    const said = (verb: string): readonly string[] => lines.find((line) => line.startsWith(verb))?.split(' ') ?? []
    expect(said('MAIL')).toEqual(expect.arrayContaining(['REQUIRETLS', 'RET=HDRS', 'ENVID=1.abc']))
    expect(said('RCPT')).toEqual(expect.arrayContaining(['NOTIFY=FAILURE,DELAY', 'ORCPT=rfc822;ann@good.test']))
  })
})

describe('a destination that says it is too much', () => {
  it('is left alone by what was not tried as long as by what was', async () => {
    await using server = await startScriptedServer({ mail: '450 4.7.1 Error: too much mail from 127.0.0.1\r\n' })
    const before = Date.now()
    await using sent = await sendWith({
      port: server.port,
      domains,
      recipients: people(50),
      rule: { connections: 1 },
      job: { schedule: { retryMs: [1_000], giveUpMs: day } },
    })
    expect(sent.counts).toMatchObject({ sent: 0, deferred: 50 })
    expect(sent.counts.nextAt).toBeGreaterThanOrEqual(before + 30 * 60_000)
  })
})

describe('two campaigns to one relay, with more domains than a lane holds', () => {
  it('each is looked up once: what does not fit stays on the disk', { timeout: 60_000 }, async () => {
    const asked = new Map<string, number>()
    const held = Promise.withResolvers<void>()
    const release = async (): Promise<void> => {
      for (let turns = 0; turns < 1_000; turns++) await turn()
      held.resolve()
    }
    let taken = 0
    await using server = await startScriptedServer({
      // The first message waits until the lane is full, and some time longer.
      dot: async () => {
        taken += 1
        if (taken === 1) await held.promise
        return undefined
      },
    })
    const many = (name: string): string[] => Array.from({ length: 5_100 }, (_, index) => `a@${name}${index}.test`)
    const run = sendWith({
      port: server.port,
      domains: {},
      recipients: many('one'),
      beside: many('two'),
      rule: { connections: 1, messagesPerConnection: 100_000 },
      job: {
        route: { kind: 'relay', host: '127.0.0.1', port: server.port, security: 'starttls' },
        decidePolicy: async (domain) => {
          asked.set(domain, (asked.get(domain) ?? 0) + 1)
          if (asked.size === 5_000) void release()
          return decidePolicy({
            domain,
            campaign: 'encrypted',
            domains: {},
            floor: 'TLSv1.2',
            login: false,
            sts: { kind: 'none' },
          })
        },
      },
    })
    await using sent = await run
    expect(sent.counts).toMatchObject({ sent: 5_100 })
    expect(await sent.store.counts('beside')).toMatchObject({ sent: 5_100 })
    // A page may be on its way when the lane is full.
    expect([...asked.values()].filter((times) => times > 1).length).toBeLessThanOrEqual(400)
  })
})
