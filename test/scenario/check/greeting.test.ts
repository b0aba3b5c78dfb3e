import { expect, it } from 'vitest'
import { spellReply } from '../../../src/world/index.ts'
import { checkIn, checkWith, expectWritten, say } from '../../support/checkWith.ts'
import { mx, startLab } from '../../support/lab.ts'
import { findClosedPlace } from '../../support/network.ts'

/** What a connection writes outside TLS where all is well: nothing but this, then a ClientHello. */
const upgrade = say('EHLO client.test', 'STARTTLS')
const valid = { verdict: 'valid', cause: 'pkix', grade: 'B' }

it('case 1: a good server is valid, and its transcript is kept', async () => {
  const { result, host, findings, exit, written, server } = await checkWith()
  expect(result).toMatchObject({ ...valid, domain: 'example.test', best: 'valid' })
  expect(host).toMatchObject({ ...valid, mx: 'mx.example.test', preference: 10, address: '5.45.25.1', port: 25 })
  expect(host.tls).toMatchObject({
    version: 'TLSv1.3',
    forwardSecrecy: true,
    servername: 'mx.example.test',
    trustError: undefined,
  })
  expect(findings).toEqual({})
  expect(exit).toBe(0)
  expectWritten(written, [upgrade])
  // As a sender; with a command slipped in; then hellos: without SNI, weak suites, old versions, SSLv2, another key type.
  expect(written).toHaveLength(7)
  expect(written.filter((bytes) => bytes !== upgrade)).toHaveLength(1)
  expect(server.connections.map(({ sni }) => sni).slice(0, 4)).toEqual([mx, mx, undefined, mx])
  expect(server.connections.map(({ handshakeCompleted }) => handshakeCompleted)).toEqual([true, true, ...Array(5).fill(false)])
  expect(host).toMatchObject({ connections: { survey: 6, probes: 1 }, stopped: undefined })
  expect(server.connections[0]?.secureLines).toEqual(['EHLO client.test', 'QUIT'])
  // What came to a good end and bears no verdict is not shown.
  expect(host.transcripts).toHaveLength(1)
  expect(host.transcripts[0]?.map(({ from, text }) => `${from} ${text}`)).toEqual([
    'note connected to 5.45.25.1 port 25',
    'server 220 mx.example.test ESMTP',
    'client EHLO client.test',
    'server 250-mx.example.test',
    'server 250-PIPELINING',
    'server 250-SIZE 36700160',
    'server 250-8BITMIME',
    'server 250-ENHANCEDSTATUSCODES',
    'server 250 STARTTLS',
    'client STARTTLS',
    'server 220 2.0.0 Ready to start TLS',
    'note TLS: TLSv1.3 TLS_AES_256_GCM_SHA384',
    'client EHLO client.test',
    'server 250-mx.example.test',
    'server 250-PIPELINING',
    'server 250-SIZE 36700160',
    'server 250-8BITMIME',
    'server 250 ENHANCEDSTATUSCODES',
    'client QUIT',
    'server 221 2.0.0 Bye',
  ])
})

it('case 2: a greeting of two lines in three segments over two seconds is as good as any', async () => {
  const { host, findings, exit, written, clock } = await checkWith({
    greeting: { pieces: ['220-mx.example.t', 'est\r\n220 ES', 'MTP\r\n'], everyMs: 1_000 },
  })
  expect(host).toMatchObject(valid)
  expect(host.transcripts[0]?.slice(1, 4)).toMatchObject([
    { at: 2_000, from: 'server', text: '220-mx.example.test' },
    { at: 2_000, from: 'server', text: '220 ESMTP' },
    { at: 2_000, from: 'client', text: 'EHLO client.test' },
  ])
  expect(findings).toEqual({})
  expect(exit).toBe(0)
  expectWritten(written, [upgrade])
  // Two seconds for each of seven connections.
  expect(clock.elapsed).toBe(14_000)
})

it('case 3: a tarpit that gives one byte a second is waited for', async () => {
  const { host, findings, exit, written, clock } = await checkWith({
    greeting: { pieces: '220 mx.example.test ESMTP\r\n'.split(''), everyMs: 1_000 },
  })
  expect(host).toMatchObject(valid)
  expect(findings).toEqual({ 'slow-greeting': 'info: greeting after 26 s' })
  expect(exit).toBe(0)
  expectWritten(written, [upgrade])
  // 26 s a connection: the third ends behind the minute after which no other is begun.
  expect(clock.elapsed).toBe(78_000)
  expect(written).toHaveLength(3)
  expect(host.stopped).toBe('the server is slow, and was asked for long enough')
})

it('case 3: but for no longer than RFC 5321 4.5.3.2 asks, though bytes keep coming', async () => {
  function* endless(): Generator<string> {
    yield '220 '
    for (;;) yield 'x'
  }
  const { host, findings, exit, written, clock } = await checkWith({ greeting: { pieces: endless(), everyMs: 1_000 } })
  expect(host).toMatchObject({ verdict: 'unreachable', cause: 'timeout', grade: '–' })
  expect(findings).toEqual({})
  expect(exit).toBe(3)
  // Its bytes meet our close, whose reset may overtake the QUIT.
  for (const bytes of written) expect(['', say('QUIT')]).toContain(bytes)
  expect(clock.elapsed).toBeGreaterThanOrEqual(300_000)
  expect(clock.elapsed).toBeLessThan(310_000)
})

it('case 4: a greeting after 20 s is waited for, and nothing is said before it', async () => {
  await using lab = await startLab()
  const early: string[] = []
  const server = await lab.addServer(undefined, {
    script: {
      greeting: async ({ connection }) => {
        await lab.clock.sleep(20_000)
        const said = server.connections[connection - 1]?.plaintext.toString('latin1') ?? ''
        early.push(said)
        return said === '' ? undefined : '554 5.5.1 Error: SMTP protocol synchronization\r\n'
      },
    },
  })
  const { host, findings, exit, written } = await checkIn(lab, server)
  // Each of the connections that fit into the minute of a visit, and the one that begins at its end.
  expect(early).toEqual(['', '', '', ''])
  expect(host).toMatchObject(valid)
  expect(findings).toEqual({ 'slow-greeting': 'info: greeting after 20 s' })
  expect(exit).toBe(0)
  expectWritten(written, [upgrade])
})

it('case 5: 220 without text is accepted, as greeting and as answer to STARTTLS', async () => {
  const { host, findings, exit, written } = await checkWith({ greeting: '220\r\n', starttls: '220\r\n' })
  expect(host).toMatchObject(valid)
  expect(findings).toEqual({})
  expect(exit).toBe(0)
  expectWritten(written, [upgrade])
})

it.each([
  ['the greeting', { greeting: '220 mx.example.test ESMTP\n' }],
  ['the answer to EHLO', { ehlo: '250-mx.example.test\n250 STARTTLS\n' }],
  ['the answer to STARTTLS', { starttls: '220 2.0.0 Go\n' }],
  ['the answer to EHLO inside TLS', { ehloAfterTls: '250 mx.example.test\n' }],
])('case 6: %s may end in a bare line feed, with a note', async (_, script) => {
  const { host, findings, exit, written } = await checkWith(script)
  expect(host).toMatchObject(valid)
  expect(findings).toEqual({ 'bare-line-feed': 'low: a reply line ended in LF without CR' })
  expect(exit).toBe(0)
  expectWritten(written, [upgrade])
})

it.each([
  ['greeting', { greeting: '220-mx.example.test\r\n250 ESMTP\r\n' }, '220-mx.example.test\\n250 ESMTP\\r\\n', say('QUIT')],
  ['ehlo', { ehlo: '250-STARTTLS\r\n220 x\r\n' }, '250-STARTTLS\\n220 x\\r\\n', say('EHLO client.test', 'QUIT')],
  ['starttls', { starttls: '454-no\r\n220 go\r\n' }, '454-no\\n220 go\\r\\n', say('EHLO client.test', 'STARTTLS', 'QUIT')],
])('case 7: a reply whose lines bear different codes is broken (%s)', async (_, script, shown, bytes) => {
  const { host, findings, exit, written } = await checkWith(script)
  expect(host).toMatchObject({ verdict: 'broken', cause: 'malformed', grade: 'F', tls: undefined })
  expect(host.words).toContain('inconsistent reply codes')
  expect(findings).toEqual({ 'malformed-answer': `high: inconsistent reply codes: ${shown}` })
  expect(exit).toBe(1)
  expect(written).toEqual([bytes])
})

it('case 8: 421 in the greeting is refused, never "no STARTTLS", and asked again after a pause', async () => {
  const { host, findings, exit, written, clock } = await checkWith({
    greeting: { close: true, before: '421 4.3.2 All connections in use\r\n' },
  })
  expect(host).toMatchObject({ verdict: 'refused', cause: 'rate-limited', grade: '–', tls: undefined })
  expect(host.quote).toBe('421 4.3.2 All connections in use')
  expect(findings).toEqual({ 'rate-limited': 'info: 421 4.3.2 All connections in use' })
  expect(exit).toBe(3)
  expect(host.transcripts).toHaveLength(3)
  for (const bytes of written) expect(['', say('QUIT')]).toContain(bytes)
  expect(clock.elapsed).toBe(4_000)
})

it('case 8: a server that lets us in at the second try is judged by that', async () => {
  const { host, findings, exit } = await checkWith({
    greeting: ({ connection }) => (connection === 1 ? '421 4.3.2 Try again\r\n' : undefined),
  })
  expect(host).toMatchObject(valid)
  expect(findings).toEqual({})
  expect(exit).toBe(0)
})

it.each(['ehlo', 'starttls'] as const)(
  'case 9: 421 in answer to %s after good connections is told as a limit, and what was learnt is kept',
  async (moment) => {
    const text = '421 4.7.0 Too many connections\r\n'
    await using lab = await startLab({
      zone: {
        'other.test': { MX: [{ preference: 10, exchange: 'mx2.example.test' }] },
        'mx2.example.test': { A: ['5.45.25.1'] },
      },
    })
    const server = await lab.addServer(undefined, {
      script: { [moment]: ({ connection }: { connection: number }) => (connection > 2 ? text : undefined) },
      certificate: { names: ['mx.example.test', 'mx2.example.test'] },
    })
    const first = await checkIn(lab, server)
    const second = await checkIn(lab, server, 'other.test')
    expect(first.host).toMatchObject({ ...valid, connections: { survey: 2, probes: 1 } })
    const limit = { 'rate-limited': 'info: rate limited after 2 good connections: 421 4.7.0 Too many connections' }
    expect(first.findings).toEqual(limit)
    expect(first.host.stopped).toBe('the server said 421 4.7.0 Too many connections')
    // What the refused connections were to ask is not tested, with the reason; what was asked before stands.
    const untested = Object.fromEntries(first.host.notTested.map(({ rule, why }) => [rule, why]))
    for (const rule of ['sslv2-offered', 'sslv3-offered', 'suite-rc4', 'suite-export', 'dh-breakable'])
      expect(untested[rule], rule).toBe(first.host.stopped)
    expect(first.host.passed).toContain('command-injection')
    expect(first.host.passed.filter((rule) => rule in untested)).toEqual([])
    expect(second.host).toMatchObject({ verdict: 'refused', cause: 'rate-limited', grade: '–', tls: undefined })
    expect(second.findings).toEqual(limit)
    expect([first.exit, second.exit]).toEqual([0, 3])
    // Asked again and again, but never for anything else than an upgrade.
    const asked = moment === 'ehlo' ? say('EHLO client.test', 'QUIT') : say('EHLO client.test', 'STARTTLS', 'QUIT')
    expect(second.written).toHaveLength(6)
    expectWritten(second.written.slice(0, 2), [upgrade])
    expect(second.written.slice(2)).toEqual([asked, asked, asked, asked])
  },
)

it('case 9: 421 at the second look keeps the verdict of the first', async () => {
  const { host, findings, exit } = await checkWith({
    ehlo: ({ connection }) => (connection > 1 ? '421 4.7.0 Slow down\r\n' : undefined),
  })
  expect(host).toMatchObject(valid)
  expect(findings).toEqual({ 'rate-limited': 'info: rate limited after 1 good connection: 421 4.7.0 Slow down' })
  expect(exit).toBe(0)
})

it('case 10: a 554 greeting is refused, and STARTTLS stays unknown', async () => {
  const text = '554 5.7.1 Service unavailable; client blocked using bl.example'
  const { host, findings, exit, written } = await checkWith({ greeting: spellReply(554, text.slice(4)) })
  expect(host).toMatchObject({ verdict: 'refused', cause: 'greeting-refused', grade: '–', quote: text, tls: undefined })
  expect(findings).toEqual({ 'address-refused': `medium: ${text}` })
  expect(exit).toBe(3)
  expect(written).toEqual([say('QUIT')])
})

it.each([
  ['a greeting', { greeting: '250 mx.example.test\r\n' }, 250, 'in its greeting', say('QUIT')],
  ['an answer to EHLO', { ehlo: '220 mx\r\n' }, 220, 'in answer to EHLO', say('EHLO client.test', 'QUIT')],
  ['an answer to EHLO', { ehlo: '354 go\r\n' }, 354, 'in answer to EHLO', say('EHLO client.test', 'QUIT')],
])('case 7: %s with a positive code of another meaning is broken, and refuses nobody', async (_, script, code, where, bytes) => {
  const { host, findings, exit, written } = await checkWith(script)
  expect(host).toMatchObject({ verdict: 'broken', cause: 'wrong-code', grade: 'F', tls: undefined })
  expect(findings).toEqual({ 'malformed-answer': `high: the server says ${code} ${where}, which makes no sense: ${host.quote}` })
  expect(exit).toBe(1)
  expect(written).toEqual([bytes])
})

it.each([
  ['closed', { close: true }],
  ['reset', { reset: true }],
  ['timeout', { silence: true }],
] as const)('case 12: a server that is %s before its greeting is unreachable, with that cause', async (cause, greeting) => {
  const { host, findings, exit, written } = await checkWith({ greeting })
  expect(host).toMatchObject({ verdict: 'unreachable', cause, grade: '–', tls: undefined, quote: undefined })
  expect(findings).toEqual({})
  expect(exit).toBe(3)
  for (const bytes of written) expect(['', say('QUIT')]).toContain(bytes)
})

it('case 12: a port where nothing listens is a fourth cause', async () => {
  await using lab = await startLab()
  lab.network.put('5.45.25.1', 25, await findClosedPlace())
  const { hosts } = await lab.check()
  expect(hosts).toMatchObject([{ verdict: 'unreachable', cause: 'refused', grade: '–' }])
  expect(hosts[0]?.transcripts[0]).toMatchObject([{ from: 'note', text: 'no connection: ECONNREFUSED' }])
})
