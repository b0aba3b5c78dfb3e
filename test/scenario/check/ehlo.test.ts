import { expect, it } from 'vitest'
import { spellReply, startStripper } from '../../../src/world/index.ts'
import { checkIn, checkWith, expectWritten, say } from '../../support/checkWith.ts'
import { publicAddress } from '../../support/network.ts'
import { startLab } from '../../support/lab.ts'

const upgrade = say('EHLO client.test', 'STARTTLS')
const valid = { verdict: 'valid', cause: 'pkix', grade: 'B' }
const plaintext = { verdict: 'plaintext', grade: 'F' }
/** STARTTLS is not known to the server at all. */
const unknown = spellReply(502, '5.5.1 Command not implemented')

it.each([500, 502, 550])('case 13: EHLO answered %d, then HELO 250, is plaintext without ESMTP', async (code) => {
  const { host, findings, exit, written } = await checkWith({
    ehlo: spellReply(code, 'What is EHLO?'),
    starttls: unknown,
  })
  expect(host).toMatchObject({ ...plaintext, cause: 'no-esmtp', tls: undefined })
  expect(findings).toEqual({ 'no-esmtp': `high: ${code} What is EHLO?` })
  expect(exit).toBe(1)
  expect(written).toEqual([say('EHLO client.test', 'HELO client.test', 'STARTTLS', 'QUIT')])
})

it('case 13: STARTTLS that works after HELO does not make it better, as no sender asks for it', async () => {
  const { host, exit } = await checkWith({ ehlo: spellReply(500, 'What is EHLO?') })
  expect(host).toMatchObject({ ...plaintext, cause: 'no-esmtp' })
  expect(exit).toBe(1)
})

it.each([
  [501, '5.5.4 Invalid EHLO: need fully-qualified hostname'],
  [550, 'Access denied - Invalid HELO name (See RFC2821 4.1.1.1)'],
])('case 14: EHLO rejected for its name (%d) is retried with the full one, and the error is ours', async (code, text) => {
  const { host, findings, exit, written, server } = await checkWith(
    { ehlo: ({ line }) => (line === 'EHLO client' ? spellReply(code, text) : undefined) },
    { check: { names: ['client', 'client.test'] } },
  )
  expect(host).toMatchObject(valid)
  expect(findings).toEqual({ 'name-refused': `medium: EHLO client: ${code} ${text}` })
  expect(exit).toBe(0)
  const bytes = say('EHLO client', 'EHLO client.test', 'STARTTLS')
  expectWritten(written, [bytes], bytes)
  expect(server.connections[0]?.secureLines).toEqual(['EHLO client.test', 'QUIT'])
})

it('case 14: where every name of ours is refused, the server is not called plaintext', async () => {
  const need = spellReply(501, '5.5.4 Need a fully-qualified hostname')
  const { host, findings, exit, written } = await checkWith(
    { ehlo: need, helo: need },
    { check: { names: ['client', 'localhost'] } },
  )
  expect(host).toMatchObject({ verdict: 'refused', cause: 'name-refused', grade: '–', tls: undefined })
  expect(host.words).toContain('our own name')
  expect(findings).toEqual({
    'name-refused':
      'medium: EHLO client: 501 5.5.4 Need a fully-qualified hostname; EHLO localhost: 501 5.5.4 Need a fully-qualified hostname',
  })
  expect(exit).toBe(3)
  expect(written).toEqual([say('EHLO client', 'EHLO localhost', 'HELO localhost', 'QUIT')])
})

it('case 15: EHLO without STARTTLS is plaintext, not offered', async () => {
  const { host, findings, exit, written } = await checkWith({
    ehlo: spellReply(250, 'mx.example.test', 'SIZE 1000', '8BITMIME'),
    starttls: unknown,
  })
  expect(host).toMatchObject({ ...plaintext, cause: 'not-offered', tls: undefined, quote: undefined })
  expect(findings).toEqual({ 'starttls-not-offered': 'high: EHLO answered without STARTTLS: SIZE 8BITMIME' })
  expect(exit).toBe(1)
  expect(written).toEqual([say('EHLO client.test', 'STARTTLS', 'QUIT')])
})

it('case 15: a greeting of one line offers nothing', async () => {
  const { host, findings } = await checkWith({ ehlo: '250 mx.example.test\r\n', starttls: unknown })
  expect(host).toMatchObject({ ...plaintext, cause: 'not-offered' })
  expect(findings).toEqual({ 'starttls-not-offered': 'high: EHLO answered without STARTTLS: (no keywords)' })
})

it.each(['starttls', 'StartTLS', 'sTARTtls'])('case 16: the keyword knows no case (%s)', async (keyword) => {
  const { host, findings, exit, written } = await checkWith({ ehlo: spellReply(250, 'mx', keyword, 'SIZE') })
  expect(host).toMatchObject(valid)
  expect(findings).toEqual({})
  expect(exit).toBe(0)
  expectWritten(written, [upgrade])
})

it.each([
  ['on the last line', spellReply(250, 'mx', 'SIZE', 'STARTTLS')],
  ['with trailing spaces', spellReply(250, 'mx', 'STARTTLS  ', 'SIZE')],
  ['with a parameter', spellReply(250, 'mx', 'STARTTLS foo', 'SIZE')],
  ['with a parameter on the last line', spellReply(250, 'mx', 'STARTTLS REQUIRED')],
  ['with a tab behind it', spellReply(250, 'mx', 'STARTTLS\t')],
])('case 17: STARTTLS %s is offered', async (_, ehlo) => {
  const { host, findings, exit, written } = await checkWith({ ehlo })
  expect(host).toMatchObject(valid)
  expect(findings).toEqual({})
  expect(exit).toBe(0)
  expectWritten(written, [upgrade])
})

it.each([
  ['STARTTLSX', 'STARTTLSX SIZE'],
  ['X-STARTTLS', 'X-STARTTLS SIZE'],
])('case 17: but %s is another keyword', async (keyword, keywords) => {
  const { host, findings } = await checkWith({ ehlo: spellReply(250, 'mx', keyword, 'SIZE'), starttls: unknown })
  expect(host).toMatchObject({ ...plaintext, cause: 'not-offered' })
  expect(findings).toEqual({ 'starttls-not-offered': `high: EHLO answered without STARTTLS: ${keywords}` })
})

it('case 18: STARTTLS in the first line only is not offered; asked for all the same, it works', async () => {
  const { host, findings, exit } = await checkWith({ ehlo: spellReply(250, 'STARTTLS', 'SIZE') })
  expect(host).toMatchObject({ ...plaintext, cause: 'first-line' })
  expect(findings).toEqual({ 'starttls-first-line': 'medium: asked for all the same: TLS works' })
  expect(exit).toBe(1)
})

it('case 18: asked for all the same, it does not work', async () => {
  const { host, findings, exit, written } = await checkWith({ ehlo: '250 STARTTLS\r\n', starttls: unknown })
  expect(host).toMatchObject({ ...plaintext, cause: 'first-line', tls: undefined })
  expect(findings).toEqual({ 'starttls-first-line': 'medium: asked for all the same: 502 5.5.1 Command not implemented' })
  expect(exit).toBe(1)
  expect(written).toEqual([say('EHLO client.test', 'STARTTLS', 'QUIT')])
})

it('case 18: a server that calls itself starttls.example and offers it too is a good one', async () => {
  const { host, findings } = await checkWith({ ehlo: spellReply(250, 'starttls.example.test', 'STARTTLS') })
  expect(host).toMatchObject(valid)
  expect(findings).toEqual({})
})

it('case 19: advertised twice is offered once, with a note', async () => {
  const { host, findings, exit, written } = await checkWith({ ehlo: spellReply(250, 'mx', 'STARTTLS', 'SIZE', 'starttls') })
  expect(host).toMatchObject(valid)
  expect(findings).toEqual({ 'starttls-twice': 'info: STARTTLS on more than one line' })
  expect(exit).toBe(0)
  expectWritten(written, [upgrade])
})

it('case 20: a middlebox that overwrites STARTTLS is named, and other ports are compared', async () => {
  await using lab = await startLab()
  const server = await lab.addServer()
  await using box = await startStripper({ host: '127.0.0.1', port: 0, target: server })
  lab.network.put(publicAddress, 25, box)
  await lab.addServer(publicAddress, { port: 587 })
  await lab.addServer(publicAddress, { port: 465, script: { implicitTls: true } })
  const { host, findings, exit, written, dialed } = await checkIn(lab, server)
  expect(host).toMatchObject({ ...plaintext, cause: 'mangled', tls: undefined })
  expect(findings).toEqual({
    'starttls-mangled': 'high: PIPELINING SIZE 8BITMIME ENHANCEDSTATUSCODES XXXXXXXA; port 587 offers TLS, port 465 offers TLS',
  })
  expect(exit).toBe(1)
  expect(written).toEqual([say('EHLO client.test', 'XXXXXXXX', 'QUIT')])
  expect(dialed.map(({ port }) => port)).toEqual([25, 587, 465])
})

it('case 20: other ports that are closed are left out, and one without TLS is told', async () => {
  await using lab = await startLab()
  const server = await lab.addServer()
  await using box = await startStripper({ host: '127.0.0.1', port: 0, target: server })
  lab.network.put(publicAddress, 25, box)
  await lab.addServer(publicAddress, { port: 587, script: { ehlo: spellReply(250, 'mx', 'SIZE'), starttls: unknown } })
  const { findings } = await checkIn(lab, server)
  expect(findings['starttls-mangled']).toMatch(/ XXXXXXXA; port 587 offers no TLS$/)
})

it('case 20: eight X for the keyword is the same', async () => {
  const { host, findings } = await checkWith({
    ehlo: spellReply(250, 'mx', 'XXXXXXXX', 'SIZE'),
    starttls: spellReply(500, 'What?'),
  })
  expect(host).toMatchObject({ ...plaintext, cause: 'mangled' })
  expect(findings).toEqual({ 'starttls-mangled': 'high: XXXXXXXX SIZE' })
})

it('case 21: STARTTLS that is not advertised and works is hidden, not safe', async () => {
  const { host, findings, exit } = await checkWith({ ehlo: spellReply(250, 'mx.example.test', 'SIZE') })
  expect(host).toMatchObject({ ...plaintext, cause: 'hidden' })
  expect(host.tls?.version).toBe('TLSv1.3')
  expect(findings).toEqual({ 'starttls-hidden': 'high: not among SIZE, yet TLS came about' })
  expect(exit).toBe(1)
})

it('case 21: STARTTLS that is not advertised, gives 220 and no handshake, is not offered', async () => {
  const { host, findings, exit } = await checkWith({ ehlo: spellReply(250, 'mx', 'SIZE'), handshake: 'garbage' })
  expect(host).toMatchObject({ ...plaintext, cause: 'not-offered' })
  expect(findings).toEqual({ 'starttls-not-offered': 'high: EHLO answered without STARTTLS: SIZE' })
  expect(exit).toBe(1)
})

it.each([
  ['is refused', spellReply(554, 'No')],
  ['is closed', { close: true }],
] as const)('case 21: nor is STARTTLS that is not advertised and whose EHLO inside TLS %s', async (_, ehloAfterTls) => {
  const { host, findings } = await checkWith({ ehlo: spellReply(250, 'mx', 'SIZE'), ehloAfterTls })
  expect(host).toMatchObject({ ...plaintext, cause: 'not-offered' })
  expect(findings).toEqual({ 'starttls-not-offered': 'high: EHLO answered without STARTTLS: SIZE' })
})

it('case 32: STARTTLS advertised again inside TLS is a low finding', async () => {
  const { host, findings, exit, server } = await checkWith({ ehloAfterTls: spellReply(250, 'mx', 'SIZE', 'STARTTLS') })
  expect(host).toMatchObject(valid)
  expect(findings).toEqual({ 'starttls-inside': 'low: STARTTLS among the keywords inside TLS' })
  expect(exit).toBe(0)
  expect(server.connections[0]?.secureLines).toEqual(['EHLO client.test', 'QUIT'])
})
