import { expect, it } from 'vitest'
import { openHop, reachTls } from '../../../src/starttls/index.ts'
import { judgeHop } from '../../../src/policy/index.ts'
import { VirtualClock } from '../../support/clock.ts'
import { endpointOf, examineMail, hopOptions } from '../../support/mailHop.ts'
import { type Peer, startRawServer } from '../../support/rawServer.ts'

type LineProtocol = 'imap' | 'pop3' | 'sieve'

/** The end of a hop to a server that does as it likes, and the virtual milliseconds it took. */
async function meet(protocol: LineProtocol, serve: (peer: Peer, clock: VirtualClock) => Promise<void>) {
  const clock = new VirtualClock()
  await using server = await startRawServer(async (peer) => serve(peer, clock))
  const { record, end } = await openHop(endpointOf(server), hopOptions(protocol, { clock }))
  return { record, end, verdict: judgeHop(record, end, 'user', clock.now()).verdict, elapsed: clock.elapsed, server }
}

const greetings = { imap: '* OK hi\r\n', pop3: '+OK hi\r\n', sieve: '"A"\r\n' } as const
const lineProtocols = ['imap', 'pop3', 'sieve'] as const

it.each(lineProtocols)('case 77: %s: a line without end is dropped at its bound', async (protocol) => {
  const { end, verdict } = await meet(protocol, async (peer) => {
    while (peer.socket.writable) await peer.write('* OK '.padEnd(10_000, 'a'))
  })
  expect(end).toMatchObject({ kind: 'malformed', stage: 'greeting', why: 'a line has no end' })
  expect(verdict).toBe('broken')
})

it.each([
  ['imap', '* LIST () "/" {1000000}\r\n'],
  ['sieve', '"SIEVE" {1000000}\r\n'],
  ['sieve', '{4294967296}\r\n'],
] as const)('case 77: %s: a literal of %j is not waited for', async (protocol, announced) => {
  const { end, elapsed } = await meet(protocol, async (peer) => {
    await peer.write(protocol === 'imap' ? greetings.imap : '')
    await peer.write(announced)
  })
  expect(end).toMatchObject({ kind: 'malformed', why: 'a literal is too long' })
  expect(elapsed).toBe(0)
})

it.each(lineProtocols)('case 77: %s: lines without end are dropped at their bound', async (protocol) => {
  const more = { imap: '* 1 EXISTS\r\n', pop3: 'X\r\n', sieve: '"A"\r\n' }[protocol]
  const { end, record } = await meet(protocol, async (peer) => {
    await peer.write(greetings[protocol])
    if (protocol === 'pop3') {
      await peer.waitFor(/CAPA\r\n/)
      await peer.write('+OK\r\n')
    }
    while (peer.socket.writable) await peer.write(more.repeat(1000))
  })
  expect(end).toMatchObject({ kind: 'malformed', why: 'an answer has too many lines' })
  expect(record.transcript.length).toBeLessThan(250)
})

it.each(lineProtocols)(
  'case 3: %s: a server that says a little now and then is waited for no longer than one that is silent',
  async (protocol) => {
    const { end, elapsed } = await meet(protocol, async (peer, clock) => {
      await peer.write(greetings[protocol])
      if (protocol === 'pop3') await peer.write('+OK\r\n')
      while (peer.socket.writable && clock.elapsed < 3_600_000) {
        await clock.sleep(50_000)
        await peer.write(protocol === 'sieve' ? '"A"\r\n' : protocol === 'imap' ? '* 1 EXISTS\r\n' : 'X\r\n')
      }
    })
    expect(end).toMatchObject({ kind: 'timeout' })
    expect(elapsed).toBeLessThan(620_000)
  },
)

it.each(lineProtocols)('case 77: %s: NUL and escape characters are kept as they are, and change nothing', async (protocol) => {
  const hidden = '\x00\x1b[2J\x07\x80'
  const greeting = { imap: `* OK ${hidden}\r\n`, pop3: `+OK ${hidden}\r\n`, sieve: `"X" "${hidden}"\r\n"STARTTLS"\r\nOK\r\n` }[
    protocol
  ]
  const { hop, judgement } = await examineMail({ protocol, greeting })
  expect(judgement.verdict).toBe('authenticated')
  expect(hop.record.transcript.map(({ text }) => text).join()).toContain('\x00\x1b[2J')
})

it.each(lineProtocols)('%s: a reset, a close and silence at each moment are data', async (protocol) => {
  const good = {
    imap: ['* OK [CAPABILITY STARTTLS] hi\r\n', 'a1 OK go\r\n'],
    pop3: ['+OK hi\r\n', '+OK\r\nSTLS\r\n.\r\n', '+OK go\r\n'],
    sieve: ['"STARTTLS"\r\nOK\r\n', 'OK\r\n'],
  }[protocol]
  for (const how of ['reset', 'close', 'silence'] as const) {
    for (let at = 0; at <= good.length; at++) {
      const { end } = await meet(protocol, async (peer) => {
        for (const [index, text] of good.slice(0, at).entries()) {
          if (index > 0) await peer.waitFor(new RegExp(`^(?:.*\\r\\n){${index}}`))
          await peer.write(text)
        }
        // Once the client has asked the next thing, so that nothing of what was said is lost with the connection.
        if (at > 0) await peer.waitFor(at < good.length ? new RegExp(`^(?:.*\\r\\n){${at}}`) : /\x16\x03/)
        if (how === 'reset') peer.socket.resetAndDestroy()
        if (how === 'close') peer.socket.end()
      })
      const stage = at === 0 ? 'greeting' : protocol === 'pop3' && at === 1 ? 'ehlo' : 'starttls'
      // A reset at once may come before the connection is known to stand.
      if (at === 0 && how === 'reset' && end.kind === 'unreachable') expect(end.cause).toBe('reset')
      else if (at < good.length) expect(end).toMatchObject({ kind: how === 'silence' ? 'timeout' : 'closed', stage })
      else expect(end.kind).toBe('handshake-failed')
    }
  }
})

it('what a server says before it was asked passes for no answer to STARTTLS', async () => {
  for (const ahead of ['a2 OK go\r\n', '* OK\r\n']) {
    const { end } = await meet('imap', async (peer) => {
      await peer.write('* OK hi\r\n')
      await peer.waitFor(/a1 CAPABILITY\r\n/)
      await peer.write(`* CAPABILITY STARTTLS\r\na1 OK\r\n${ahead}`)
      await peer.waitFor(/a2 STARTTLS\r\n/)
      await peer.write('a2 OK Begin TLS\r\n')
    })
    expect(['injected', 'handshake-failed']).toContain(end.kind)
  }
})

it("examinations keep the server's first octets of TLS, senders do not", async () => {
  const examined = await examineMail({ protocol: 'smtp' })
  expect(examined.hop.record.flight?.subarray(0, 2)).toEqual(Buffer.from([0x16, 0x03]))
  const sent = await examineMail({ protocol: 'smtp' }, { probe: false })
  expect(sent.hop.record.flight).toBeUndefined()
  expect(sent.hop.channel?.secured).toBe(true)
})

it('a TLS session of an examination may be taken up again', async () => {
  const first = await examineMail({ protocol: 'smtp' })
  expect(first.hop.record.tls?.resumed).toBe(false)
  expect(first.hop.session).toBeInstanceOf(Buffer)
  const sender = await examineMail({ protocol: 'smtp' }, { probe: false })
  expect(sender.hop.session).toBeUndefined()
})

it('cases 33 and 41: what is offered in the clear and inside TLS is told apart', async () => {
  const { hop } = await examineMail({
    protocol: 'smtp',
    answer: ({ verb, secure }) =>
      verb === 'EHLO' ? (secure ? '250-mx\r\n250-AUTH PLAIN\r\n250 REQUIRETLS\r\n' : '250-mx\r\n250 STARTTLS\r\n') : undefined,
  })
  const keywordsOf = (list = hop.record.capabilities) => list?.extensions.map(({ keyword }) => keyword)
  expect(keywordsOf()).toEqual(['STARTTLS'])
  expect(keywordsOf(hop.record.inside)).toEqual(['AUTH', 'REQUIRETLS'])
})

it('nothing is written to a server that cannot be reached', async () => {
  const { record, end, stream } = await reachTls(
    { host: 'mx.example.test', address: '192.0.2.1', port: 143 },
    hopOptions('imap', { dialer: async () => ({ kind: 'unreachable', cause: 'no-route', detail: 'EHOSTUNREACH' }) }),
  )
  expect(end).toMatchObject({ kind: 'unreachable', cause: 'no-route' })
  expect(stream).toBeUndefined()
  expect(record.transcript).toMatchObject([{ from: 'note', text: 'no connection: EHOSTUNREACH' }])
})

it.each([
  ['broken TLS', '\x16\x03\x03\x00\x04\x14\x00\x00\x00', 'handshake-other'],
  ['TLS of another order', '\x17\x03\x03\x00\x04abcd', 'handshake-other'],
  ['HTTP', 'HTTP/1.1 400 Bad Request\r\n\r\n', 'handshake-not-tls'],
])('case 27: %s where the ServerHello was due is told apart', async (_, bytes, cause) => {
  const clock = new VirtualClock()
  await using server = await startRawServer(async (peer) => {
    await peer.write('* OK [CAPABILITY STARTTLS] hi\r\n')
    await peer.waitFor(/STARTTLS\r\n/)
    await peer.write('a1 OK\r\n')
    await peer.waitFor(/\x16\x03/)
    await peer.write(bytes)
    peer.socket.end()
  })
  const { record, end } = await openHop(endpointOf(server), hopOptions('imap', { clock }))
  expect(judgeHop(record, end, 'user', clock.now())).toMatchObject({ verdict: 'broken', cause })
  expect(record.flight?.toString('latin1')).toBe(bytes)
})
