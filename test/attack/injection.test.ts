/*
 * The threat: somebody on the way cannot read TLS, but he can write before it begins. He lets the server's 220 to
 * STARTTLS pass and appends replies of his own in the clear. A client that keeps what it has buffered takes them, after
 * the handshake, for the first words inside TLS: "AUTH PLAIN is offered", "this recipient is accepted". It is the
 * response half of CVE-2011-0411; NO STARTTLS (USENIX Security 2021) found it in two clients of three.
 */
import { setImmediate as takeTurn } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { findExtension } from '../../src/smtp/index.ts'
import { spellReply, startScriptedServer } from '../../src/world/index.ts'
import { attackWith, hopTo, reachStarttls } from '../support/attack.ts'
import { authority, mx } from '../support/lab.ts'
import { startRawServer } from '../support/rawServer.ts'

const injected = '250-mx.example.test\r\n250 AUTH PLAIN\r\n'
const upgrade = 'EHLO client.test\r\nSTARTTLS\r\n'

it('case 26: replies behind the 220 in the same segment end the connection before a ClientHello is sent', async () => {
  const { host, findings, server } = await attackWith(async (peer) => {
    await reachStarttls(peer, `220 go\r\n${injected}`)
  })
  expect(host).toMatchObject({ verdict: 'broken', cause: 'injected', grade: 'F', quote: injected, tls: undefined })
  expect(findings).toEqual({ 'plaintext-injected': 'high: 250-mx.example.test\\r\\n250 AUTH PLAIN\\r\\n' })
  expect(server.peers.map(({ received }) => received)).toEqual([upgrade])
})

it('case 26: so does half a line, and a single byte', async () => {
  for (const rest of ['250 AU', '\n', '\x16']) {
    const { host, server } = await attackWith(async (peer) => {
      await reachStarttls(peer, `220 go\r\n${rest}`)
    })
    expect(host).toMatchObject({ verdict: 'broken', cause: 'injected', quote: rest })
    expect(server.peers[0]?.received).toBe(upgrade)
  }
})

it('case 26: replies in a second segment, there before the ClientHello is, are told as the same attack', async () => {
  const { host, findings, server } = await attackWith(async (peer) => {
    await reachStarttls(peer, '220 go\r\n')
    expect(peer.received).toBe(upgrade)
    await peer.write(injected)
  })
  expect(host).toMatchObject({ verdict: 'broken', cause: 'injected', grade: 'F', tls: undefined })
  expect(findings).toEqual({ 'plaintext-injected': 'high: 250-mx.example.test\\r\\n250 AUTH PLAIN\\r\\n' })
  // The ClientHello may have left by then; nothing else has.
  expect(server.peers[0]?.received.slice(0, upgrade.length + 2)).toMatch(/STARTTLS\r\n(?:\x16\x03)?$/)
})

it('case 26: a 220 said in advance does not pass for the answer to STARTTLS', async () => {
  const { host, server } = await attackWith(async (peer) => {
    await peer.write('220 mx.example.test ESMTP\r\n')
    await peer.waitFor(/^EHLO .*\r\n$/)
    await peer.write('250-mx.example.test\r\n250 STARTTLS\r\n220 go\r\n')
    await peer.waitFor(/STARTTLS\r\n/)
    await peer.write('220 2.0.0 Ready\r\n')
  })
  expect(host).toMatchObject({ verdict: 'broken', cause: 'injected', quote: '220 2.0.0 Ready\r\n', tls: undefined })
  expect(server.peers[0]?.received.startsWith(upgrade)).toBe(true)
})

it('case 26: nothing injected is ever a capability, for the sender either', async () => {
  for (const segments of [[`220 go\r\n${injected}`], ['220 go\r\n', injected]]) {
    await using server = await startRawServer(async (peer) => {
      await reachStarttls(peer, segments[0] ?? '')
      if (segments[1] === undefined) return
      await peer.write(segments[1])
    })
    const { record, end, channel } = await hopTo(server)
    expect(['injected', 'handshake-failed']).toContain(end.kind)
    expect(channel).toBeUndefined()
    expect(record.inside).toBeUndefined()
    expect(record.tls).toBeUndefined()
    expect(record.capabilities && findExtension(record.capabilities, 'AUTH')).toBeUndefined()
  }
})

it('case 26: text that comes late is met by TLS, whose alert the server gets', async () => {
  const { host } = await attackWith(async (peer) => {
    await reachStarttls(peer, '220 go\r\n')
    await peer.waitFor(/\x16\x03/)
    for (let turn = 0; turn < 10; turn++) await takeTurn()
    await peer.write(injected)
  })
  expect(host).toMatchObject({ verdict: 'broken', cause: 'injected' })
})

it('what was said in the clear is forgotten inside TLS (RFC 3207 4.2)', async () => {
  const identity = await authority.issue({ names: [mx] })
  await using server = await startScriptedServer({
    tls: { identity },
    ehlo: spellReply(250, mx, 'STARTTLS', 'AUTH PLAIN LOGIN', 'SIZE 1'),
    ehloAfterTls: spellReply(250, mx, 'SIZE 99'),
  })
  const { record, end } = await hopTo(server)
  expect(end).toEqual({ kind: 'secure' })
  expect(record.inside?.extensions).toEqual([{ keyword: 'SIZE', params: ['99'] }])
})
