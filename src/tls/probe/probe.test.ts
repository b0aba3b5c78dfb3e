import { once } from 'node:events'
import { type Socket, connect } from 'node:net'
import { type TlsOptions, createServer, connect as connectTls } from 'node:tls'
import { beforeAll, describe, expect, it } from 'vitest'
import { VirtualClock } from '../../../test/support/clock.ts'
import { type TlsBehaviour, type TlsServer, startTlsServer } from '../../../test/support/tlsServer/index.ts'
import { systemClock } from '../../clock.ts'
import { type Identity, createAuthority } from '../../world/index.ts'
import {
  type KnownServer,
  type Open,
  type ProbeOptions,
  type Probed,
  probeEarlyCcs,
  probeFallbackScsv,
  probeHeartbleed,
  probeIntolerance,
  probeRobot,
  probeTicketbleed,
} from './index.ts'

type Behaviour = Partial<TlsBehaviour> | ((number: number) => Partial<TlsBehaviour>)
type Probe = (open: Open, known: KnownServer, options: ProbeOptions) => Promise<Probed>

const known: KnownServer = { versions: [0x0303, 0x0302, 0x0301], suites: [0xc02f, 0xc013, 0x002f, 0x009c] }
const ticket = Buffer.alloc(192, 7)
const ticketbleed: Probe = async (open, known, options) => probeTicketbleed(open, known, ticket, options)

/** Every server speaks what is known of it. */
const usual: Partial<TlsBehaviour> = { versions: [0x0303, 0x0302, 0x0301], suites: [0xc02f, 0xc013, 0x002f, 0x009c] }

async function probe<T>(
  run: (open: Open, known: KnownServer, options: ProbeOptions) => Promise<T>,
  behaviour: Behaviour,
  { budget = 100, ...about }: Partial<KnownServer> & { budget?: number } = {},
): Promise<{ probed: T; server: TlsServer; elapsed: number; asked: number }> {
  const clock = new VirtualClock()
  const serve = (number: number) => ({ ...usual, clock, ...(typeof behaviour === 'function' ? behaviour(number) : behaviour) })
  await using server = await startTlsServer(serve, { dialogue: 'none' })
  const sockets: Socket[] = []
  const open: Open = async () => {
    if (sockets.length === budget) return undefined
    const socket = connect(server.port, server.host)
    sockets.push(socket)
    return socket
  }
  const options = { timeoutMs: 10_000, clock, servername: 'mx.example.test' }
  const probed = await run(open, { ...known, ...about }, options)
  await Promise.all(server.connections.map(async ({ over }) => over))
  // No connection is left behind.
  expect(sockets.every(({ destroyed }) => destroyed)).toBe(true)
  return { probed, server, elapsed: clock.elapsed, asked: sockets.length }
}

const every: [string, Probe][] = [
  ['heartbleed', probeHeartbleed],
  ['early ChangeCipherSpec', probeEarlyCcs],
  ['ROBOT', probeRobot],
  ['ticketbleed', ticketbleed],
  ['TLS_FALLBACK_SCSV', probeFallbackScsv],
]

describe.each(every)('%s (case 59)', (_name, run) => {
  it('is not tested where there is no connection', async () => {
    expect((await probe(run, {}, { budget: 0 })).probed.kind).toBe('not-tested')
  })

  it.each(['start', 'hello', 'flight'] as const)('is never safe on a connection that is reset at the %s', async (at) => {
    for (const how of ['reset', 'close'] as const) {
      const { probed } = await probe(run, { heartbeat: 'sound', mishaps: [{ at, kind: 'stop', how }] })
      // A server that falls back to an old version has gone on with it by then.
      if (run === probeFallbackScsv && at === 'flight') continue
      expect(probed.kind, JSON.stringify(probed)).toBe('not-tested')
    }
  })

  it('is never safe where the server says nothing', async () => {
    const { probed, elapsed } = await probe(run, { mishaps: [{ at: 'hello', kind: 'stop', how: 'silence' }] })
    expect(probed.kind).toBe('not-tested')
    expect(elapsed).toBeGreaterThanOrEqual(10_000)
  })

  it('does not apply to a server of TLS 1.3 alone', async () => {
    const { probed, asked } = await probe(run, { versions: [0x0304] }, { versions: [0x0304] })
    expect([probed.kind, asked]).toEqual(['not-applicable', 0])
  })
})

describe('heartbleed', () => {
  it('finds it by 16 octets, and keeps none of them', async () => {
    for (const version of [0x0301, 0x0302, 0x0303]) {
      const { probed, elapsed, asked } = await probe(probeHeartbleed, { heartbeat: 'bleeding' }, { versions: [version] })
      expect(probed).toMatchObject({ kind: 'vulnerable', evidence: expect.stringContaining('48') as unknown })
      if (probed.kind !== 'vulnerable') return
      expect(probed.bytes).toHaveLength(16)
      expect(probed.bytes.toString('latin1')).not.toContain('memory')
      expect([elapsed, asked]).toEqual([0, 1])
    }
  })

  it('a sound server need not be waited for', async () => {
    const { probed, elapsed } = await probe(probeHeartbleed, { heartbeat: 'sound' })
    expect(probed).toMatchObject({ kind: 'safe', evidence: expect.stringContaining('unexpected_message') as unknown })
    expect(elapsed).toBe(0)
  })

  it('a slow server is no other', async () => {
    const late: Behaviour = { heartbeat: 'sound', mishaps: [{ at: 'hello', kind: 'delay', ms: 5000 }] }
    expect((await probe(probeHeartbleed, late)).probed.kind).toBe('safe')
    expect((await probe(probeHeartbleed, { ...late, heartbeat: 'bleeding' })).probed.kind).toBe('vulnerable')
  })

  it('nothing is sent to a server without the extension', async () => {
    const { probed, server } = await probe(probeHeartbleed, {})
    expect(probed.kind).toBe('not-applicable')
    expect(server.connections[0]?.seen.records.map(({ type }) => type)).toEqual([21])
    expect((await probe(probeHeartbleed, {}, { heartbeat: false })).asked).toBe(0)
  })
})

describe('early ChangeCipherSpec', () => {
  it.each([0x0300, 0x0301, 0x0302, 0x0303])('is told apart by the alert in version %i, without waiting', async (version) => {
    const about = { versions: [version], suites: [0x002f] }
    const taken = await probe(probeEarlyCcs, { earlyCcs: true, versions: [version] }, about)
    expect(taken.probed).toMatchObject({ kind: 'vulnerable', evidence: expect.stringContaining('bad_record_mac') as unknown })
    const refused = await probe(probeEarlyCcs, { versions: [version] }, about)
    expect(refused.probed).toMatchObject({ kind: 'safe', evidence: expect.stringContaining('unexpected_message') as unknown })
    expect([taken.elapsed, refused.elapsed]).toEqual([0, 0])
  })

  it('a slow server is no other', async () => {
    const mishaps = (['hello', 'change_cipher_spec'] as const).map((at) => ({ at, kind: 'delay', ms: 4000 }) as const)
    expect((await probe(probeEarlyCcs, { mishaps })).probed.kind).toBe('safe')
    expect((await probe(probeEarlyCcs, { mishaps, earlyCcs: true })).probed.kind).toBe('vulnerable')
  })

  it('who takes it and falls silent, or takes it and closes, is not called safe', async () => {
    for (const how of ['silence', 'close', 'reset'] as const) {
      const mishaps = [{ at: 'change_cipher_spec', kind: 'stop', how }] as const
      const { probed } = await probe(probeEarlyCcs, { earlyCcs: true, mishaps })
      // To close for a ChangeCipherSpec is to refuse it.
      expect(probed.kind).toBe(how === 'silence' ? 'not-tested' : 'safe')
    }
  })
})

it('a server that may have closed for the second record is not called safe for the first', async () => {
  const stop = (how: 'close' | 'silence') => ({
    earlyCcs: true,
    mishaps: [{ at: 'change_cipher_spec', kind: 'stop', how }] as const,
  })
  const { probed } = await probe(probeEarlyCcs, (number) => stop(number === 1 ? 'close' : 'silence'))
  expect(probed).toMatchObject({ kind: 'not-tested', why: expect.stringContaining('did not answer') as unknown })
})

describe('ROBOT', () => {
  const forms = ['right', 'wrong-prefix', 'no-zero', 'wrong-length', 'wrong-version']
  const alert = (alert: number) => ({ when: 'finished', reaction: { alert } }) as const

  it('is safe where all forms meet one answer', async () => {
    const { probed, server, asked } = await probe(probeRobot, {})
    expect(probed).toMatchObject({ kind: 'safe', evidence: expect.stringContaining('bad_record_mac') as unknown })
    expect(asked).toBe(5)
    // The server decrypted them in truth.
    expect(server.connections.map(({ seen }) => seen.premaster)).toEqual(forms)
  })

  it.each([0x0300, 0x0301, 0x0302])('the forms are right in version %i too', async (version) => {
    const { server } = await probe(probeRobot, { versions: [version] }, { versions: [version], suites: [0x002f] })
    expect(server.connections.map(({ seen }) => seen.premaster)).toEqual(expect.arrayContaining(['right', 'wrong-version']))
  })

  it('a strong oracle', async () => {
    const { probed, asked } = await probe(probeRobot, { robot: { 'wrong-prefix': alert(47), 'no-zero': alert(51) } })
    expect(probed).toMatchObject({
      kind: 'vulnerable',
      evidence: expect.stringMatching(/strong.*wrong-prefix: .*\(47\)/) as unknown,
    })
    expect(asked).toBe(10)
  })

  it('a weak oracle', async () => {
    const wrong = alert(47)
    const { probed } = await probe(probeRobot, { robot: { 'wrong-prefix': wrong, 'no-zero': wrong, 'wrong-length': wrong } })
    expect(probed).toMatchObject({ kind: 'vulnerable', evidence: expect.stringContaining('weak') as unknown })
  })

  it('an oracle by silence, by an end, by a reset', async () => {
    for (const reaction of ['silence', 'close', 'reset'] as const) {
      const { probed } = await probe(probeRobot, { robot: { right: { when: 'client_key_exchange', reaction } } })
      expect(probed.kind, reaction).toBe('vulnerable')
    }
  })

  it('is not safe where the server is gone after some forms', async () => {
    const gone = { mishaps: [{ at: 'start', kind: 'stop', how: 'reset' }] } as const
    expect((await probe(probeRobot, (number) => (number < 4 ? {} : gone))).probed.kind).toBe('not-tested')
    expect((await probe(probeRobot, {}, { budget: 4 })).probed.kind).toBe('not-tested')
  })

  it('what does not show again is none', async () => {
    const { probed } = await probe(probeRobot, (number) => (number === 2 ? { robot: { 'wrong-prefix': alert(47) } } : {}))
    expect(probed).toMatchObject({ kind: 'not-tested', why: expect.stringContaining('differently') as unknown })
  })

  it('a slow server is none', async () => {
    const { probed } = await probe(probeRobot, (number) => ({
      mishaps: [{ at: 'client_key_exchange', kind: 'delay', ms: 3000 + 400 * number }],
    }))
    expect(probed.kind).toBe('safe')
  })

  it('who ends without a word each time is seen to wait first', async () => {
    const close = { when: 'finished', reaction: 'close' } as const
    const robot = Object.fromEntries(
      ['right', 'wrong-prefix', 'no-zero', 'wrong-length', 'wrong-version'].map((form) => [form, close]),
    )
    const { probed, asked, elapsed } = await probe(probeRobot, { robot })
    expect([probed.kind, asked, elapsed]).toEqual(['safe', 6, 2000])
  })

  it('a server that asks for a certificate is told that there is none', async () => {
    const certificateRequest = { types: [1, 64], schemes: [0x0401], authorities: [] }
    expect((await probe(probeRobot, { certificateRequest })).probed.kind).toBe('safe')
    // handshake_failure may mean that it wants one.
    const robot = Object.fromEntries(forms.map((form) => [form, alert(40)]))
    expect((await probe(probeRobot, { certificateRequest, robot })).probed.kind).toBe('not-tested')
    expect((await probe(probeRobot, { robot })).probed.kind).toBe('safe')
  })

  it('does not apply without static RSA', async () => {
    const { probed, asked } = await probe(probeRobot, {}, { suites: [0xc02f, 0x0003] })
    expect([probed.kind, asked]).toEqual(['not-applicable', 0])
  })
})

describe('ticketbleed', () => {
  it('finds octets that are not ours, and keeps none of them', async () => {
    const { probed } = await probe(ticketbleed, { ticketbleed: true })
    expect(probed).toMatchObject({ kind: 'vulnerable', evidence: expect.stringContaining('32') as unknown })
    if (probed.kind === 'vulnerable') expect(probed.bytes.toString('latin1')).not.toContain('bleed')
  })

  it('an id that comes back as it was is right, any other tells nothing', async () => {
    expect((await probe(ticketbleed, { sessionId: 'echoed' })).probed.kind).toBe('safe')
    expect((await probe(ticketbleed, { sessionId: 'fresh' })).probed.kind).toBe('not-tested')
    expect((await probe(ticketbleed, { sessionId: 'empty' })).probed.kind).toBe('not-tested')
  })

  it('does not apply without a ticket', async () => {
    const without: Probe = async (open, known, options) => probeTicketbleed(open, known, undefined, options)
    expect((await probe(without, {})).probed.kind).toBe('not-applicable')
  })
})

describe('TLS_FALLBACK_SCSV', () => {
  it('is honoured or ignored', async () => {
    expect((await probe(probeFallbackScsv, { fallback: 'honoured' })).probed).toMatchObject({
      kind: 'safe',
      evidence: expect.stringContaining('inappropriate_fallback') as unknown,
    })
    const { probed, server } = await probe(probeFallbackScsv, { fallback: 'ignored' })
    expect(probed.kind).toBe('vulnerable')
    expect(server.connections[0]?.seen.hellos[0]).toMatchObject({
      version: 0x0302,
      suites: expect.arrayContaining([0x5600]) as unknown,
    })
  })

  it('another alert is no answer to it', async () => {
    const { probed } = await probe(probeFallbackScsv, { versions: [0x0303], fallback: 'ignored' })
    expect(probed).toMatchObject({ kind: 'not-tested', why: expect.stringContaining('protocol_version') as unknown })
  })

  it('does not apply to a server of one version', async () => {
    expect((await probe(probeFallbackScsv, {}, { versions: [0x0303] })).probed.kind).toBe('not-applicable')
  })
})

describe('intolerance (case 56)', () => {
  const modern: Partial<TlsBehaviour> = { versions: [0x0304, 0x0303], suites: [0x1301, 0xc02f] }
  const about: Partial<KnownServer> = { versions: [0x0304, 0x0303], suites: [0xc02f] }
  const found = async (behaviour: Behaviour, known = about) => {
    const { probed, asked } = await probe(
      probeIntolerance,
      typeof behaviour === 'function' ? behaviour : { ...modern, ...behaviour },
      known,
    )
    return { kinds: Object.fromEntries(probed.map(({ to, probed }) => [to, probed.kind])), asked, probed }
  }
  const safe = {
    tls13: 'safe',
    'size-256': 'safe',
    'size-512': 'safe',
    'unknown-extension': 'safe',
    'many-suites': 'safe',
    'ml-kem': 'safe',
  }

  it('a sound server bears all of it, one connection each', async () => {
    const { kinds, asked } = await found({})
    expect([kinds, asked]).toEqual([safe, 6])
    const { server } = await probe(probeIntolerance, modern, about)
    const [newest, small, large, greased, many, hybrid] = server.connections.map(({ seen }) => seen.hellos[0])
    expect(newest?.versions).toEqual([0x0304, 0x0303])
    expect([small?.octets, large?.octets]).toEqual([300, 600])
    expect(greased?.extensions.map(({ type }) => type)).toContain(0x3a3a)
    expect(greased?.octets).toBeLessThan(256)
    expect(new Set(many?.suites).size).toBe(160)
    expect(hybrid?.octets).toBeGreaterThan(1460)
  })

  it.each([{ alert: 40 }, 'close', 'reset', 'silence'] as const)('is found whether the server says %j', async (reaction) => {
    expect((await found({ intolerances: [{ to: 'unknown-extension', reaction }] })).kinds).toEqual({
      ...safe,
      'unknown-extension': 'vulnerable',
    })
  })

  it('each kind is told from the others', async () => {
    const close = 'close'
    expect((await found({ intolerances: [{ to: 'many-suites', reaction: close }] })).kinds['many-suites']).toBe('vulnerable')
    expect((await found({ intolerances: [{ to: 'ml-kem', reaction: close }] })).kinds).toEqual({
      ...safe,
      'ml-kem': 'vulnerable',
    })
    expect((await found({ intolerances: [{ to: 'size', over: 255, upTo: 511, reaction: close }] })).kinds).toMatchObject({
      'size-256': 'vulnerable',
      'size-512': 'safe',
    })
    expect((await found({ intolerances: [{ to: 'size', over: 512, reaction: close }] })).kinds).toMatchObject({
      'size-256': 'safe',
      'size-512': 'vulnerable',
    })
    const { kinds, probed } = await found({ intolerances: [{ to: 'tls13', reaction: { alert: 70 } }] })
    // Without TLS 1.3 in the hello there is nothing to try ML-KEM with.
    expect(kinds).toEqual({ ...safe, tls13: 'vulnerable', 'ml-kem': 'not-tested' })
    expect(probed[0]?.probed).toMatchObject({ evidence: expect.stringContaining('protocol_version') as unknown })
  })

  it('a server that refuses once, or everything, is not intolerant', async () => {
    const refuse: Partial<TlsBehaviour> = { ...modern, mishaps: [{ at: 'hello', kind: 'stop', how: 'reset' }] }
    expect((await found((number) => (number === 2 ? refuse : modern))).kinds['size-256']).toBe('not-tested')
    expect(new Set(Object.values((await found(refuse)).kinds))).toEqual(new Set(['not-tested']))
  })

  it('a slow server is not', async () => {
    expect((await found({ mishaps: [{ at: 'hello', kind: 'delay', ms: 5000 }] })).kinds).toEqual(safe)
  })

  it('is looked for in servers of TLS 1.3 alone, and of older ones', async () => {
    const { tls13: _, ...rest } = safe
    expect((await found({ versions: [0x0304] }, { versions: [0x0304], suites: [] })).kinds).toEqual(rest)
    const { 'ml-kem': __, ...old } = rest
    expect((await found({ ...usual, versions: [0x0301] }, { versions: [0x0301], suites: [0xc013] })).kinds).toEqual(old)
  })
})

describe('OpenSSL of today', () => {
  let rsa: Identity
  beforeAll(async () => {
    rsa = await (await createAuthority()).issue({ names: ['mx.example.test'], keyType: 'rsa' })
  })

  /** Runs a probe against node:tls, with a ticket from a real handshake where it has one. */
  async function run<T>(
    options: TlsOptions,
    ask: (open: Open, session: Buffer | undefined, options: ProbeOptions) => Promise<T>,
  ) {
    const server = createServer({ ...rsa, ciphers: 'ALL:@SECLEVEL=0', ...options })
    server.on('tlsClientError', () => undefined)
    server.on('secureConnection', (socket) => socket.on('error', () => undefined).resume())
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const address = server.address()
    const port = typeof address === 'object' && address ? address.port : 0
    try {
      const client = connectTls({
        port,
        host: '127.0.0.1',
        rejectUnauthorized: false,
        maxVersion: 'TLSv1.2',
        ciphers: 'ECDHE-RSA-AES128-GCM-SHA256',
        servername: 'mx.example.test',
      })
      await once(client, 'secureConnect')
      const ticket = client.getTLSTicket()
      client.end()
      return await ask(async () => connect(port, '127.0.0.1'), ticket, {
        timeoutMs: 5000,
        clock: systemClock,
        servername: 'mx.example.test',
      })
    } finally {
      server.close()
    }
  }
  const about: KnownServer = { versions: [0x0301, 0x0302, 0x0303, 0x0304], suites: [0xc02f, 0x009c, 0x002f] }

  it('has none of the faults', async () => {
    await run({ minVersion: 'TLSv1' }, async (open, ticket, options) => {
      expect((await probeHeartbleed(open, about, options)).kind).toBe('not-applicable')
      expect((await probeEarlyCcs(open, about, options)).kind).toBe('safe')
      expect((await probeRobot(open, about, options)).kind).toBe('safe')
      expect((await probeFallbackScsv(open, about, options)).kind).toBe('safe')
      expect(await probeTicketbleed(open, about, ticket, options)).toMatchObject({ kind: 'safe' })
      for (const { probed } of await probeIntolerance(open, about, options)) expect(probed.kind).toBe('safe')
    })
  })

  it('is not called an oracle where it asks for a certificate', async () => {
    await run({ maxVersion: 'TLSv1.2', requestCert: true, rejectUnauthorized: false }, async (open, _ticket, options) => {
      expect((await probeRobot(open, { ...about, versions: [0x0303] }, options)).kind).toBe('safe')
    })
  })
})
