/*
 * The threat: a server that does not stop. Endless lines in answer to EHLO, a line of a megabyte, replies by the
 * thousand before anything was asked, a certificate chain of hundreds, TLS records without end. A sender that talks to
 * a hundred thousand hosts meets one of them, and must lose neither its memory nor its time to it.
 */
import { once } from 'node:events'
import { type Socket, connect } from 'node:net'
import { setImmediate as takeTurn } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { ReplyChannel } from '../../src/starttls/index.ts'
import { spellReply } from '../../src/world/index.ts'
import { anyHello, attackWith, reachStarttls } from '../support/attack.ts'
import { checkWith } from '../support/checkWith.ts'
import { VirtualClock } from '../support/clock.ts'
import { authority, mx } from '../support/lab.ts'
import { type Peer, startRawServer } from '../support/rawServer.ts'

/** As much as a few reads of a socket bring, whatever the server has to say. */
const bound = 512 * 1024

/** Writes until the client is gone or `megabytes` are through. */
async function flood({ socket, write }: Pick<Peer, 'socket' | 'write'>, text: string, megabytes = 32): Promise<void> {
  const block = Buffer.from(text.repeat(Math.ceil(65_536 / text.length)), 'latin1')
  for (let sent = 0; sent < megabytes * 1024 * 1024 && socket.writable; sent += block.length) await write(block)
}

const flooding = (peer: Peer, text: string) => flood({ socket: peer.socket, write: async (block) => peer.write(block) }, text)

describe('case 77: before TLS', () => {
  it('case 77: endless lines in answer to EHLO are cut off and broken', async () => {
    const { host, findings, bytesRead } = await attackWith(async (peer) => {
      await peer.write('220 mx.example.test\r\n')
      await peer.waitFor(/EHLO/)
      await flooding(peer, '250-SPAM spam spam spam\r\n')
    })
    expect(host).toMatchObject({ verdict: 'broken', cause: 'malformed', grade: 'F' })
    expect(findings['malformed-answer']).toMatch(/^high: a reply has too many lines: 250-SPAM /)
    expect(findings['malformed-answer']?.length).toBeLessThan(1_000)
    expect(Math.max(...bytesRead)).toBeLessThan(bound)
  })

  it('case 77: so are those that come one a second', async () => {
    function* endless(): Generator<string> {
      for (;;) yield '250-SPAM\r\n'
    }
    const { host, clock } = await checkWith({ ehlo: { pieces: endless(), everyMs: 1_000 } })
    expect(host).toMatchObject({ verdict: 'broken', cause: 'malformed' })
    expect(clock.elapsed).toBeLessThan(300_000)
  })

  it.each([
    ['as a greeting', ''],
    ['as a reply that is begun', '220-hello\r\n220'],
  ])('case 77: a line of a megabyte %s is broken', async (_, before) => {
    const { host, findings, bytesRead } = await attackWith(async (peer) => {
      await peer.write(before)
      await peer.write(`${'x'.repeat(1024 * 1024)}\r\n`)
    })
    expect(host).toMatchObject({ verdict: 'broken', cause: 'malformed', grade: 'F' })
    expect(findings['malformed-answer']).toMatch(/^high: a line (?:has no end|is too long): /)
    expect(host.transcripts.flat().every(({ text }) => text.length <= 1_000)).toBe(true)
    expect(Math.max(...bytesRead)).toBeLessThan(bound)
  })

  it('case 77: a line just short of the limit is read', async () => {
    const { host } = await checkWith({ greeting: `220 ${'x'.repeat(4_000)}\r\n` })
    expect(host).toMatchObject({ verdict: 'valid' })
    expect(host.transcripts[0]?.[1]?.text.length).toBe(1_000)
  })

  it('case 77: replies by the thousand before anything is asked lead to no verdict but broken', async () => {
    const { host, bytesRead, server } = await attackWith(async (peer) => {
      await flooding(peer, '220 mx.example.test ESMTP\r\n')
    })
    expect(host).toMatchObject({ verdict: 'broken', cause: 'wrong-code', grade: 'F' })
    expect(host.findings.map(({ rule }) => rule)).toEqual(['malformed-answer'])
    expect(Math.max(...bytesRead)).toBeLessThan(bound)
    expect(server.peers[0]?.received).toMatch(/^EHLO client\.test\r\n(?:QUIT\r\n)?$/)
  })

  it('case 77: nor do happy replies by the thousand lead to an upgrade', async () => {
    const { host, bytesRead } = await attackWith(async (peer) => {
      await flooding(peer, '220 mx\r\n250-mx\r\n250 STARTTLS\r\n220 go\r\n')
    })
    expect(host).toMatchObject({ verdict: 'broken', cause: 'injected', grade: 'F' })
    expect(host.quote?.length).toBeLessThanOrEqual(200)
    expect(Math.max(...bytesRead)).toBeLessThan(bound)
  })
})

describe('case 77: while nobody asks', () => {
  it('case 77: a channel stops reading, and goes on when it is asked', async () => {
    let sent = 0
    await using server = await startRawServer(async (peer) => {
      await flood(
        {
          socket: peer.socket,
          write: async (block) => {
            await peer.write(block)
            sent += block.length
          },
        },
        '250 ok\r\n',
        64,
      )
    })
    const socket: Socket = connect(server.port, server.host)
    await once(socket, 'connect')
    const channel = new ReplyChannel(socket, new VirtualClock())
    expect(await channel.read(1_000)).toMatchObject({ kind: 'reply', reply: { code: 250 } })
    // Until the system's own buffers are full and nothing moves any more.
    for (let last = -1; last !== sent + socket.bytesRead;) {
      last = sent + socket.bytesRead
      for (let turn = 0; turn < 200; turn++) await takeTurn()
    }
    expect(sent).toBeLessThan(64 * 1024 * 1024)
    expect(socket.bytesRead).toBeLessThan(bound)
    expect(channel.buffered).toBeLessThan(bound)
    const before = socket.bytesRead
    while (socket.bytesRead <= before) expect(await channel.read(1_000)).toMatchObject({ kind: 'reply' })
    channel.destroy()
  })
})

describe('case 77: in TLS', () => {
  /** A record header of TLS 1.2, `length` long. */
  const header = (type: number, length: number): Buffer => Buffer.from([type, 3, 3, length >> 8, length & 255])
  const records: Record<string, Buffer> = {
    'empty handshake records': header(22, 0),
    'a handshake message that never ends': Buffer.concat([header(22, 16_384), Buffer.of(2, 255, 255, 255), Buffer.alloc(16_380)]),
    'warning alerts': Buffer.concat([header(21, 2), Buffer.of(1, 112)]),
    'empty alerts': header(21, 0),
    'application data': Buffer.concat([header(23, 1_000), Buffer.alloc(1_000)]),
    'empty application data': header(23, 0),
    'changes of cipher': Buffer.concat([header(20, 1), Buffer.of(1)]),
    heartbeats: Buffer.concat([header(24, 3), Buffer.of(1, 64, 0)]),
    'records of no type': Buffer.concat([header(99, 100), Buffer.alloc(100)]),
    'records longer than allowed': Buffer.concat([header(22, 65_535), Buffer.alloc(65_535)]),
    'SSLv2 records': Buffer.concat([Buffer.of(0x80, 0x2e, 1, 0, 2), Buffer.alloc(43)]),
  }

  it.each(Object.entries(records))('case 77: %s without end are broken', async (_, record) => {
    const { host, bytesRead } = await attackWith(async (peer) => {
      await reachStarttls(peer, '220 go\r\n')
      await peer.waitFor(anyHello)
      await flooding(peer, record.toString('latin1'))
    })
    expect(host).toMatchObject({ verdict: 'broken', grade: 'F', tls: undefined })
    expect(host.cause).toMatch(/^handshake-/)
    expect(Math.max(...bytesRead)).toBeLessThan(2 * bound)
  })

  it('case 77: requests for another handshake, which a client may ignore, are ignored for a minute and no more', async () => {
    // RFC 5246 7.4.1.1: HelloRequest, four zeros. OpenSSL keeps nothing of them, so what bounds them is time.
    const { host, clock } = await attackWith(async (peer) => {
      await reachStarttls(peer, '220 go\r\n')
      await peer.waitFor(anyHello)
      await flooding(peer, Buffer.concat([header(22, 16_384), Buffer.alloc(16_384)]).toString('latin1'))
    })
    expect(host).toMatchObject({ verdict: 'broken', cause: 'handshake-timeout', grade: 'F', tls: undefined })
    // The hellos of ours that follow are bounded in octets, and take no time.
    expect(clock.elapsed).toBe(60_000)
  })

  it('case 77: a handshake of a byte a second has its minute and no more', async () => {
    const { host, clock } = await attackWith(async (peer, clock) => {
      await reachStarttls(peer, '220 go\r\n')
      await peer.waitFor(anyHello)
      await peer.write(header(22, 16_384))
      while (peer.socket.writable && !peer.socket.destroyed) {
        await peer.write(Buffer.of(0))
        await clock.sleep(1_000)
      }
    })
    expect(host).toMatchObject({ verdict: 'broken', grade: 'F', tls: undefined })
    expect(host.cause).toMatch(/^handshake-(?:timeout|other)$/)
    // A hello of ours is worth a quarter of that: bytes that drop in lengthen neither wait. Who still talks is given a moment to hear our close.
    expect(clock.elapsed).toBe(60_000 + 15_000 + 20)
  })

  it('case 77: a certificate chain of hundreds is broken or cut, never a fault of ours', async () => {
    const identity = await authority.issue({ names: [mx] })
    const { host } = await checkWith({ tls: { identity: { ...identity, cert: identity.cert + authority.pem.repeat(400) } } })
    expect(['broken', 'valid']).toContain(host.verdict)
    expect(host.tls?.chain.length ?? 0).toBeLessThanOrEqual(10)
  })

  it('case 77: endless lines in answer to EHLO inside TLS are broken', async () => {
    function* endless(): Generator<string> {
      for (;;) yield '250-SPAM spam\r\n'.repeat(100)
    }
    const { host, findings } = await checkWith({ ehloAfterTls: { pieces: endless(), everyMs: 0 } })
    expect(host).toMatchObject({ verdict: 'broken', cause: 'malformed', grade: 'F' })
    expect(findings['malformed-answer']).toMatch(/^high: a reply has too many lines/)
  })

  it('case 77: a line of a megabyte inside TLS is broken', async () => {
    const { host, findings } = await checkWith({ ehloAfterTls: '2'.repeat(1024 * 1024) })
    expect(host).toMatchObject({ verdict: 'broken', cause: 'malformed', grade: 'F' })
    expect(findings['malformed-answer']).toMatch(/^high: a line has no end/)
  })

  it('case 77: many keywords, each many words long, are read and shown within bounds', async () => {
    const words = 'y'.repeat(20).concat(' ').repeat(190)
    const { host, findings } = await checkWith({ ehlo: spellReply(250, mx, ...Array.from({ length: 150 }, () => words)) })
    expect(host).toMatchObject({ verdict: 'plaintext', cause: 'hidden' })
    expect(findings['starttls-hidden']?.length).toBeLessThan(1_000)
  })
})
