/** A campaign with a pace of its own: how quickly it goes out is its own matter, and others are not held up by it. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import type { JobPace } from '../../../src/queue/index.ts'
import { createAuthority, startReceiver, startScriptedServer } from '../../../src/world/index.ts'
import { jumpingClock } from '../../support/jumpingClock.ts'
import { sendWith } from '../../support/sendWith.ts'

const authority = await createAuthority()
const identity = await authority.issue({ names: ['mx.good.test'] })
const people = (count: number, domain = 'good.test') => Array.from({ length: count }, (_, index) => `p${index}@${domain}`)
const hour = 3_600_000
const day = 24 * hour
const free: JobPace = { messagesPerHour: undefined, messagesPerMinute: undefined, opensAt: (now) => now }

async function serve() {
  return startReceiver({ host: '127.0.0.1', port: 0, hostname: 'mx.good.test', identity, keep: true })
}

it('no message is begun outside its window, no connection opened, and the run ends', async () => {
  await using server = await serve()
  const clock = jumpingClock()
  const opens = clock.now() + 3_600_000
  const folder = await mkdtemp(join(tmpdir(), 'sealpost-'))
  try {
    const scenario = {
      port: server.port,
      domains: { 'good.test': ['127.0.0.1'] as const },
      recipients: people(20),
      clock,
      folder,
      job: { pace: { ...free, opensAt: (now: number) => Math.max(now, opens) } },
    }
    {
      await using shut = await sendWith(scenario)
      expect(shut.counts).toMatchObject({ waiting: 20, deferred: 0 })
      expect([server.messages.length, server.connections]).toEqual([0, 0])
    }
    clock.jump(3_600_000)
    await using open = await sendWith(scenario)
    expect(open.counts.sent).toBe(20)
  } finally {
    await rm(folder, { recursive: true })
  }
})

it('a window that closes while it is sent lets what is in flight end, and begins nothing more', async () => {
  await using server = await serve()
  const clock = jumpingClock()
  const closes = clock.now() + 60_000
  let made = 0
  await using sent = await sendWith({
    port: server.port,
    domains: { 'good.test': ['127.0.0.1'] },
    recipients: people(200),
    clock,
    rule: { connections: 1 },
    body: (address) => {
      if (++made === 30) clock.jump(120_000)
      return `Message-ID: <${address}>\r\n\r\nHello\r\n`
    },
    job: { pace: { ...free, opensAt: (now) => (now < closes ? now : now + 86_400_000) } },
  })
  expect(made).toBeLessThan(40)
  expect(sent.counts).toMatchObject({ sent: made, waiting: 200 - made, deferred: 0, held: 0 })
  expect(sent.store.list({ state: 'waiting' }, 1)).toMatchObject([{ attempts: 0 }])
})

it('one that was kept back longer than messages are tried for is not given up at its first try, but after its own time', async () => {
  const clock = jumpingClock()
  const opens = clock.now() + 10 * day
  const folder = await mkdtemp(join(tmpdir(), 'sealpost-'))
  try {
    await using server = await startScriptedServer({ rcpt: '450 4.2.0 not now\r\n' })
    const scenario = {
      port: server.port,
      // A server that puts everything off, and a domain whose name servers fail.
      domains: { 'good.test': ['127.0.0.1'] as const, 'lost.test': 'servfail' as const },
      recipients: [...people(3), ...people(2, 'lost.test')],
      clock,
      folder,
      job: {
        pace: { ...free, opensAt: (now: number) => Math.max(now, opens) },
        schedule: { retryMs: [day], giveUpMs: 5 * day },
      },
    }
    {
      await using shut = await sendWith(scenario)
      expect(shut.counts).toMatchObject({ waiting: 5 })
    }
    clock.jump(10 * day)
    for (let tries = 1; tries <= 5; tries++) {
      await using sent = await sendWith(scenario)
      expect(sent.counts).toMatchObject({ deferred: 5, failed: 0 })
      clock.jump(day + hour * 2.5)
    }
    await using last = await sendWith(scenario)
    expect(last.counts).toMatchObject({ deferred: 0, failed: 5 })
    expect(last.store.list({}, 9).map(({ reason }) => reason.startsWith('given up: '))).toEqual(
      Array.from({ length: 5 }, () => true),
    )
  } finally {
    await rm(folder, { recursive: true })
  }
})

it('so many a minute, over all its domains together, and the run stays for the rest', async () => {
  await using server = await serve()
  const domains = Object.fromEntries(Array.from({ length: 30 }, (_, index) => [`d${index}.test`, ['127.0.0.1'] as const]))
  const recipients = Object.keys(domains).map((domain) => `ann@${domain}`)
  const begun: number[] = []
  await using sent = await sendWith({
    port: server.port,
    domains,
    recipients,
    body: (address) => {
      begun.push(Date.now())
      return `Message-ID: <${address}>\r\n\r\nHello\r\n`
    },
    // Ten a second at the least, and ten at once.
    job: { pace: { ...free, messagesPerMinute: 600 } },
  })
  expect(sent.counts).toMatchObject({ sent: 30, deferred: 0, waiting: 0 })
  // Ten may go at once, and twenty more at 591 a minute: a slow machine takes longer, none may be quicker.
  expect((begun.at(-1) ?? 0) - (begun[0] ?? 0)).toBeGreaterThan(1_500)
  // Connections are for messages: a few are opened for nothing, never thirty.
  expect(server.connections).toBeLessThan(60)
  const usage = await sent.store.usage('campaign test', 0)
  expect(usage.hours.reduce((sum, { messages }) => sum + messages, 0)).toBe(30)
})
