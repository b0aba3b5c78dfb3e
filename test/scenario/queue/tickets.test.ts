/** The second connection of a lane comes back to the TLS session of the first, and what was shown then is remembered. */
import { constants } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { createAuthority, startScriptedServer } from '../../../src/world/index.ts'
import { Trust } from '../../../src/tls/index.ts'
import { authority } from '../../support/lab.ts'
import { Sender, goodIdentity as identity } from '../../support/resuming.ts'

describe.each(['TLSv1.2', 'TLSv1.3'] as const)('%s', (maxVersion) => {
  it('a second connection is resumed, carries mail, and knows the certificate of the first', async () => {
    await using server = await startScriptedServer({ tls: { identity, maxVersion } })
    const sender = new Sender()
    const first = await sender.send(server, { level: 'valid' })
    const second = await sender.send(server, { level: 'valid' })
    expect(server.connections.map(({ resumed }) => resumed)).toEqual([false, true])
    expect(server.messages.map(({ accepted, secure }) => accepted && secure)).toEqual([true, true])
    expect(first.tls).toMatchObject({ resumed: false, version: maxVersion })
    expect(first.tls?.provenAt).toBeUndefined()
    expect(second.tls).toMatchObject({ resumed: true, version: maxVersion })
    expect(second.tls?.provenAt).toBeLessThanOrEqual(sender.clock.now())
    expect(second.tls?.chain).toEqual(first.tls?.chain)
    expect(second.judgement).toEqual(first.judgement)
    // Before 1.3 a resumed session agrees on no key of its own.
    expect(second.tls?.group).toBe(maxVersion === 'TLSv1.3' ? first.tls?.group : undefined)
  })

  it('a server that knows its tickets no more is judged by a full handshake', async () => {
    await using first = await startScriptedServer({ tls: { identity, maxVersion } })
    await using second = await startScriptedServer({ tls: { identity, maxVersion } })
    const sender = new Sender()
    await sender.send(first)
    const { tls, decision } = await sender.send(second)
    expect(decision.kind).toBe('deliver')
    expect(tls?.resumed).toBe(false)
    expect(second.connections.map(({ resumed }) => resumed)).toEqual([false])
  })

  it('a server that gives no tickets is sent to all the same', async () => {
    const secureOptions = constants.SSL_OP_NO_TICKET
    await using server = await startScriptedServer({ tls: { identity, maxVersion, secureOptions } })
    const sender = new Sender()
    await sender.send(server)
    await sender.send(server)
    expect(server.messages).toHaveLength(2)
    expect(server.connections[0]?.resumed).toBe(false)
  })

  it('a server that breaks the handshake off is asked again without a ticket before that is held against it', async () => {
    await using good = await startScriptedServer({ tls: { identity, maxVersion } })
    await using broken = await startScriptedServer({ tls: { identity, maxVersion }, handshake: 'close' })
    const sender = new Sender()
    await sender.send(good)
    const held = await sender.send(broken)
    expect(broken.connections).toHaveLength(2)
    expect(held.judgement.verdict).toBe('broken')
  })
})

it('where a resumed connection brings no new ticket, those of the full handshake are used up, one a connection', async () => {
  await using server = await startScriptedServer({ tls: { identity } })
  const sender = new Sender()
  // OpenSSL gives two with a full handshake, and Node none with a resumed one.
  for (let count = 0; count < 6; count++) await sender.send(server)
  expect(server.connections.map(({ resumed }) => resumed)).toEqual([false, true, true, false, true, true])
  expect(server.messages).toHaveLength(6)
})

it('other authorities, another level or floor, and another source of the name: none comes back to the session', async () => {
  await using server = await startScriptedServer({ tls: { identity } })
  const sender = new Sender()
  await sender.send(server)
  await sender.send(server, { floor: 'TLSv1.3' })
  const stranger = await createAuthority('Stranger')
  await sender.send(server, { trust: new Trust([authority.pem, stranger.pem]) })
  await sender.send(server, { level: 'opportunistic' })
  await sender.send(server, { source: 'user' })
  expect(server.connections.map(({ resumed }) => resumed)).toEqual([false, false, false, false, false])
})
