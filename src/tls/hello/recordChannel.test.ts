import { Duplex } from 'node:stream'
import { setImmediate as takeTurn } from 'node:timers/promises'
import { connect } from 'node:net'
import { expect, it } from 'vitest'
import { VirtualClock } from '../../../test/support/clock.ts'
import { type Peer, startRawServer } from '../../../test/support/rawServer.ts'
import { RecordChannel } from './recordChannel.ts'

const alert = Buffer.from('15030300020228', 'hex')

async function speak<T>(
  serve: (peer: Peer, clock: VirtualClock) => Promise<void> | void,
  talk: (channel: RecordChannel) => Promise<T>,
) {
  const clock = new VirtualClock()
  await using server = await startRawServer(async (peer) => serve(peer, clock))
  const stream = connect(server.port, server.host)
  const said = await talk(new RecordChannel(stream, { timeoutMs: 10_000, clock }))
  return { said, stream, elapsed: clock.elapsed, received: server.peers[0]?.received ?? '' }
}

it('gives records one by one, then how it ended', async () => {
  const { said } = await speak(
    async (peer) => {
      await peer.waitFor(/ping/)
      await peer.write(Buffer.concat([Buffer.from('1803030001ff', 'hex'), alert]))
      peer.socket.end()
    },
    async (channel) => {
      channel.write(Buffer.from('ping'))
      return [await channel.readRecord(), await channel.readRecord(), await channel.readRecord()]
    },
  )
  expect(said).toEqual([
    { kind: 'record', type: 24, version: 0x0303, body: Buffer.of(0xff) },
    { kind: 'record', type: 21, version: 0x0303, body: Buffer.of(2, 40) },
    { kind: 'closed', how: 'end' },
  ])
})

it('reads on behind a flight', async () => {
  const hello = Buffer.from(`160303002a020000260303${'07'.repeat(32)}00002f00`, 'hex')
  const { said } = await speak(
    async (peer) => peer.write(Buffer.concat([hello, Buffer.from('16030300040e000000', 'hex'), alert])),
    async (channel) => [await channel.readFlight(), await channel.readRecord()],
  )
  expect(said).toMatchObject([{ kind: 'flight', suite: 0x002f, complete: true }, { type: 21 }])
})

it('each wait has an end, though the server drips on', async () => {
  const { said, elapsed } = await speak(
    async (peer, clock) => {
      for (const octet of alert.subarray(0, 6)) {
        await peer.write(Buffer.of(octet))
        await clock.sleep(3000)
      }
    },
    async (channel) => channel.readRecord(),
  )
  expect(said).toEqual({ kind: 'timeout', ms: 10_000 })
  expect(elapsed).toBeLessThan(13_000)
})

it('an alert before a reset is heard', async () => {
  for (let round = 0; round < 20; round++) {
    const { said } = await speak(
      async (peer) => {
        await peer.waitFor(/ping/)
        await peer.write(alert)
        peer.socket.resetAndDestroy()
      },
      async (channel) => {
        channel.write(Buffer.from('ping'))
        return [await channel.readRecord(), await channel.readRecord()]
      },
    )
    expect(said).toMatchObject([
      { kind: 'record', type: 21 },
      { kind: 'closed', how: 'reset' },
    ])
  }
})

it('takes no more than 64 KiB that nobody reads (case 77)', async () => {
  const { stream } = await speak(
    async (peer) => peer.write(Buffer.alloc(32 * 1024 * 1024, alert)),
    async (channel) => {
      await channel.readRecord()
      await channel.leave({ version: 0x0303, description: 0 })
    },
  )
  // 64 KiB of our own, and as much as the stream has ready.
  expect(stream.bytesRead).toBeLessThan(512 * 1024)
  expect(stream.destroyed).toBe(true)
})

it('leaves with an alert, and waits a moment for the server to leave too', async () => {
  const stays = await speak(
    () => undefined,
    async (channel) => channel.leave({ version: 0x0301, description: 0 }),
  )
  expect(stays.received).toBe('\x15\x03\x01\x00\x02\x01\x00')
  expect(stays.elapsed).toBe(20)
  const leaves = await speak(
    (peer) => {
      peer.socket.on('end', () => peer.socket.end())
    },
    async (channel) => channel.leave({ version: 0x0301, description: 90 }),
  )
  expect([leaves.received, leaves.elapsed]).toEqual(['\x15\x03\x01\x00\x02\x01\x5a', 0])
})

it('a stream that is over already is closed, and its errors are nobody else’s', async () => {
  const clock = new VirtualClock()
  const gone = new Duplex({ read: () => undefined }).destroy(new Error('gone'))
  const channel = new RecordChannel(gone, { timeoutMs: 1000, clock })
  channel.write(alert)
  expect(await channel.readRecord()).toEqual({ kind: 'closed', how: 'reset' })
  await channel.leave({ version: 0x0303, description: 0 })
  const late = new Duplex({ read: () => undefined, write: (_chunk, _encoding, done) => done() })
  await new RecordChannel(late, { timeoutMs: 1000, clock }).leave()
  late.emit('error', new Error('late'))
  await takeTurn()
  expect([late.destroyed, clock.elapsed]).toEqual([true, 20])
})
