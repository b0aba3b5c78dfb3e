import { expect, test } from 'vitest'
import { createAuthority } from './authority.ts'
import { openClient, openGreeted } from './client.ts'
import type { Script } from './script.ts'
import { startScriptedServer, type ScriptedServerOptions } from './scripted.ts'

const authority = await createAuthority()
const identity = await authority.issue({ names: ['mx.scripted.test'] })
const trusting = { ca: authority.pem, servername: 'mx.scripted.test' }

async function start(script: Partial<Script> = {}, options: ScriptedServerOptions = {}) {
  return startScriptedServer({ tls: { identity }, ...script }, options)
}

test('plaintext can follow the 220 in the same segment (case 26)', async () => {
  await using server = await start({ afterStarttls: '250-injected\r\n250 AUTH PLAIN\r\n' })
  using client = await openGreeted(server)
  await client.say('STARTTLS')
  expect(client.chunks.at(-1)).toBe('220 2.0.0 Ready to start TLS\r\n250-injected\r\n250 AUTH PLAIN\r\n')
  await client.upgrade(trusting)
  expect(await client.say('EHLO c')).toContain('250-injected')
})

test('a refusal carries no injection and starts no TLS (cases 23, 24)', async () => {
  await using server = await start({ starttls: '354 go\r\n', afterStarttls: 'injected' })
  using client = await openGreeted(server)
  expect(await client.say('STARTTLS')).toBe('354 go\r\n')
  expect(await client.say('NOOP')).toMatch(/^250 /)
  expect(client.chunks.join('')).not.toContain('injected')
})

test('a 220 of several lines starts TLS too (case 25)', async () => {
  await using server = await start({ starttls: { pieces: ['220-a\r\n2', '20 b\r\n'], everyMs: 0 } })
  using client = await openGreeted(server)
  expect(await client.say('STARTTLS')).toBe('220-a\r\n220 b\r\n')
  await client.upgrade(trusting)
  expect(await client.say('EHLO c')).toMatch(/^250-/)
})

test('the handshake can be garbage, chosen bytes or a close, once the client has begun it (cases 27, 28, 29)', async () => {
  const alert = '\x15\x03\x03\x00\x02\x02\x28'
  const outcomes: string[] = []
  for (const handshake of ['garbage', 'close', { bytes: alert }] as const) {
    await using server = await start({ handshake })
    using client = await openGreeted(server)
    await client.say('STARTTLS')
    outcomes.push(await client.upgrade(trusting).then(String, (error: NodeJS.ErrnoException) => error.code ?? 'none'))
    await server.connections[0]?.closed
    expect(server.connections[0]).toMatchObject({ handshakeCompleted: false, secureLines: [], tlsVersion: undefined })
    expect(server.connections[0]?.plaintext.toString()).toBe('EHLO client.test\r\nSTARTTLS\r\n')
    expect(server.connections[0]?.clientHello.subarray(0, 2)).toEqual(Buffer.of(22, 3))
  }
  expect(outcomes).toEqual(['ERR_SSL_WRONG_VERSION_NUMBER', 'ECONNRESET', 'ERR_SSL_SSL/TLS_ALERT_HANDSHAKE_FAILURE'])
})

test('a silent handshake stays open and says nothing (case 28)', async () => {
  await using server = await start({ handshake: 'silence' })
  using client = await openGreeted(server)
  await client.say('STARTTLS')
  const before = client.chunks.length
  client.write('\x16\x03\x01 hello')
  using other = await openClient(server)
  await other.reply()
  expect(client.chunks).toHaveLength(before)
  client.leave()
  await server.connections[0]?.closed
  expect(String(server.connections[0]?.clientHello)).toContain('hello')
})

test('a client that refuses the certificate, or the version, is told apart in the record', async () => {
  await using server = await start({ tls: { identity, maxVersion: 'TLSv1.2' } })
  using picky = await openGreeted(server)
  await picky.say('STARTTLS')
  await expect(picky.upgrade({ ...trusting, ca: [] })).rejects.toThrow(/certificate/)
  using modern = await openGreeted(server)
  await modern.say('STARTTLS')
  await expect(modern.upgrade({ ...trusting, minVersion: 'TLSv1.3' })).rejects.toThrow(/version/)
  using fine = await openGreeted(server)
  await fine.say('STARTTLS')
  await fine.upgrade(trusting)
  await fine.say('NOOP')
  fine.leave()
  await Promise.all(server.connections.map(async ({ closed }) => closed))
  expect(server.connections.map(({ tlsVersion }) => tlsVersion)).toEqual(['TLSv1.2', undefined, 'TLSv1.2'])
  expect(server.connections[1]?.tlsError).toMatch(/unsupported protocol/)
})

test('clients that name no host can get another certificate (case 31)', async () => {
  const identityWithoutSni = await authority.issue({ names: ['default.test'] })
  await using server = await start({ tls: { identity, identityWithoutSni } })
  const subjects: unknown[] = []
  for (const servername of ['mx.scripted.test', '']) {
    using client = await openGreeted(server)
    await client.say('STARTTLS')
    const socket = await client.upgrade({ ...trusting, servername, checkServerIdentity: () => undefined })
    subjects.push(socket.getPeerCertificate().subject.CN)
  }
  await Promise.all(server.connections.map(async ({ closed }) => closed))
  expect(subjects).toEqual(['mx.scripted.test', 'default.test'])
  expect(server.connections.map(({ sni }) => sni)).toEqual(['mx.scripted.test', undefined])
})

test('a client certificate can be asked for, and required (case 58)', async () => {
  await using server = await start({ tls: { identity, requestCert: true, rejectUnauthorized: true, maxVersion: 'TLSv1.2' } })
  using client = await openGreeted(server)
  await client.say('STARTTLS')
  await expect(client.upgrade(trusting)).rejects.toThrow(/handshake failure|certificate required/i)
})

test('tickets of one connection resume the session of the next', async () => {
  await using server = await start({ tls: { identity, maxVersion: 'TLSv1.2' } })
  using first = await openGreeted(server)
  await first.say('STARTTLS')
  const session = (await first.upgrade(trusting)).getSession()
  using second = await openGreeted(server)
  await second.say('STARTTLS')
  await second.upgrade({ ...trusting, ...(session && { session }) })
  await second.say('NOOP')
  expect(server.connections.map(({ resumed }) => resumed)).toEqual([false, true])
})

test('what stands behind STARTTLS is dropped, run within TLS, or answered in the clear (cases 34, 35, 36)', async () => {
  async function probe(script: Partial<Script>, clearReplies = 1): Promise<string[]> {
    await using server = await start(script)
    using client = await openGreeted(server)
    client.write('STARTTLS\r\nVRFY nonce\r\n')
    let clear = ''
    for (let count = 0; count < clearReplies; count++) clear += await client.reply()
    if (!clear.startsWith('220')) return [clear]
    await client.upgrade(trusting)
    return [clear, await client.say('NOOP')]
  }
  const ready = '220 2.0.0 Ready to start TLS\r\n'
  const [noop, vrfy] = ['250 2.0.0 Ok\r\n', '502 5.5.1 Command not implemented\r\n']
  expect(await probe({})).toEqual([ready, noop])
  expect(await probe({ behindStarttls: 'run' })).toEqual([ready, vrfy])
  expect(await probe({ behindStarttls: 'answer' }, 2)).toEqual([ready + vrfy, noop])
  const strict = await probe({ starttls: ({ pending }) => (pending === '' ? undefined : '554 5.5.0 pipelining\r\n') })
  expect(strict[0]).toMatch(/^554 /)
})

test('state can be kept against the rule (case 38)', async () => {
  await using server = await start({ keepState: true })
  using client = await openGreeted(server)
  await client.say('MAIL FROM:<a@b.test>')
  await client.say('STARTTLS')
  await client.upgrade(trusting)
  expect(await client.say('RCPT TO:<c@d.test>')).toMatch(/^250 /)
})

test('TLS can come first, and then the greeting', async () => {
  await using server = await start({ implicitTls: true })
  using client = await openClient(server)
  await client.upgrade(trusting)
  expect(await client.reply()).toMatch(/^220 /)
  expect(await client.say('EHLO c')).not.toContain('STARTTLS')
})
