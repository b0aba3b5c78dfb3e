import { expect, it } from 'vitest'
import { spellReply } from '../../../src/world/index.ts'
import { checkWith, expectWritten, say, transcriptOf } from '../../support/checkWith.ts'

const upgrade = say('EHLO client.test', 'STARTTLS')
const asked = say('EHLO client.test', 'STARTTLS', 'QUIT')
const valid = { verdict: 'valid', cause: 'pkix', grade: 'B' }
const broken = { verdict: 'broken', grade: 'F', tls: undefined }

it('case 22: advertised and answered 454 is temporary, and asked again before it is said', async () => {
  const text = '454 4.7.0 TLS not available due to temporary reason'
  const { host, findings, exit, written, clock } = await checkWith({ starttls: `${text}\r\n` })
  expect(host).toMatchObject({ verdict: 'temporary', cause: 'starttls-4xx', grade: '–', quote: text, tls: undefined })
  expect(findings).toEqual({ 'starttls-unavailable': `medium: 3 tries, each answered ${text}` })
  expect(exit).toBe(3)
  expect(written).toEqual([asked, asked, asked])
  expect(clock.elapsed).toBe(4_000)
})

it('case 22: a server whose TLS comes back is judged by that', async () => {
  const { host, findings, exit, written } = await checkWith({
    starttls: ({ connection }) => (connection < 3 ? '454 4.7.0 TLS not available\r\n' : undefined),
  })
  expect(host).toMatchObject(valid)
  expect(findings).toEqual({})
  expect(exit).toBe(0)
  expectWritten(written, [asked, asked, upgrade])
})

it.each([500, 501, 502, 503, 530, 554])('case 23: advertised and answered %d is broken, offered but refused', async (code) => {
  const { host, findings, exit, written } = await checkWith({ starttls: spellReply(code, 'No') })
  expect(host).toMatchObject({ ...broken, cause: 'starttls-refused', quote: `${code} No` })
  expect(findings).toEqual({ 'starttls-refused': `high: ${code} No` })
  expect(exit).toBe(1)
  expect(written).toEqual([asked])
})

it.each([354, 250, 221])(
  'case 24: advertised and answered %d instead of 220 is broken, and no ClientHello is sent',
  async (code) => {
    const { host, findings, exit, written, server } = await checkWith({ starttls: spellReply(code, 'Go ahead') })
    expect(host).toMatchObject({ ...broken, cause: 'starttls-answer', quote: `${code} Go ahead` })
    expect(findings).toEqual({ 'starttls-answer': `high: ${code} Go ahead` })
    expect(exit).toBe(1)
    // Byte for byte: a ClientHello would stand among them.
    expect(written).toEqual([asked])
    expect(server.connections[0]?.handshakeCompleted).toBe(false)
  },
)

it('case 25: after 220 in several lines the handshake starts behind the last', async () => {
  const { host, findings, exit, written } = await checkWith({
    starttls: { pieces: ['220-2.0.0 Ready\r\n', '220-to\r\n', '220 start\r\n'], everyMs: 700 },
  })
  expect(host).toMatchObject(valid)
  expect(findings).toEqual({})
  expect(exit).toBe(0)
  // What is written before the last line of the 220 counts as plaintext, so an early ClientHello would be seen here.
  expectWritten(written, [upgrade])
})

it('case 26: plaintext behind 220 in the same segment is an attack, and ends the connection', async () => {
  const injected = '250-mx.example.test\r\n250 AUTH PLAIN\r\n'
  const { host, findings, exit, written, server } = await checkWith({ afterStarttls: injected })
  expect(host).toMatchObject({ ...broken, cause: 'injected', quote: injected })
  expect(findings).toEqual({ 'plaintext-injected': 'high: 250-mx.example.test\\r\\n250 AUTH PLAIN\\r\\n' })
  expect(exit).toBe(1)
  expect(written).toEqual([upgrade])
  expect(server.connections[0]).toMatchObject({ handshakeCompleted: false, secureLines: [] })
  // The transcript says what was done, and nothing that was not.
  expect(transcriptOf(host).slice(-3)).toEqual([
    'server: 220 2.0.0 Ready to start TLS',
    `server: ${injected}`,
    'note: plaintext after 220, connection dropped',
  ])
})

it.each([
  ['HTTP text', 'HTTP/1.1 400 Bad Request\r\n\r\n', 'HTTP/1.1 400 Bad Request\\r\\n\\r\\n'],
  ['a TLS record of a wrong version', '\x16\x09\x09\x00\x05hello', '\\x16\\t\\t\\x00\\x05hello'],
  ['garbage', '\x00\x01\x02\x03\x04\x05\x06\x07\x08', '\\x00\\x01\\x02\\x03\\x04\\x05\\x06\\x07\\x08'],
  ['a word', 'hello there\r\n', 'hello there\\r\\n'],
])('case 27: 220 and then %s is broken, with its bytes shown', async (_, bytes, shown) => {
  const { host, findings, exit, written, clock } = await checkWith({ handshake: { bytes } })
  expect(host).toMatchObject({ ...broken, cause: 'handshake-not-tls', quote: bytes })
  expect(findings).toEqual({ 'not-tls': `high: ${shown}` })
  expect(exit).toBe(1)
  expect(written).toEqual([upgrade])
  expect(transcriptOf(host).at(-1)).toMatch(/^note: TLS failed: /)
  // There is nobody left to say goodbye to, so nothing is waited for.
  expect(clock.elapsed).toBe(0)
})

it('case 28: 220 and then silence is broken, as a time-out', async () => {
  const { host, findings, exit, written, server, clock } = await checkWith({ handshake: 'silence' })
  expect(host).toMatchObject({ ...broken, cause: 'handshake-timeout' })
  expect(findings).toEqual({
    'handshake-failed': 'high: the server agreed to TLS and then fell silent: no end of the handshake within 60 s',
  })
  expect(exit).toBe(1)
  // A hello of ours could tell more, so one is tried; then the minute of a visit is over.
  expect(written).toEqual([upgrade, upgrade])
  for (const { clientHello } of server.connections) expect(clientHello.subarray(0, 2)).toEqual(Buffer.from([0x16, 0x03]))
  expect(transcriptOf(host).at(-1)).toBe('note: TLS failed: no end of the handshake within 60 s')
  expect(clock.elapsed).toBe(60_000 + 15_000)
  expect(host.stopped).toBe('the server is slow, and was asked for long enough')
  expect(host.passed).toEqual([])
})

it('case 28: 220 and then a close is broken, as closed', async () => {
  const { host, findings, exit, written, clock } = await checkWith({ handshake: 'close' })
  expect(host).toMatchObject({ ...broken, cause: 'handshake-closed' })
  expect(findings['handshake-failed']).toMatch(/^high: the server agreed to TLS and then closed the connection: ./)
  expect(Object.keys(findings)).toEqual(['handshake-failed'])
  expect(exit).toBe(1)
  // The handshake, and hellos without SNI, for weak suites, for old versions and for SSLv2.
  expect(written).toEqual([upgrade, upgrade, upgrade, upgrade, upgrade])
  expect(clock.elapsed).toBe(0)
  // Who takes no hello at all has refused nothing that could be told.
  expect(host.passed).toEqual([])
})

it.each([
  ['closed', { close: true }, 'the server closed the connection in answer to STARTTLS'],
  ['reset', { reset: true }, 'the server reset the connection in answer to STARTTLS'],
  ['timeout', { silence: true }, 'the server fell silent in answer to STARTTLS'],
] as const)('case 28: STARTTLS that is answered by nothing is broken (%s)', async (cause, starttls, words) => {
  const { host, findings, exit } = await checkWith({ starttls })
  expect(host).toMatchObject({ ...broken, cause, words })
  expect(findings).toEqual({ 'handshake-failed': `high: ${words}` })
  expect(exit).toBe(1)
})
