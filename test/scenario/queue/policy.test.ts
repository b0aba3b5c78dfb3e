/** What a recipient's domain publishes, and what its host offered before, decide over a campaign's messages. */
import { X509Certificate, createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { type MockZone, type ResolverTrust, mockResolver } from '../../../src/dns/index.ts'
import { type StsGround, createHostMemory, decidePolicy } from '../../../src/policy/index.ts'
import { type Identity, createAuthority, startReceiver, startScriptedServer } from '../../../src/world/index.ts'
import { jumpingClock } from '../../support/jumpingClock.ts'
import { type SendScenario, sendWith } from '../../support/sendWith.ts'

const authority = await createAuthority()
const identity = await authority.issue({ names: ['mx.good.test'] })
const stranger = await createAuthority('CN=Nobody knows')
const unknown = await stranger.issue({ names: ['mx.elsewhere.test'], notAfter: new Date('2020-01-01') })

/** `3 1 1` of a certificate (RFC 6698 2.1). */
function tlsaOf({ cert }: Identity, usage = 3) {
  const spki = new X509Certificate(cert).publicKey.export({ type: 'spki', format: 'der' })
  return { usage, selector: 1, matchingType: 1, data: createHash('sha256').update(spki).digest() }
}

interface Case extends Partial<SendScenario> {
  readonly port: number
  readonly tlsa?: MockZone[string] | undefined
  readonly mxSecure?: boolean
  readonly hostSecure?: boolean
  readonly trust?: ResolverTrust
  readonly sts?: StsGround
}

/** One recipient at good.test, whose one server is what the case says. */
async function send({ port, tlsa, mxSecure = true, hostSecure = true, trust, sts, options, ...scenario }: Case) {
  const resolver = mockResolver(
    {
      'good.test': { MX: [{ preference: 10, exchange: 'mx.good.test' }], secure: mxSecure },
      'mx.good.test': { A: ['127.0.0.1'], secure: hostSecure },
      ...(tlsa === undefined ? {} : { [`_${port}._tcp.mx.good.test`]: tlsa }),
    },
    trust,
  )
  return sendWith({
    port,
    domains: {},
    recipients: ['ann@good.test'],
    ca: authority.pem,
    ...scenario,
    options: { resolver, ...options },
    job: {
      decidePolicy: async (domain) =>
        decidePolicy({
          domain,
          campaign: scenario.level ?? 'encrypted',
          domains: {},
          floor: 'TLSv1.2',
          login: false,
          sts: sts ?? { kind: 'none' },
        }),
    },
  })
}

async function serve(own: Identity = identity) {
  return startReceiver({ host: '127.0.0.1', port: 0, hostname: 'mx.good.test', identity: own, keep: true })
}

describe('DANE', () => {
  it('case 70: a certificate as the records say is authenticated, whoever made it out and when', async () => {
    await using server = await serve(unknown)
    await using sent = await send({ port: server.port, level: 'authenticated', tlsa: { TLSA: [tlsaOf(unknown)], secure: true } })
    expect(sent.counts).toMatchObject({ sent: 1 })
    expect(await sent.leaves()).toContainEqual(
      expect.objectContaining({ kind: 'session', voucher: 'dane', verdict: 'authenticated' }),
    )
  })

  it('case 71: one of two records is enough', async () => {
    await using server = await serve()
    await using sent = await send({ port: server.port, tlsa: { TLSA: [tlsaOf(unknown), tlsaOf(identity)], secure: true } })
    expect(sent.counts).toMatchObject({ sent: 1 })
  })

  it('case 71: where none matches the mail waits, though the certificate is good and MTA-STS is content', async () => {
    await using server = await serve()
    await using sent = await send({
      port: server.port,
      tlsa: { TLSA: [tlsaOf(unknown)], secure: true },
      sts: { kind: 'policy', mode: 'enforce', id: '1', mx: ['mx.good.test'], words: 'enforce' },
    })
    expect(sent.counts).toMatchObject({ sent: 0, held: 1 })
    expect(server.messages).toHaveLength(0)
  })

  it('case 70: records of which none is usable demand TLS, and nothing of the certificate', async () => {
    const tlsa = { TLSA: [tlsaOf(unknown, 1)], secure: true }
    await using server = await serve(unknown)
    await using sent = await send({ port: server.port, level: 'opportunistic', tlsa })
    expect(sent.counts).toMatchObject({ sent: 1 })
    await using plain = await startScriptedServer({ ehlo: '250 mx.good.test\r\n' })
    await using held = await send({ port: plain.port, level: 'opportunistic', tlsa })
    expect(held.counts).toMatchObject({ sent: 0, held: 1 })
    expect(plain.messages).toHaveLength(0)
  })

  it.each(['servfail', 'timeout'] as const)(
    'case 72: a look-up that fails (%s) puts the mail off, and the host is not dialled',
    async (failure) => {
      await using server = await serve()
      await using sent = await send({ port: server.port, tlsa: failure })
      expect(sent.counts).toMatchObject({ sent: 0, held: 0, deferred: 1 })
      expect(server.connections).toBe(0)
    },
  )

  it('case 72: servers of unsigned zones that fail at TLSA have no effect', async () => {
    await using server = await serve()
    await using sent = await send({ port: server.port, hostSecure: false, tlsa: 'servfail' })
    expect(sent.counts).toMatchObject({ sent: 1 })
  })

  it('case 72: an unsigned MX with a signed host is valid at most', async () => {
    await using server = await serve()
    const tlsa = { TLSA: [tlsaOf(identity)], secure: true }
    await using sent = await send({ port: server.port, mxSecure: false, level: 'valid', tlsa })
    expect(sent.counts).toMatchObject({ sent: 1 })
    await using held = await send({ port: server.port, mxSecure: false, level: 'authenticated', tlsa })
    expect(held.counts).toMatchObject({ sent: 0, held: 1 })
  })

  it('case 72: without a trusted resolver it neither bars nor lifts', async () => {
    await using server = await serve()
    const trust = { kind: 'untrusted', reason: 'a test' } as const
    await using sent = await send({ port: server.port, trust, level: 'valid', tlsa: { TLSA: [tlsaOf(unknown)], secure: true } })
    expect(sent.counts).toMatchObject({ sent: 1 })
    await using held = await send({
      port: server.port,
      trust,
      level: 'authenticated',
      tlsa: { TLSA: [tlsaOf(identity)], secure: true },
    })
    expect(held.counts).toMatchObject({ sent: 0, held: 1 })
  })

  it('case 73: a DANE host without STARTTLS gets nothing, at opportunistic too', async () => {
    await using plain = await startScriptedServer({ ehlo: '250 mx.good.test\r\n' })
    await using sent = await send({ port: plain.port, level: 'opportunistic', tlsa: { TLSA: [tlsaOf(identity)], secure: true } })
    expect(sent.counts).toMatchObject({ sent: 0, held: 1 })
    for (const connection of plain.connections) expect(connection.plaintext.toString()).not.toContain('MAIL')
  })
})

describe('MTA-STS', () => {
  const policy = (mode: 'enforce' | 'testing', mx: string): StsGround => ({
    kind: 'policy',
    mode,
    id: '20260301',
    mx: [mx],
    words: mode,
  })

  it('case 67: enforced and all good is authenticated, and the evidence names the policy', async () => {
    await using server = await serve()
    await using sent = await send({
      port: server.port,
      level: 'authenticated',
      sts: policy('enforce', '*.good.test'),
      evidence: 'clear',
    })
    expect(sent.counts).toMatchObject({ sent: 1 })
    expect(await sent.leaves()).toContainEqual(
      expect.objectContaining({
        voucher: 'sts',
        peer: expect.objectContaining({ sts: { id: '20260301', sha256: null } }) as unknown,
      }),
    )
  })

  it('case 67: a host that an enforced policy does not name gets nothing; under testing it does', async () => {
    await using server = await serve()
    await using held = await send({ port: server.port, sts: policy('enforce', '*.mx.good.test') })
    expect(held.counts).toMatchObject({ sent: 0, held: 1 })
    expect(server.connections).toBe(0)
    await using sent = await send({ port: server.port, sts: policy('testing', 'other.test') })
    expect(sent.counts).toMatchObject({ sent: 1 })
  })

  it('a certificate that is not right holds the mail where a policy is enforced', async () => {
    await using server = await serve(unknown)
    await using sent = await send({ port: server.port, sts: policy('enforce', 'mx.good.test') })
    expect(sent.counts).toMatchObject({ sent: 0, held: 1 })
  })
})

describe('case 75: memory', () => {
  it('holds mail for a host that offered STARTTLS and does not any more, at opportunistic too, until it is confirmed', async () => {
    const clock = jumpingClock()
    const memory = createHostMemory(() => clock.now(), { confirmMs: 1000, tries: 2, spacingMs: 10 })
    await using server = await serve()
    const scenario = { level: 'opportunistic', clock, options: { memory } } as const
    await using before = await send({ port: server.port, ...scenario })
    expect(before.counts).toMatchObject({ sent: 1 })
    await using plain = await startScriptedServer({ ehlo: '250 mx.good.test\r\n' })
    await using held = await send({ port: plain.port, ...scenario })
    expect(held.counts).toMatchObject({ sent: 0, held: 1 })
    expect(held.store.outcomes('test')[0]?.reason).toMatch(/^downgrade suspected: /)
    expect(plain.messages).toHaveLength(0)
    clock.jump(2000)
    await using again = await send({ port: plain.port, ...scenario })
    expect(again.counts).toMatchObject({ held: 1 })
    // Two tries over the time that was set: it has changed, and is taken as it is.
    await using changed = await send({ port: plain.port, ...scenario })
    expect(changed.counts).toMatchObject({ sent: 1 })
  })
})
