/** What goes wrong between a queue and its servers, and what must not follow from it. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { SealpostError } from '../../../src/errors.ts'
import type { Recorder } from '../../../src/queue/index.ts'
import { QueueReader } from '../../../src/store/index.ts'
import { createAuthority, startReceiver, startScriptedServer } from '../../../src/world/index.ts'
import { type SendOutcome, sendWith } from '../../support/sendWith.ts'

const people = (count: number, domain = 'good.test') => Array.from({ length: count }, (_, index) => `p${index}@${domain}`)
const domains = { 'good.test': ['127.0.0.1'] }
const alone = { rule: { connections: 1 } }

const folders: string[] = []
afterAll(async () => {
  for (const folder of folders) await rm(folder, { recursive: true })
})

async function makeFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'sealpost-'))
  folders.push(folder)
  return folder
}

async function outcomes(sent: SendOutcome): Promise<string[]> {
  return (await sent.leaves()).flatMap((leaf) => (leaf.kind === 'attempt' ? [leaf.outcome] : []))
}

describe('a server out of step', () => {
  it('that consents before it has the message has not taken it', async () => {
    await using server = await startScriptedServer({ data: { close: true, before: '354 go\r\n250 2.0.0 taken\r\n' } })
    await using sent = await sendWith({ port: server.port, domains, recipients: people(2), ...alone })
    expect(sent.counts).toMatchObject({ sent: 0, deferred: 2 })
    expect(await outcomes(sent)).not.toContain('delivered')
  })

  it('that refuses early is believed', async () => {
    await using server = await startScriptedServer({ data: '354 go\r\n552 5.3.4 too big\r\n' })
    await using sent = await sendWith({ port: server.port, domains, recipients: people(1), ...alone })
    expect(sent.counts).toMatchObject({ failed: 1 })
  })

  it("that answers twice is left, and its spare answer is nobody else's", async () => {
    await using server = await startScriptedServer({
      dot: ({ connection }) => (connection === 1 ? '250 2.0.0 taken\r\n250 2.0.0 taken\r\n' : undefined),
    })
    await using sent = await sendWith({ port: server.port, domains, recipients: people(5), ...alone })
    expect(sent.counts.sent + sent.counts.deferred).toBe(5)
    expect(sent.counts.failed).toBe(0)
    // Of the first message nobody can tell any more: it may come again, and is not counted as sent before it does.
    expect(new Set(server.messages.flatMap((message) => message.to)).size).toBe(5)
    expect(sent.counts.sent).toBe(4)
  })

  it.each([
    ['MAIL', { mail: { close: true, before: '550 5.7.1 not from you\r\n' } }],
    ['RCPT', { rcpt: { close: true, before: '550 5.1.1 nobody\r\n' } }],
  ] as const)('that refuses %s and closes has refused', async (_, script) => {
    await using server = await startScriptedServer(script)
    await using sent = await sendWith({ port: server.port, domains, recipients: people(1), ...alone })
    expect(sent.counts).toMatchObject({ failed: 1, deferred: 0 })
  })

  it('gets an empty message when it wants data though it took no recipient (RFC 2920 3.1)', async () => {
    await using server = await startScriptedServer({ rcpt: '550 5.1.1 nobody\r\n', data: '354 go\r\n' })
    await using sent = await sendWith({ port: server.port, domains, recipients: people(2), ...alone })
    expect(sent.counts).toMatchObject({ failed: 2 })
    expect(server.messages.every((message) => message.raw.length === 0)).toBe(true)
  })
})

describe('a destination in trouble', () => {
  it('that answers each MAIL with 421 is not knocked on once a message (RFC 5321 4.5.4.1)', async () => {
    await using server = await startScriptedServer({ mail: { close: true, before: '421 4.7.0 later\r\n' } })
    await using sent = await sendWith({ port: server.port, domains, recipients: people(60), ...alone })
    const { deferred, waiting } = sent.counts
    expect(deferred).toBeGreaterThan(0)
    // What was not tried keeps its first attempt, and waits for the destination's time.
    expect(deferred + waiting).toBe(60)
    expect(sent.counts.nextAt).toBeGreaterThan(Date.now())
    expect(server.connections.length).toBeLessThan(4)
  })

  it('that takes one connection and refuses the next loses nothing by it', async () => {
    await using server = await startScriptedServer({
      greeting: ({ connection }) => (connection > 1 ? { close: true, before: '421 4.7.0 too many connections\r\n' } : undefined),
    })
    await using sent = await sendWith({ port: server.port, domains, recipients: people(60), rule: { connections: 4 } })
    expect(sent.counts).toMatchObject({ sent: 60 })
  })

  it('that ends each connection after some messages gets them all in one run', async () => {
    const seen = new Map<number, number>()
    await using server = await startScriptedServer({
      mail: ({ connection }) => {
        const count = (seen.get(connection) ?? 0) + 1
        seen.set(connection, count)
        return count > 5 ? { close: true, before: '421 4.7.0 enough for now\r\n' } : undefined
      },
    })
    await using sent = await sendWith({
      port: server.port,
      domains,
      recipients: people(40),
      rule: { connections: 3 },
      job: { schedule: { retryMs: [1], giveUpMs: 1e9 } },
    })
    // The one message that met the 421 is put off by itself; everybody else's was only given back.
    expect(sent.counts.waiting).toBe(0)
    expect(sent.counts.sent).toBeGreaterThanOrEqual(30)
  })

  it('whose names cannot be looked up for a long time holds nobody else', async () => {
    const answered = Promise.withResolvers<void>()
    await using server = await startScriptedServer({ dot: () => (answered.resolve(), undefined) })
    const resolver = {
      query: async (name: string, type: string) => {
        // The slow domain's name servers answer only when the other one's message has arrived.
        if (name === 'slow.test') await answered.promise
        if (name === 'slow.test') return { kind: 'failure', cause: 'timeout', detail: 'no answer' }
        const records = type === 'MX' ? [{ preference: 10, exchange: `mx.${name}` }] : type === 'A' ? ['127.0.0.1'] : []
        return records.length === 0
          ? { kind: 'nodata', authenticated: false }
          : { kind: 'records', records, authenticated: false, ttl: 60, canonical: name }
      },
    }
    await using sent = await sendWith({
      port: server.port,
      domains,
      recipients: [...people(3, 'slow.test'), 'a@good.test'],
      options: { resolver: resolver as never },
    })
    expect(sent.counts).toMatchObject({ sent: 1, deferred: 3 })
  })

  it('gets no more messages on one connection than the setting says', async () => {
    await using server = await startScriptedServer({})
    await using sent = await sendWith({
      port: server.port,
      domains,
      recipients: people(10),
      rule: { connections: 1, messagesPerConnection: 3 },
    })
    expect(sent.counts).toMatchObject({ sent: 10 })
    expect(
      Math.max(
        ...server.connections.map((connection) => connection.secureLines.filter((line) => line.startsWith('MAIL')).length),
      ),
    ).toBe(3)
  })

  it('is tried less and less often, and once more before it is given up', async () => {
    let now = 0
    const clock = { now: () => now, sleep: async () => undefined, timer: () => () => undefined }
    const job = { schedule: { retryMs: [100, 1000, 5000], giveUpMs: 20_000 } }
    await using first = await sendWith({ port: 1, domains, recipients: people(1), clock, job })
    const due = [first.counts.nextAt]
    await first.store[Symbol.asyncDispose]()
    for (let index = 0; index < 3; index++) {
      now = due.at(-1) ?? 0
      await using again = await sendWith({ port: 1, domains, recipients: [], folder: first.folder, clock, job })
      due.push(again.counts.nextAt)
    }
    expect(due).toEqual([100, 1100, 6100, 11_100])
    now = 30_000
    await using server = await startScriptedServer({})
    await using last = await sendWith({ port: server.port, domains, recipients: [], folder: first.folder, clock, job })
    expect(last.counts).toMatchObject({ sent: 1, failed: 0 })
  })
})

describe('what concerns one message', () => {
  it('is settled for it alone: the others are sent once', async () => {
    await using server = await startScriptedServer({})
    await using sent = await sendWith({
      port: server.port,
      domains,
      recipients: people(8),
      body: (address) => {
        if (address.startsWith('p5@')) throw new SealpostError('SP_TEMPLATE_INVALID', { where: 'message.txt:3' })
        return 'hello\r\n'
      },
    })
    expect(sent.counts).toMatchObject({ sent: 7, failed: 1 })
    expect(server.messages).toHaveLength(7)
  })

  it('that stops the program leaves the rest settled, and nobody gets a second copy', async () => {
    await using server = await startScriptedServer({})
    const scenario = {
      port: server.port,
      domains,
      recipients: people(8),
      ...alone,
      body: (address: string) => {
        if (address.startsWith('p5@')) throw new Error('a fault of ours')
        return 'hello\r\n'
      },
    }
    const folder = await failing(scenario)
    await failing({ ...scenario, folder })
    using store = QueueReader.open(folder)
    expect(store.countsOf('test').sent).toBe(server.messages.length)
    expect(new Set(server.messages.flatMap((message) => message.to)).size).toBe(server.messages.length)
  })
})

async function failing(scenario: Parameters<typeof sendWith>[0]): Promise<string> {
  const folder = scenario.folder ?? (await makeFolder())
  await expect(sendWith({ ...scenario, folder })).rejects.toThrow('a fault of ours')
  return folder
}

describe('a log that cannot be written', () => {
  it('stops all connections, and what it did not take is not counted as sent', async () => {
    await using server = await startScriptedServer({})
    let flushes = 0
    let attempts = 0
    let flushed = 0
    const full = new SealpostError('SP_DISK_FULL', { where: 'evidence' })
    const recorder: Recorder = {
      session: () => ({ id: '', leaf: 0 }),
      attempt: () => attempts++,
      act: () => 0,
      readBackwards: async function* () {},
      flush: async () => {
        if (++flushes >= 3) throw full
        flushed = attempts
      },
    }
    const folder = await makeFolder()
    await expect(
      sendWith({
        port: server.port,
        domains,
        recipients: people(300),
        folder,
        rule: { connections: 4 },
        options: { recorder, inFlight: 20 },
      }),
    ).rejects.toBe(full)
    using store = QueueReader.open(folder)
    expect(store.countsOf('test').sent).toBeLessThanOrEqual(flushed)
    expect(server.messages.length).toBeLessThan(300)
  })
})

describe('a password', () => {
  it('goes to no relay that does not prove who it is, whatever the level', async () => {
    await using server = await startScriptedServer({ ehloAfterTls: '250-mx.scripted.test\r\n250 AUTH PLAIN LOGIN\r\n' })
    for (const level of ['opportunistic', 'encrypted', 'valid'] as const) {
      await using sent = await sendWith({
        port: server.port,
        domains: {},
        recipients: people(1),
        level,
        login: true,
        job: {
          route: { kind: 'relay', host: '127.0.0.1', port: server.port, security: 'starttls' },
          credentials: { kind: 'password', user: 'u', password: 'hunter2' },
        },
      })
      expect(sent.counts).toMatchObject({ held: 1 })
    }
    expect(server.connections.flatMap((connection) => connection.secureLines).join('\n')).not.toContain('AUTH')
  })

  it('goes to a relay named by its address, where the certificate names it', async () => {
    const authority = await createAuthority()
    const identity = await authority.issue({ names: ['127.0.0.1'] })
    await using server = await startReceiver({
      host: '127.0.0.1',
      port: 0,
      hostname: 'relay.test',
      identity,
      auth: { user: 'u', pass: 'hunter2' },
    })
    await using sent = await sendWith({
      port: server.port,
      domains: {},
      recipients: people(2),
      ca: authority.pem,
      login: true,
      job: {
        route: { kind: 'relay', host: '127.0.0.1', port: server.port, security: 'starttls' },
        credentials: { kind: 'password', user: 'u', password: 'hunter2' },
      },
    })
    expect(sent.counts).toMatchObject({ sent: 2 })
  })
})
