/*
 * The threat, or just the weather: a server or a firewall resets the connection, at any stage. Each must be a verdict
 * of its own. An error of a socket that nobody listens to ends the whole process in Node, with a hundred thousand
 * other recipients in it; the test run fails on any such error by itself.
 */
import { setImmediate as takeTurn } from 'node:timers/promises'
import { TLSSocket, createSecureContext } from 'node:tls'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Script, startScriptedServer } from '../../src/world/index.ts'
import { anyHello, attackWith, hopTo, reachStarttls } from '../support/attack.ts'
import { checkWith } from '../support/checkWith.ts'
import { authority, mx } from '../support/lab.ts'
import { type Peer, startRawServer } from '../support/rawServer.ts'

const identity = await authority.issue({ names: [mx] })

const stages = [
  ['greeting', 'unreachable'],
  ['ehlo', 'unreachable'],
  ['starttls', 'broken'],
  ['ehloAfterTls', 'broken'],
] as const satisfies readonly (readonly [keyof Script, string])[]

describe.each([
  ['reset', { reset: true }],
  ['closed', { close: true }],
] as const)('a connection that is %s', (cause, act) => {
  it.each(stages)('case 12, 28: at %s is %s', async (stage, verdict) => {
    const { host } = await checkWith({ [stage]: act })
    expect(host).toMatchObject({ verdict, cause, grade: verdict === 'broken' ? 'F' : '–' })
  })

  it.each(stages)('at %s gives a sender no channel', async (stage) => {
    await using server = await startScriptedServer({ tls: { identity }, [stage]: act })
    const { end, channel } = await hopTo(server)
    // A reset may be there before the connection is told to us; then it did not come about.
    if (end.kind === 'unreachable') expect([stage, cause, end.cause]).toEqual(['greeting', 'reset', 'reset'])
    else expect(end).toMatchObject({ kind: 'closed', how: cause === 'reset' ? 'reset' : 'end' })
    expect(channel).toBeUndefined()
  })

  it('after QUIT changes nothing', async () => {
    const { host, findings } = await checkWith({ quit: act })
    expect(host).toMatchObject({ verdict: 'valid' })
    expect(findings).toEqual({})
  })
})

function reset({ socket }: Peer): void {
  socket.resetAndDestroy()
}

describe('a reset in the handshake', () => {
  it.each([
    ['at once after the 220', async (peer: Peer) => reset(peer)],
    [
      'on the ClientHello',
      async (peer: Peer) => {
        await peer.waitFor(anyHello)
        reset(peer)
      },
    ],
    [
      'within a record',
      async (peer: Peer) => {
        await peer.waitFor(anyHello)
        await peer.write('\x16\x03\x03\x00\x7a\x02\x00')
        for (let turn = 0; turn < 5; turn++) await takeTurn()
        reset(peer)
      },
    ],
  ])('case 28: %s is broken', async (_, act) => {
    const { host, findings, clock } = await attackWith(async (peer) => {
      if (await reachStarttls(peer, '220 go\r\n')) await act(peer)
    })
    expect(host).toMatchObject({ verdict: 'broken', grade: 'F', cause: 'handshake-closed', tls: undefined })
    expect(Object.keys(findings)).toEqual(['handshake-failed'])
    expect(clock.elapsed).toBe(0)
  })

  it.each([
    ['reset', (peer: Peer) => reset(peer)],
    ['closed', (peer: Peer) => peer.socket.end()],
  ])('with implicit TLS, %s on the ClientHello, is a failed handshake', async (_, act) => {
    await using server = await startRawServer(async (peer) => {
      await peer.waitFor(/\x16\x03/)
      act(peer)
    })
    const { end, channel } = await hopTo(server, { security: 'implicit' })
    expect(end).toMatchObject({ kind: 'handshake-failed', failure: { why: 'closed' } })
    expect(channel).toBeUndefined()
  })
})

it('a reset right after the handshake, before or behind the EHLO inside, is broken', async () => {
  const context = createSecureContext(identity)
  for (const turns of [0, 1, 2, 3, 5, 8]) {
    const { host } = await attackWith(async (peer) => {
      if (!(await reachStarttls(peer, '220 go\r\n'))) return
      peer.socket.removeAllListeners('data')
      const tls = new TLSSocket(peer.socket, { isServer: true, secureContext: context })
      tls.on('error', () => undefined)
      await new Promise((resolve) => tls.once('secure', resolve))
      for (let turn = 0; turn < turns; turn++) await takeTurn()
      reset(peer)
    })
    expect(host.verdict).toBe('broken')
    expect(host.cause).toMatch(/^(?:reset|closed|handshake-closed)$/)
  }
})

it('a reset after any number of bytes, of any part of the dialogue, is a verdict', async () => {
  const whole = '220 mx ESMTP\r\n250-mx\r\n250 STARTTLS\r\n220 go\r\n'
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 0, max: whole.length }), fc.boolean(), async (length, hard) => {
      const { host } = await attackWith(async (peer) => {
        await peer.write(whole.slice(0, length))
        if (hard) reset(peer)
        else peer.socket.end()
      })
      expect(['unreachable', 'broken', 'plaintext']).toContain(host.verdict)
      expect(host.tls).toBeUndefined()
    }),
    { numRuns: 60 },
  )
})
