import type { Duplex } from 'node:stream'
import { once } from 'node:events'
import { connect } from 'node:tls'
import { expect, it } from 'vitest'
import { protocols, reachTls } from '../../../src/starttls/index.ts'
import { trust } from '../../support/lab.ts'
import { endpointOf, hopOptions, identity } from '../../support/mailHop.ts'
import { type MailServer, startMailServer } from '../../support/mailServer.ts'
import { startRawServer } from '../../support/rawServer.ts'

/** A handshake led by somebody else, as the examination's own codec would. */
async function shakeHands(stream: Duplex | undefined, server: MailServer): Promise<number | undefined> {
  if (!stream) throw new Error('no stream was given up')
  const socket = connect({ socket: stream, secureContext: trust.context('TLSv1.2'), checkServerIdentity: () => undefined })
  await once(socket, 'secureConnect')
  // The server's side of TLS 1.3 is done a moment after ours, and in any case once it has seen our end.
  socket.resume().end()
  await once(socket, 'close')
  return server.connections[0]?.handshakes
}

it.each(protocols)('%s is brought to where the first octet of TLS is due', async (protocol) => {
  await using server = await startMailServer({ protocol, identity })
  const { record, end, stream } = await reachTls(endpointOf(server), hopOptions(protocol))
  expect(end).toEqual({ kind: 'ready' })
  expect(record).toMatchObject({ protocol, offered: true })
  expect(record.tls).toBeUndefined()
  expect(await shakeHands(stream, server)).toBe(1)
  expect(server.connections[0]?.clear.join()).toMatch(/^(?:(?:EHLO|LHLO) client.test,|CAPA,)?(?:a1 )?(?:STARTTLS|STLS)$/)
})

it.each(protocols)('%s with implicit TLS: right after the connect', async (protocol) => {
  await using server = await startMailServer({ protocol, identity, implicit: true })
  const { end, stream } = await reachTls(endpointOf(server), hopOptions(protocol, { security: 'implicit' }))
  expect(end).toEqual({ kind: 'ready' })
  expect(await shakeHands(stream, server)).toBe(1)
})

it.each(protocols)('case 26: %s: words behind the consent are told, and no stream is given up', async (protocol) => {
  await using server = await startMailServer({ protocol, identity, behindConsent: 'evil\r\n' })
  const { end, stream } = await reachTls(endpointOf(server), hopOptions(protocol))
  expect(end).toEqual({ kind: 'injected', shown: 'evil\r\n' })
  expect(stream).toBeUndefined()
})

it('a refusal ends it politely, HELO is never said', async () => {
  await using server = await startMailServer({
    protocol: 'smtp',
    identity,
    answer: ({ verb }) => (verb === 'EHLO' ? '500 no\r\n' : undefined),
  })
  const { end, stream } = await reachTls(endpointOf(server), hopOptions('smtp'))
  expect(end).toMatchObject({ kind: 'answered', stage: 'ehlo', said: { standing: 'never', text: '500 no' } })
  expect(stream).toBeUndefined()
  expect(server.connections[0]?.clear).toEqual(['EHLO client.test', 'QUIT'])
})

it('octets that come before anybody reads are kept, and an error before anybody listens ends nothing', async () => {
  await using server = await startRawServer(async (peer) => {
    await peer.write('220 mx\r\n')
    await peer.waitFor(/EHLO .*\r\n/)
    await peer.write('250-mx\r\n250 STARTTLS\r\n')
    await peer.waitFor(/STARTTLS\r\n/)
    await peer.write('220 go\r\n')
    await peer.waitFor(/hello/)
    await peer.write('\x15\x03\x03\x00\x02\x02\x28')
    await peer.waitFor(/again/)
    peer.socket.resetAndDestroy()
  })
  const { stream } = await reachTls(endpointOf(server), hopOptions('smtp'))
  if (!stream) throw new Error('no stream was given up')
  stream.write('hello')
  const [bytes] = (await once(stream, 'data')) as [Buffer]
  expect(bytes.toString('latin1')).toBe('\x15\x03\x03\x00\x02\x02\x28')
  stream.write('again')
  await new Promise<void>((resolve) => {
    stream.once('close', resolve)
  })
  expect(stream.destroyed).toBe(true)
})
