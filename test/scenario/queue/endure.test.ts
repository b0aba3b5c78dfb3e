/** What servers, name servers and limits may do to a run that sends to others at the same time, and to its end. */
import { setImmediate as turn } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { systemClock } from '../../../src/clock.ts'
import { type MockZone, type Resolver, mockResolver } from '../../../src/dns/index.ts'
import { SealpostError } from '../../../src/errors.ts'
import { type DeliveryRule, LimitBook } from '../../../src/queue/index.ts'
import { startScriptedServer } from '../../../src/world/index.ts'
import { sendWith } from '../../support/sendWith.ts'

const lane: DeliveryRule = {
  connections: 2,
  messagesPerConnection: 100,
  recipientsPerTransaction: 100,
  messagesPerHour: undefined,
  warmUp: [],
}

/** Limits whose usage is in memory; what was counted in all is in `used`. */
function countingBook(change: Partial<DeliveryRule>, options: { shared?: boolean; onAdd?: () => Promise<void> } = {}) {
  let used = 0
  const book = new LimitBook({
    clock: systemClock,
    random: () => 0.5,
    usage: {
      addUsage: async (_scope, _hour, messages) => {
        used += messages
        await options.onAdd?.()
      },
      usage: async () => ({ firstHour: undefined, hours: [] }),
    },
    lane: options.shared ? lane : { ...lane, ...change },
    rules: options.shared ? [{ match: { kind: 'provider', provider: 'p' }, change }] : [],
    providerOf: () => (options.shared ? 'p' : undefined),
  })
  return { book, used: () => used }
}

const sameHost = (domains: readonly string[]): MockZone =>
  Object.fromEntries([
    ...domains.map((domain) => [domain, { MX: [{ preference: 10, exchange: 'mx.good.test' }] }]),
    ['mx.good.test', { A: ['127.0.0.1'] }],
  ])

describe('a domain that is found while its lane ends', () => {
  it('is sent in the same run', async () => {
    await using server = await startScriptedServer({})
    const ending = Promise.withResolvers<void>()
    const zone = mockResolver(sameHost(['one.test', 'two.test']))
    let added = 0
    const { book } = countingBook(
      { connections: 1, messagesPerHour: 60_000 },
      {
        onAdd: async () => {
          // The first is written with the lease, the second when the lane has sent all.
          added += 1
          if (added !== 2) return
          ending.resolve()
          for (let turns = 0; turns < 50; turns++) await turn()
        },
      },
    )
    const resolver: Resolver = {
      ...zone,
      query: async (name, type) => {
        if (name === 'two.test') await ending.promise
        return zone.query(name, type)
      },
    }
    await using sent = await sendWith({
      port: server.port,
      domains: {},
      recipients: ['a@one.test', 'b@one.test', 'c@two.test'],
      options: { resolver, limits: book },
    })
    expect(sent.counts).toMatchObject({ sent: 3, waiting: 0 })
  })
})

describe('servers that hang', () => {
  it('a hundred of them do not keep twenty others from their messages', async () => {
    const others = Promise.withResolvers<void>()
    const good = Array.from({ length: 20 }, (_, index) => `good${index}.test`)
    const slow = Array.from({ length: 100 }, (_, index) => `slow${index}.test`)
    let taken = 0
    await using server = await startScriptedServer({
      rcpt: async ({ line }) => {
        if (line.includes('@slow')) await others.promise
        return undefined
      },
      dot: () => {
        taken += 1
        if (taken === 200) others.resolve()
        return undefined
      },
    })
    const recipients = [...slow, ...good].flatMap((domain) => Array.from({ length: 10 }, (_, index) => `p${index}@${domain}`))
    await using sent = await sendWith({
      port: server.port,
      domains: Object.fromEntries([...slow, ...good].map((domain) => [domain, ['127.0.0.1']])),
      recipients,
      rule: { connections: 1 },
      options: { inFlight: 600, connections: 200 },
    })
    // Those that hang are answered when the others have everything: had these had to wait, their time would have been over.
    expect(sent.counts).toMatchObject({ sent: 1_200 })
  })
})

describe('the end of a run', () => {
  const patient = { connect: 1e9, greeting: 1e9, command: 1e9, data: 1e9, block: 1e9, dot: 1e9 }

  it.each([
    ['greets', { greeting: { silence: true } }],
    ['answers EHLO', { ehlo: { silence: true } }],
    ['answers STARTTLS', { starttls: { silence: true } }],
    ['shakes hands', { handshake: 'silence' }],
    ['answers EHLO in TLS', { ehloAfterTls: { silence: true } }],
    ['answers MAIL', { mail: { silence: true } }],
    ['consents to DATA', { data: { silence: true } }],
    ['answers the message', { dot: { silence: true } }],
    ['answers QUIT', { quit: { silence: true } }],
  ] as const)('does not wait for a server that never %s, once its time is over', async (_, script) => {
    await using server = await startScriptedServer(script)
    const over = new AbortController()
    const run = sendWith({
      port: server.port,
      domains: { 'good.test': ['127.0.0.1'] },
      recipients: ['a@good.test', 'b@good.test'],
      options: { timeouts: patient, signal: over.signal, shutdownMs: 100 },
    })
    while (server.connections.length === 0) await turn()
    over.abort()
    await using sent = await run
    expect(sent.counts).toMatchObject({ total: 2, failed: 0 })
  })

  it('does not wait for name servers that never answer', async () => {
    const asked = Promise.withResolvers<void>()
    const over = new AbortController()
    const resolver: Resolver = {
      ...mockResolver({}),
      query: async () => {
        asked.resolve()
        return Promise.withResolvers<never>().promise
      },
    }
    const run = sendWith({
      port: 1,
      domains: {},
      recipients: ['a@good.test'],
      options: { resolver, signal: over.signal, shutdownMs: 100 },
    })
    await asked.promise
    over.abort()
    await using sent = await run
    expect(sent.counts).toMatchObject({ waiting: 1 })
  })
})

describe('messages an hour', () => {
  it('counts those that were sent, and none for a connection that ended before', async () => {
    await using server = await startScriptedServer({ dot: { close: true, before: '250 2.0.0 taken\r\n' } })
    const { book, used } = countingBook({ connections: 1, messagesPerHour: 600 })
    await using sent = await sendWith({
      port: server.port,
      domains: { 'good.test': ['127.0.0.1'] },
      recipients: Array.from({ length: 10 }, (_, index) => `p${index}@good.test`),
      options: { limits: book },
    })
    expect(sent.counts).toMatchObject({ sent: 10 })
    expect(used()).toBe(10)
  })

  it('none is counted for a message that cannot be made', async () => {
    await using server = await startScriptedServer({})
    const { book, used } = countingBook({ connections: 1, messagesPerHour: 600 })
    await using sent = await sendWith({
      port: server.port,
      domains: { 'good.test': ['127.0.0.1'] },
      recipients: Array.from({ length: 10 }, (_, index) => `p${index}@good.test`),
      body: (address) => {
        if (!address.startsWith('p9')) throw new SealpostError('SP_TEMPLATE_INVALID', { where: 'message.txt:3' })
        return 'Subject: x\r\n\r\nhello\r\n'
      },
      options: { limits: book },
    })
    expect(sent.counts).toMatchObject({ sent: 1, failed: 9 })
    expect(used()).toBe(1)
  })

  it('opens no connection for which there is no message', async () => {
    await using server = await startScriptedServer({})
    const { book } = countingBook({ messagesPerHour: 60 }, { shared: true })
    const domains = Array.from({ length: 5 }, (_, index) => `d${index}.test`)
    await using sent = await sendWith({
      port: server.port,
      domains: Object.fromEntries(domains.map((domain) => [domain, ['127.0.0.1']])),
      recipients: domains.map((domain) => `a@${domain}`),
      options: { limits: book },
    })
    expect(sent.counts).toMatchObject({ sent: 1, waiting: 4 })
    expect(server.connections).toHaveLength(1)
  })
})

describe('a lane that waits for its turn', () => {
  it('keeps no wish from each time that it looked', async () => {
    await using server = await startScriptedServer({})
    let wishes = 0
    let most = 0
    let asked = 0
    const free = {
      open: async () => undefined,
      flush: async () => undefined,
      tryConnect: () => true,
      disconnect: () => undefined,
      take: (count: number) => count,
      giveBack: () => undefined,
      note: () => undefined,
      nextAt: undefined,
    }
    const own = {
      ...free,
      changed: async (signal: AbortSignal) => {
        wishes += 1
        most = Math.max(most, wishes)
        const { promise, resolve } = Promise.withResolvers<void>()
        signal.addEventListener('abort', () => resolve(), { once: true })
        await promise
        wishes -= 1
      },
    }
    const shared = { ...free, scope: 's', tryConnect: () => (asked += 1) > 100, changed: async () => turn() }
    await using sent = await sendWith({
      port: server.port,
      domains: { 'good.test': ['127.0.0.1'] },
      recipients: ['a@good.test'],
      options: { limits: { limitsFor: () => ({ rule: lane, shared }), limitLane: () => own } as never },
    })
    expect(sent.counts).toMatchObject({ sent: 1 })
    expect(most).toBeLessThanOrEqual(2)
  })
})
