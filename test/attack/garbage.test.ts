/*
 * The threat: bytes in the handshake that are not what they should be, from a broken proxy or by the hand of somebody
 * on the way who turns single bits. TLS must notice, and what it notices must be a verdict: no crash, no hang, and
 * never a session that was tampered with.
 */
import { connect } from 'node:net'
import { Transform, pipeline } from 'node:stream'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { type Place, startScriptedServer } from '../../src/world/index.ts'
import { anyHello, attackWith, hopTo, reachStarttls } from '../support/attack.ts'
import { authority, mx, startLab } from '../support/lab.ts'
import { publicAddress } from '../support/network.ts'
import { startRawServer } from '../support/rawServer.ts'

const identity = await authority.issue({ names: [mx] })

it('case 27: random bytes, as records or not, are broken', async () => {
  const type = fc.constantFrom(20, 21, 22, 23, 24, 0, 128, 255)
  const body = fc.uint8Array({ maxLength: 200 })
  const record = fc
    .tuple(type, fc.constantFrom(1, 3, 4, 9), body)
    .map(([kind, minor, bytes]) => [kind, 3, minor, 0, bytes.length, ...bytes])
  const bytes = fc.oneof(
    fc.uint8Array({ minLength: 1, maxLength: 300 }).map((list) => [...list]),
    fc.array(record, { minLength: 1, maxLength: 4 }).map((list) => list.flat()),
  )
  await fc.assert(
    fc.asyncProperty(bytes, async (list) => {
      const { host } = await attackWith(async (peer) => {
        if (!(await reachStarttls(peer, '220 go\r\n'))) return
        await peer.waitFor(anyHello)
        await peer.write(Buffer.from(list))
        peer.socket.end()
      })
      expect(host).toMatchObject({ verdict: 'broken', grade: 'F', tls: undefined })
      expect(host.cause).toMatch(/^(?:handshake-(?:closed|not-tls|version|alert|other)|injected)$/)
    }),
    { numRuns: 120 },
  )
})

/** A box that turns one bit of what the server says after its 220 to STARTTLS. */
async function startFlipper(target: Place, at: number, bit: number) {
  const said: Buffer[] = []
  const server = await startRawServer(({ socket }) => {
    let inTls = false
    let seen = 0
    const flip = new Transform({
      transform(chunk: Buffer, _encoding, done) {
        if (!inTls) {
          inTls = chunk.toString('latin1').startsWith('220 2.0.0')
          return done(null, chunk)
        }
        const changed = Buffer.from(chunk)
        const index = at - seen
        if (index >= 0 && index < changed.length) changed[index] = (changed[index] ?? 0) ^ (1 << bit)
        seen += chunk.length
        said.push(chunk)
        done(null, changed)
      },
    })
    const behind = connect({ host: target.host, port: target.port })
    socket.removeAllListeners('data')
    pipeline(socket, behind, () => undefined)
    pipeline(behind, flip, socket, () => undefined)
  })
  return { ...server, said: () => Buffer.concat(said), [Symbol.asyncDispose]: () => server[Symbol.asyncDispose]() }
}

/** RFC 8446 5.1: the version in the header of a record must be ignored. It says nothing that anybody believes. */
function isIgnored(records: Buffer, at: number): boolean {
  for (let header = 0; header + 5 <= records.length; header += 5 + records.readUInt16BE(header + 3)) {
    if (at === header + 1 || at === header + 2) return true
  }
  return false
}

it('case 27: one bit turned in the handshake is noticed, wherever it is', async () => {
  await using server = await startScriptedServer({ hostname: mx, tls: { identity } })
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 0, max: 600 }), fc.integer({ min: 0, max: 7 }), async (at, bit) => {
      await using box = await startFlipper(server, at, bit)
      const { end, channel } = await hopTo(box)
      if (isIgnored(box.said(), at)) return
      expect(end.kind).not.toBe('secure')
      expect(channel).toBeUndefined()
    }),
    { numRuns: 120 },
  )
})

it('one bit turned anywhere is a verdict of a check, too', async () => {
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 0, max: 2_000 }), fc.integer({ min: 0, max: 7 }), async (at, bit) => {
      await using lab = await startLab()
      const server = await lab.addServer()
      await using box = await startFlipper(server, at, bit)
      lab.network.put(publicAddress, 25, box)
      const { hosts } = await lab.check()
      // Valid where it lies behind what was needed, as in a session ticket or the answer to QUIT.
      expect(['broken', 'valid']).toContain(hosts[0]?.verdict)
    }),
    { numRuns: 40 },
  )
})
