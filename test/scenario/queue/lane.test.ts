/** Lanes: who shares connections, by what was found when, and what happens when that changes or cannot be read. */
import { X509Certificate, createHash } from 'node:crypto'
import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { describe, expect, it } from 'vitest'
import { type MockZone, mockResolver } from '../../../src/dns/index.ts'
import { SealpostError } from '../../../src/errors.ts'
import { type Policy, type StsGround, decidePolicy } from '../../../src/policy/index.ts'
import { type Identity, createAuthority, startReceiver, startScriptedServer } from '../../../src/world/index.ts'
import { jumpingClock } from '../../support/jumpingClock.ts'
import { sendWith } from '../../support/sendWith.ts'

const authority = await createAuthority()
const identity = await authority.issue({ names: ['mx.good.test'] })
const other = await authority.issue({ names: ['mx.good.test'] })

function tlsaOf({ cert }: Identity) {
  const spki = new X509Certificate(cert).publicKey.export({ type: 'spki', format: 'der' })
  return { usage: 3, selector: 1, matchingType: 1, data: createHash('sha256').update(spki).digest() }
}

async function serve(own: Identity = identity) {
  return startReceiver({ host: '127.0.0.1', port: 0, hostname: 'mx.good.test', identity: own, keep: true })
}

function decide(domain: string, sts: StsGround = { kind: 'none' }): Policy {
  return decidePolicy({ domain, campaign: 'encrypted', domains: {}, floor: 'TLSv1.2', login: false, sts })
}

const good = (port: number, tlsa: MockZone[string]): MockZone => ({
  'good.test': { MX: [{ preference: 10, exchange: 'mx.good.test' }], secure: true },
  'mx.good.test': { A: ['127.0.0.1'], secure: true },
  [`_${port}._tcp.mx.good.test`]: tlsa,
})

describe('what a lane goes by', () => {
  it.each([1, 100])(
    'is looked up again when it is old: records that changed hold what is left (%i a connection)',
    async (each) => {
      await using server = await serve()
      const clock = jumpingClock()
      const { port } = server
      const before = mockResolver(good(port, { TLSA: [tlsaOf(identity)], secure: true }))
      const after = mockResolver(good(port, { TLSA: [tlsaOf(other)], secure: true }))
      let changed = false
      await using sent = await sendWith({
        port,
        domains: {},
        recipients: ['ann@good.test', 'ben@good.test', 'cem@good.test'],
        ca: authority.pem,
        clock,
        body: (address) => {
          changed = true
          clock.jump(600_000)
          return `Message-ID: <${address}>\r\n\r\nHello\r\n`
        },
        options: {
          resolver: { ...before, query: async (name, type) => (changed ? after : before).query(name, type) },
        },
        job: { decidePolicy: async (domain) => decide(domain) },
        rule: { connections: 1, messagesPerConnection: each },
      })
      expect(sent.counts).toMatchObject({ sent: 1, held: 2 })
      expect(server.messages).toHaveLength(1)
    },
  )

  it('is looked up again when it is old: a policy that was published meanwhile rules', async () => {
    await using server = await serve()
    const clock = jumpingClock()
    let asked = 0
    await using sent = await sendWith({
      port: server.port,
      domains: { 'good.test': ['127.0.0.1'] },
      recipients: ['ann@good.test', 'ben@good.test'],
      clock,
      body: (address) => {
        clock.jump(600_000)
        return `Message-ID: <${address}>\r\n\r\nHello\r\n`
      },
      rule: { connections: 1 },
      job: {
        decidePolicy: async (domain) => {
          asked += 1
          const words = 'enforce'
          return asked === 1
            ? decide(domain)
            : decide(domain, { kind: 'policy', mode: 'enforce', id: '2', mx: ['mx.elsewhere.test'], words })
        },
      },
    })
    expect(sent.counts).toMatchObject({ sent: 1, held: 1 })
    expect(server.messages).toHaveLength(1)
  })

  it('is looked up again as often as it takes: a clock that runs away starves nobody', async () => {
    await using server = await serve()
    const clock = jumpingClock()
    await using sent = await sendWith({
      port: server.port,
      domains: { 'good.test': ['127.0.0.1'], 'fine.test': ['127.0.0.1'] },
      recipients: ['ann', 'ben', 'cem', 'dan'].flatMap((name) => [`${name}@good.test`, `${name}@fine.test`]),
      clock,
      body: (address) => {
        clock.jump(600_000)
        return `Message-ID: <${address}>\r\n\r\nHello\r\n`
      },
      rule: { connections: 1 },
      options: { connections: 1 },
    })
    expect(sent.counts).toMatchObject({ sent: 8 })
  })
})

describe('who shares a lane', () => {
  it('not the domain whose one host is called like the two of another', async () => {
    // The attacker owns the second host of good.test, and a domain with a host whose name, shown, reads like both.
    const zone: MockZone = {
      'evil.test': { MX: [{ preference: 10, exchange: 'mx.good.test, 0 z.evil.test' }] },
      'good.test': {
        MX: [
          { preference: 10, exchange: 'mx.good.test' },
          { preference: 10, exchange: 'z.evil.test' },
        ],
      },
      'mx.good.test': { A: ['127.0.0.1'] },
      'z.evil.test': { A: ['127.0.0.2'] },
      'mx.good.test, 0 z.evil.test': { A: ['127.0.0.2'] },
    }
    await using server = await serve()
    await using sent = await sendWith({
      port: server.port,
      domains: {},
      recipients: ['eve@evil.test', 'ann@good.test'],
      options: { resolver: mockResolver(zone) },
    })
    // Nothing listens at the attacker's address: whatever had gone there would be put off.
    expect(sent.counts).toMatchObject({ sent: 1, deferred: 1 })
    expect(server.messages.map(({ to }) => to)).toEqual([['ann@good.test']])
  })

  it('a domain whose MX is signed is not judged by what another found that is not', async () => {
    await using server = await serve()
    const { port } = server
    const zone: MockZone = {
      ...good(port, { TLSA: [tlsaOf(identity)], secure: true }),
      'loose.test': { MX: [{ preference: 10, exchange: 'mx.good.test' }], secure: false },
    }
    await using sent = await sendWith({
      port,
      domains: {},
      recipients: ['lea@loose.test', 'ann@good.test'],
      level: 'authenticated',
      options: { resolver: mockResolver(zone) },
    })
    expect(sent.counts).toMatchObject({ sent: 1, held: 1 })
    expect(server.messages.map(({ to }) => to)).toEqual([['ann@good.test']])
  })
})

describe('the same hosts under other policies', () => {
  const zone: MockZone = Object.fromEntries([
    ...['none', 'enforce', 'elsewhere', 'testing'].map((name) => [
      `${name}.test`,
      { MX: [{ preference: 10, exchange: 'mx.good.test' }] },
    ]),
    ['mx.good.test', { A: ['127.0.0.1'] }],
  ])
  const policies: Readonly<Record<string, StsGround>> = {
    'none.test': { kind: 'none' },
    'testing.test': { kind: 'policy', mode: 'testing', id: '1', mx: ['mx.good.test'], words: 'testing' },
    'enforce.test': { kind: 'policy', mode: 'enforce', id: '2', mx: ['*.good.test'], words: 'enforce' },
    'elsewhere.test': { kind: 'policy', mode: 'enforce', id: '2', mx: ['mx.elsewhere.test'], words: 'enforce' },
  }

  it.each([1, 2])('each domain is held to its own, whoever comes first (order %i)', async (order) => {
    // A certificate that nobody here trusts: good enough for whom no policy rules.
    await using server = await serve()
    const recipients = Object.keys(policies).map((domain) => `ann@${domain}`)
    await using sent = await sendWith({
      port: server.port,
      domains: {},
      recipients: order === 1 ? recipients : recipients.toReversed(),
      options: { resolver: mockResolver(zone) },
      job: { decidePolicy: async (domain) => decide(domain, policies[domain]) },
      evidence: 'clear',
    })
    expect(sent.counts).toMatchObject({ sent: 2, held: 2 })
    expect(server.messages.flatMap(({ to }) => to).toSorted()).toEqual(['ann@none.test', 'ann@testing.test'])
    const leaves = await sent.leaves()
    const named = leaves.flatMap((leaf) => (leaf.kind === 'session' && typeof leaf.peer === 'object' ? [leaf.peer.sts?.id] : []))
    // What demands nothing is named for nobody.
    expect(new Set(named)).toEqual(new Set([undefined, '2']))
  })
})

describe('the name a server is asked for, where the MX host is an alias', () => {
  it.each([
    ['of its records, where they are usable (RFC 7672 8.1)', 3, 'real.host.test'],
    ['of the MX host, where MTA-STS rules (RFC 8461 7.1)', 1, 'mx.good.test'],
  ] as const)('is that %s', async (_, usage, expected) => {
    await using server = await startScriptedServer({})
    const zone: MockZone = {
      'good.test': { MX: [{ preference: 10, exchange: 'mx.good.test' }], secure: true },
      'mx.good.test': { CNAME: 'real.host.test', secure: true },
      'real.host.test': { A: ['127.0.0.1'], secure: true },
      [`_${server.port}._tcp.real.host.test`]: { TLSA: [{ ...tlsaOf(identity), usage }], secure: true },
    }
    const sts: StsGround = { kind: 'policy', mode: 'enforce', id: '1', mx: ['mx.good.test'], words: 'enforce' }
    await using sent = await sendWith({
      port: server.port,
      domains: {},
      recipients: ['ann@good.test'],
      options: { resolver: mockResolver(zone) },
      job: { decidePolicy: async (domain) => decide(domain, sts) },
    })
    // Neither the records nor the policy are content with this certificate.
    expect(sent.counts).toMatchObject({ held: 1 })
    expect(server.connections.map(({ sni }) => sni)).toEqual([expected])
  })
})

describe('hosts that are passed over', () => {
  it('take no place from those after them, whatever number of addresses they have', async () => {
    await using server = await serve()
    const many = Array.from({ length: 9 }, (_, index) => `127.0.1.${index + 1}`)
    const zone: MockZone = {
      'good.test': {
        MX: [
          { preference: 1, exchange: 'first.good.test' },
          { preference: 2, exchange: 'mx.good.test' },
        ],
        secure: true,
      },
      'first.good.test': { A: many, secure: true },
      [`_${server.port}._tcp.first.good.test`]: 'servfail',
      'mx.good.test': { A: ['127.0.0.1'] },
    }
    await using sent = await sendWith({
      port: server.port,
      domains: {},
      recipients: ['ann@good.test'],
      options: { resolver: mockResolver(zone) },
    })
    expect(sent.counts).toMatchObject({ sent: 1 })
  })

  it('open no way to one in plaintext', async () => {
    await using plain = await startScriptedServer({ ehlo: '250 mx.good.test\r\n' })
    const zone: MockZone = {
      'good.test': {
        MX: [
          { preference: 1, exchange: 'first.good.test' },
          { preference: 2, exchange: 'mx.good.test' },
        ],
        secure: true,
      },
      'first.good.test': { A: ['127.0.0.9'], secure: true },
      [`_${plain.port}._tcp.first.good.test`]: 'servfail',
      'mx.good.test': { A: ['127.0.0.1'] },
    }
    await using sent = await sendWith({
      port: plain.port,
      domains: {},
      recipients: ['ann@good.test'],
      options: { resolver: mockResolver(zone) },
    })
    expect(sent.counts).toMatchObject({ sent: 0, held: 1 })
    expect(plain.messages).toHaveLength(0)
  })
})

describe('REQUIRETLS (RFC 8689 4.2.1)', () => {
  it('is not lost on the way: what cannot be passed on does not go', async () => {
    await using server = await serve()
    const sts: StsGround = { kind: 'policy', mode: 'enforce', id: '1', mx: ['mx.good.test'], words: 'enforce' }
    const message = { requireTls: true, tlsOptional: false }
    const asked = { campaign: 'encrypted', domains: {}, floor: 'TLSv1.2', login: false, sts, message } as const
    await using sent = await sendWith({
      port: server.port,
      domains: { 'good.test': ['127.0.0.1'] },
      recipients: ['ann@good.test'],
      ca: authority.pem,
      job: { decidePolicy: async (domain) => decidePolicy({ domain, ...asked }) },
    })
    expect(sent.counts).toMatchObject({ sent: 0, held: 1 })
    expect(server.messages).toHaveLength(0)
  })
})

describe('a relay with TLS from the first octet', () => {
  it('is told nothing in the clear, at opportunistic too (RFC 8314 3.3)', async () => {
    await using plain = await startScriptedServer({})
    await using sent = await sendWith({
      port: plain.port,
      domains: {},
      recipients: ['ann@good.test'],
      level: 'opportunistic',
      job: { route: { kind: 'relay', host: '127.0.0.1', port: plain.port, security: 'implicit' } },
    })
    expect(sent.counts).toMatchObject({ sent: 0, held: 1 })
    expect(plain.messages).toHaveLength(0)
    for (const { plaintext } of plain.connections) expect(plaintext.toString('latin1')).not.toMatch(/EHLO|HELO|MAIL/)
  })
})

describe('what cannot be read or written down stops the run', () => {
  const failure = () => new SealpostError('SP_STORE_IN_USE', { where: 'policy.db' })

  it('a policy that cannot be read: nobody is written to as if there were none, and the others stop', async () => {
    await using server = await serve()
    const begun = Promise.withResolvers<void>()
    const run = sendWith({
      port: server.port,
      domains: { 'good.test': ['127.0.0.1'], 'bad.test': ['127.0.0.1'] },
      recipients: [...Array.from({ length: 50 }, (_, index) => `n${index}@good.test`), 'ann@bad.test'],
      body: (address) => {
        begun.resolve()
        return `Message-ID: <${address}>\r\n\r\nHello\r\n`
      },
      rule: { connections: 1 },
      job: {
        decidePolicy: async (domain) => {
          if (domain !== 'bad.test') return decide(domain)
          await begun.promise
          throw failure()
        },
      },
    })
    await expect(run).rejects.toMatchObject({ code: 'SP_STORE_IN_USE' })
    expect(server.messages.map(({ to }) => to)).not.toContainEqual(['ann@bad.test'])
    expect(server.messages.length).toBeLessThan(50)
  })

  it.each(['recall', 'note'] as const)('a memory that fails at %s: nothing is sent, and no connection is left', async (at) => {
    await using server = await startScriptedServer({})
    const fail = async (): Promise<never> => {
      throw failure()
    }
    const memory = { recall: async () => ({ kind: 'none' }) as const, note: async () => undefined, [at]: fail }
    const run = sendWith({
      port: server.port,
      domains: { 'good.test': ['127.0.0.1'] },
      recipients: ['ann@good.test'],
      options: { memory },
    })
    await expect(run).rejects.toMatchObject({ code: 'SP_STORE_IN_USE' })
    expect(server.messages).toHaveLength(0)
    for (const connection of server.connections) await connection.closed
  })
})

describe('the address that mail leaves from', () => {
  it('is the one that the campaign names', async () => {
    const from: (string | undefined)[] = []
    const server = createServer((socket) => {
      from.push(socket.remoteAddress)
      socket.destroy()
    })
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const { port } = server.address() as AddressInfo
    await using sent = await sendWith({
      port,
      domains: { 'good.test': ['127.0.0.1'] },
      recipients: ['ann@good.test'],
      job: { localAddresses: { ipv4: '127.0.0.9' } },
    })
    server.close()
    expect(sent.counts).toMatchObject({ deferred: 1 })
    expect(from).toEqual(['127.0.0.9'])
  })
})
