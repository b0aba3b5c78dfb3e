import { duplexPair } from 'node:stream'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { VirtualClock } from '../../../test/support/clock.ts'
import {
  type KnownServer,
  type Open,
  type ProbeOptions,
  type Probed,
  probeEarlyCcs,
  probeFallbackScsv,
  probeHeartbleed,
  probeIntolerance,
  probeRobot,
  probeTicketbleed,
} from './index.ts'

const known: KnownServer = { versions: [0x0304, 0x0303, 0x0301], suites: [0xc02f, 0x002f] }
const record = (type: number, body: Buffer) => Buffer.concat([Buffer.of(type, 3, 3, body.length >> 8, body.length & 0xff), body])
const heartbeat = Buffer.from('0005000f000101', 'hex')
const hello = Buffer.concat([Buffer.of(3, 3), Buffer.alloc(32, 7), Buffer.of(0, 0, 0x2f, 0), heartbeat])
/** ServerHello, a Certificate that is none, ServerHelloDone. */
const flight = record(
  22,
  Buffer.concat([
    Buffer.of(2, 0, 0, hello.length),
    hello,
    Buffer.from('0b00000a00000700000430030101', 'hex'),
    Buffer.of(14, 0, 0, 0),
  ]),
)

/** Says `first` to whatever comes first, `then` to the next, and leaves. */
function openTo(first: Buffer, then: Buffer): Open {
  return async () => {
    const [ours, theirs] = duplexPair()
    theirs.on('error', () => undefined)
    theirs.on('end', () => theirs.end())
    theirs.once('data', () => {
      theirs.write(first)
      // To anything but a flight there is no second question.
      if (first !== flight) theirs.end(then)
      theirs.once('data', () => theirs.end(then))
    })
    return ours
  }
}

const anything = fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes))
const records = fc.array(
  fc.tuple(
    fc.integer({ min: 20, max: 24 }),
    anything.filter((body) => body.length > 0),
  ),
  { maxLength: 4 },
)

const probes: [string, (open: Open, known: KnownServer, options: ProbeOptions) => Promise<readonly Probed[]>][] = [
  ['heartbleed', async (...asked) => [await probeHeartbleed(...asked)]],
  ['early ChangeCipherSpec', async (...asked) => [await probeEarlyCcs(...asked)]],
  ['ROBOT', async (...asked) => [await probeRobot(...asked)]],
  ['TLS_FALLBACK_SCSV', async (...asked) => [await probeFallbackScsv(...asked)]],
  ['ticketbleed', async (open, known, options) => [await probeTicketbleed(open, known, Buffer.alloc(100), options)]],
  ['intolerance', async (...asked) => (await probeIntolerance(...asked)).map(({ probed }) => probed)],
]

it.each(probes)('%s throws for nothing that a server says (case 77)', async (_name, probe) => {
  await fc.assert(
    fc.asyncProperty(
      fc.oneof(fc.constant(flight), anything),
      fc.oneof(
        records.map((all) => Buffer.concat(all.map(([type, body]) => record(type, body)))),
        anything,
      ),
      async (first, then) => {
        const options = { timeoutMs: 1000, clock: new VirtualClock(), servername: undefined }
        for (const probed of await probe(openTo(first, then), known, options)) {
          expect(['vulnerable', 'safe', 'not-applicable', 'not-tested']).toContain(probed.kind)
          if (probed.kind === 'vulnerable') expect(probed.bytes.length).toBeLessThanOrEqual(64)
        }
      },
    ),
    { numRuns: 60 },
  )
})

it('a certificate without an RSA key is no reason to call a server safe', async () => {
  const options = { timeoutMs: 1000, clock: new VirtualClock(), servername: undefined }
  const probed = await probeRobot(openTo(flight, Buffer.alloc(0)), known, options)
  expect(probed).toMatchObject({ kind: 'not-tested', why: expect.stringContaining('no certificate with an RSA key') as unknown })
})
