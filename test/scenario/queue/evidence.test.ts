/** What the evidence is made from: to whom a connection was, on what ground, what it showed, and what became of a message. */
import { X509Certificate, createHash } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { type MockZone, mockResolver } from '../../../src/dns/index.ts'
import { readAttemptsSince } from '../../../src/cli/attemptsSince.ts'
import { type AttemptFacts, EvidenceLog } from '../../../src/evidence/index.ts'
import { type StsGround, decidePolicy } from '../../../src/policy/index.ts'
import { TicketStore } from '../../../src/queue/index.ts'
import { OpeningsReader, type QueueCopy, backUpQueue, restoreQueue } from '../../../src/store/index.ts'
import { createAuthority, startScriptedServer } from '../../../src/world/index.ts'
import { jumpingClock } from '../../support/jumpingClock.ts'
import { listenToRecorder } from '../../support/recordWith.ts'
import { type SendScenario, sendWith } from '../../support/sendWith.ts'

const authority = await createAuthority()
const identity = await authority.issue({ names: ['mx.good.test'] })
const leaf = new X509Certificate(identity.cert)
const sha256 = (octets: Buffer | string): string => createHash('sha256').update(octets).digest('hex')
const spki = leaf.publicKey.export({ type: 'spki', format: 'der' })

interface Sent extends Partial<SendScenario> {
  readonly port: number
}

async function send(scenario: Sent) {
  const heard = listenToRecorder()
  const sent = await sendWith({
    domains: { 'good.test': ['127.0.0.1'] },
    recipients: ['ann@good.test'],
    ca: authority.pem,
    record: heard.record,
    ...scenario,
  })
  return { ...sent, heard, [Symbol.asyncDispose]: async () => sent[Symbol.asyncDispose]() }
}

/** A zone in which good.test is signed, and its host has these records. */
function signedZone(port: number, tlsa: MockZone[string]): MockZone {
  return {
    'good.test': { MX: [{ preference: 10, exchange: 'mx.good.test' }], secure: true },
    'mx.good.test': { A: ['127.0.0.1'], secure: true },
    [`_${port}._tcp.mx.good.test`]: tlsa,
  }
}

describe('a connection', () => {
  it('is told of with host, address, policy, certificate, chain and what the server offers inside TLS', async () => {
    await using server = await startScriptedServer({
      tls: { identity },
      ehloAfterTls: '250-mx.good.test at your service\r\n250-SIZE 1000000\r\n250-8bitmime\r\n250 ENHANCEDSTATUSCODES\r\n',
    })
    await using sent = await send({ port: server.port, level: 'valid' })
    const [session] = sent.heard.sessions
    expect(session).toMatchObject({
      port: server.port,
      level: 'valid',
      voucher: 'dns',
      verdict: 'valid',
      decision: 'deliver',
      software: 'sealpost/test',
      tls: { version: 'TLSv1.3', group: expect.any(String) as string, resumed: false, provenAt: null },
    })
    expect(session?.peer).toEqual({
      host: 'mx.good.test',
      address: '127.0.0.1',
      policy: 'valid TLSv1.2',
      reason: 'the campaign asks for valid',
      policyDomain: 'good.test',
      ehlo: ['mx.good.test at your service', 'SIZE 1000000', '8BITMIME', 'ENHANCEDSTATUSCODES'],
      sts: null,
      tlsa: null,
      rule: null,
      certificate: sha256(leaf.raw),
      key: sha256(spki),
      chain: session?.chain.map((der) => sha256(Buffer.from(der))),
    })
    expect(session?.chain[0]).toEqual(leaf.raw)
    // Kept once, where it can be shown to an auditor.
    using openings = OpeningsReader.open(sent.folder)
    expect(openings?.certificate(sha256(leaf.raw))).toEqual(new Uint8Array(leaf.raw))
  })

  it('in the clear is told of with what the server said there, and without a certificate', async () => {
    await using server = await startScriptedServer({ ehlo: '250-mx.good.test\r\n250 SIZE 5\r\n' })
    await using sent = await send({ port: server.port })
    expect(sent.counts).toMatchObject({ held: 1 })
    expect(sent.heard.sessions).toMatchObject([
      {
        verdict: 'plaintext',
        decision: 'hold',
        tls: null,
        chain: [],
        peer: { ehlo: ['mx.good.test', 'SIZE 5'], certificate: null, key: null, chain: [] },
      },
    ])
  })

  it('names the rule of the sender that asked for the level, and none where DANE asked for more', async () => {
    await using server = await startScriptedServer({ tls: { identity } })
    const rules = { 'good.test': 'valid' } as const
    await using ruled = await send({ port: server.port, rules })
    expect(ruled.heard.sessions).toMatchObject([{ level: 'valid', peer: { rule: 'good.test: valid' } }])
    const record = { usage: 3, selector: 1, matchingType: 1, data: Buffer.from(sha256(spki), 'hex') }
    const zone = signedZone(server.port, { TLSA: [record], secure: true })
    await using raised = await send({ port: server.port, rules, options: { resolver: mockResolver(zone) } })
    expect(raised.heard.sessions).toMatchObject([{ level: 'authenticated', peer: { rule: null } }])
  })

  it('names the enforced MTA-STS policy by its record and the SHA-256 of its text', async () => {
    await using server = await startScriptedServer({ tls: { identity } })
    const text = 'version: STSv1\nmode: enforce\nmx: mx.good.test\nmax_age: 604800\n'
    const sts: StsGround = {
      kind: 'policy',
      mode: 'enforce',
      id: '20261125',
      mx: ['mx.good.test'],
      words: '',
      sha256: sha256(text),
    }
    const terms = { campaign: 'encrypted', domains: {}, floor: 'TLSv1.2', login: false, sts } as const
    await using sent = await send({
      port: server.port,
      job: { decidePolicy: async (domain) => decidePolicy({ domain, ...terms }) },
    })
    expect(sent.heard.sessions).toMatchObject([
      { level: 'authenticated', voucher: 'sts', peer: { sts: { id: '20261125', sha256: sha256(text) } } },
    ])
  })

  it('that came back to a session has the certificate that was shown at its beginning', async () => {
    await using server = await startScriptedServer({ tls: { identity } })
    await using sent = await send({
      port: server.port,
      recipients: ['ann@good.test', 'ben@good.test'],
      rule: { connections: 1, messagesPerConnection: 1 },
      options: { tickets: new TicketStore() },
    })
    const [first, second] = sent.heard.sessions
    expect([first?.tls?.resumed, second?.tls?.resumed]).toEqual([false, true])
    expect(second?.tls?.provenAt).toMatch(/^\d{4}-.*Z$/)
    expect(second?.peer.certificate).toBe(sha256(leaf.raw))
    expect(second?.peer.chain).toEqual(first?.peer.chain)
    expect(second?.chain).toEqual(first?.chain)
  })

  it('to a server that talks without end is told of in bounds', async () => {
    const lines = Array.from({ length: 150 }, (_, n) => `250-X${n} ${'y'.repeat(3_000)}\r\n`).join('')
    await using server = await startScriptedServer({ tls: { identity }, ehloAfterTls: `${lines}250 SIZE\r\n` })
    await using sent = await send({ port: server.port })
    const ehlo = sent.heard.sessions[0]?.peer.ehlo ?? []
    expect(ehlo).toHaveLength(32)
    expect(Math.max(...ehlo.map(({ length }) => length))).toBe(160)
    expect(await sent.leaves()).toHaveLength(2)
  })
})

describe('TLSA records', () => {
  const own = { usage: 3, selector: 1, matchingType: 1, data: Buffer.from(sha256(spki), 'hex') }
  const whole = { usage: 3, selector: 0, matchingType: 0, data: leaf.raw }
  const unusable = { usage: 1, selector: 1, matchingType: 1, data: Buffer.alloc(32, 1) }

  it.each([
    [
      'that were used, and those beside them that could not be',
      { TLSA: [whole, own, unusable], secure: true },
      { secure: true, records: [`1 1 1 ${'01'.repeat(32)}`, `3 0 0 sha256:${sha256(leaf.raw)}`, `3 1 1 ${sha256(spki)}`] },
    ],
    ['that nobody signed', { TLSA: [own], secure: false }, { secure: false, records: [`3 1 1 ${sha256(spki)}`] }],
    ['none', { TLSA: [], secure: true }, null],
  ])('%s are told of', async (_, tlsa, expected) => {
    await using server = await startScriptedServer({ tls: { identity } })
    const resolver = mockResolver(signedZone(server.port, tlsa))
    await using sent = await send({ port: server.port, options: { resolver } })
    expect(sent.counts).toMatchObject({ sent: 1 })
    expect(sent.heard.sessions.map(({ peer }) => peer.tlsa)).toEqual([expected])
  })

  it('that could not be looked up: the host was passed over, and nobody vouched for it', async () => {
    await using server = await startScriptedServer({ tls: { identity } })
    const resolver = mockResolver(signedZone(server.port, 'servfail'))
    await using sent = await send({ port: server.port, options: { resolver } })
    expect(sent.heard.sessions).toMatchObject([
      { voucher: null, verdict: 'not-tested', cause: 'dane-failed', decision: 'defer', peer: { tlsa: null, ehlo: [] } },
    ])
  })
})

describe('an attempt', () => {
  it('is told of with the hash of the octets, the reply, and its session', async () => {
    await using server = await startScriptedServer({ tls: { identity }, dot: '250 2.0.0 queued as 12345\r\n' })
    const body = (address: string) => `Message-ID: <1@sender.test>\r\n\r\n.dots ${address}\r\n`
    await using sent = await send({ port: server.port, body })
    const octets = body('ann@good.test')
    expect(sent.heard.attempts).toMatchObject([
      {
        number: 1,
        address: 'ann@good.test',
        campaign: 'test',
        domain: 'good.test',
        session: { id: expect.stringMatching(/^[\w-]{22}$/) as string, leaf: 0 },
        octets: octets.length,
        outcome: 'delivered',
        code: 250,
        enhanced: '2.0.0',
        reply: '250 2.0.0 queued as 12345',
        strength: 'observed',
        claim: null,
        previous: null,
      },
    ])
    expect(Buffer.from(sent.heard.attempts[0]?.message ?? []).toString('hex')).toBe(sha256(octets))
    expect(await sent.leaves()).toMatchObject([
      { kind: 'session', id: expect.any(String) as string },
      { kind: 'attempt', outcome: 'delivered', octets: octets.length, reply: expect.any(String) as string },
    ])
    expect(sent.store.list({}, 9)).toMatchObject([{ state: 'sent', leaf: 1 }])
  })

  it('names the one before it, over runs', async () => {
    let refusals = 2
    await using server = await startScriptedServer({
      tls: { identity },
      rcpt: () => (refusals-- > 0 ? '451 4.3.0 later\r\n' : undefined),
    })
    const clock = jumpingClock()
    const folder = await mkdtemp(join(tmpdir(), 'sealpost-'))
    try {
      const told: AttemptFacts[] = []
      for (let run = 0; run < 3; run++) {
        await using sent = await send({ port: server.port, clock, folder })
        told.push(...sent.heard.attempts)
        clock.jump(3_600_000)
        if (run < 2) continue
        const leaves = await sent.leaves()
        const attempts = [...leaves.entries()].flatMap(([index, one]) => (one.kind === 'attempt' ? [index] : []))
        expect(attempts).toHaveLength(3)
        expect(told.map(({ number, previous }) => [number, previous])).toEqual([
          [1, null],
          [2, attempts[0]],
          [3, attempts[1]],
        ])
        using openings = OpeningsReader.open(folder)
        const [last] = sent.store.list({ state: 'sent' }, 9)
        expect(openings?.attemptsOf(last?.leaf ?? -1).map(({ number }) => number)).toEqual([3, 2, 1])
      }
    } finally {
      await rm(folder, { recursive: true })
    }
  })

  it('has no number twice, though a copy of the queue was put back that knew of less', async () => {
    await using server = await startScriptedServer({ tls: { identity }, rcpt: '451 4.3.0 later\r\n' })
    const clock = jumpingClock()
    const folder = await mkdtemp(join(tmpdir(), 'sealpost-'))
    const run = async () => {
      await using sent = await send({ port: server.port, clock, folder })
      clock.jump(3_600_000)
      return sent.store.list({}, 9)
    }
    try {
      await run()
      const copy = join(folder, 'copy.db')
      await backUpQueue(folder, copy)
      await run()
      const log = await EvidenceLog.open(folder, { clock, domains: 'committed' })
      using openings = OpeningsReader.open(folder)
      const find = await readAttemptsSince(log, 0, openings)
      await log.close()
      const prepare = async (queue: QueueCopy) => expect(queue.takeOver(find, 1)).toBe(0)
      await restoreQueue(copy, folder, { replace: true, prepare })
      const [last] = await run()
      expect(last).toMatchObject({ state: 'deferred', attempts: 3 })
      expect(openings?.attemptsOf(last?.leaf ?? -1).map(({ number }) => number)).toEqual([3, 2, 1])
    } finally {
      await rm(folder, { recursive: true })
    }
  })

  it('to several recipients of the same octets has one hash, and an entry each that nothing links', async () => {
    await using server = await startScriptedServer({ tls: { identity } })
    const raw = Buffer.from('Message-ID: <1@sender.test>\r\n\r\nthe same\r\n')
    await using sent = await send({
      port: server.port,
      recipients: ['ann@good.test', 'ben@good.test'],
      job: { source: { render: async (item) => ({ from: 'n@sender.test', to: item.address, raw, shared: 'all' }) } },
    })
    expect(sent.heard.attempts.map(({ message }) => Buffer.from(message ?? []).toString('hex'))).toEqual([
      sha256(raw),
      sha256(raw),
    ])
    const committed = (await sent.leaves()).flatMap((one) => (one.kind === 'attempt' ? [one.message, one.recipient] : []))
    expect(new Set(committed).size).toBe(4)
  })

  it('that was broken off has no reply', async () => {
    await using server = await startScriptedServer({ tls: { identity }, dot: { close: true } })
    await using sent = await send({ port: server.port })
    expect(sent.heard.attempts).toMatchObject([{ outcome: 'reply-lost', reply: null, code: null }])
  })
})
