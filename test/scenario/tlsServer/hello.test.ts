import fc from 'fast-check'
import { duplexPair } from 'node:stream'
import { expect, it } from 'vitest'
import { readClientHello, readSsl2Hello } from '../../support/tlsServer/clientHello.ts'
import { Malformed, vector } from '../../support/tlsServer/octets.ts'
import { speakTls } from '../../support/tlsServer/index.ts'
import { printHello } from './rawClient.ts'

const octets = fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes))

function read(message: Buffer) {
  try {
    return readClientHello(message, 0x0301, 1)
  } catch (error) {
    if (error instanceof Malformed) return undefined
    throw error
  }
}

it('a hello that is printed is read as it was', () => {
  const extension = fc.tuple(fc.integer({ min: 100, max: 0xff00 }), octets)
  const fields = fc.record({
    version: fc.integer({ min: 0x0300, max: 0x0304 }),
    suites: fc.array(fc.integer({ min: 0, max: 0xffff }), { minLength: 1, maxLength: 200 }),
    sessionId: octets.map((bytes) => bytes.subarray(0, 32)),
    compression: fc.constantFrom([0], [1, 0]),
    extensions: fc.uniqueArray(extension, { maxLength: 8, selector: ([type]) => type }),
  })
  fc.assert(
    fc.property(fields, (hello) => {
      const { extensions, ...rest } = hello
      expect(read(printHello(hello))).toMatchObject({ ...rest, extensions: extensions.map(([type, data]) => ({ type, data })) })
    }),
  )
})

it('whatever octets come, a reader says what is wrong and throws nothing else', () => {
  fc.assert(
    fc.property(octets, (bytes) => {
      read(bytes)
      try {
        readSsl2Hello(bytes)
      } catch (error) {
        expect(error).toBeInstanceOf(Malformed)
      }
    }),
  )
})

it('a hello cut short anywhere is no hello', () => {
  const hello = printHello({ extensions: [[0, Buffer.from('000b00000861622e74657374', 'hex').subarray(0)]] })
  for (let end = 0; end < hello.length; end++) {
    const withoutExtensions = end === 4 + 2 + 32 + 1 + 4 + 2
    expect(read(hello.subarray(0, end)) === undefined).toBe(!withoutExtensions)
  }
})

it.each([
  [
    'two of a type',
    [
      [100, ''],
      [100, ''],
    ],
  ],
  [
    'an extension after pre_shared_key',
    [
      [41, ''],
      [100, ''],
    ],
  ],
  ['an empty list of groups', [[10, '0000']]],
  ['half a group', [[10, '000100']]],
  ['octets behind a list', [[43, '020304ff']]],
  ['a server_name of no name', [[0, '0003000000']]],
  ['a server_name with its final dot', [[0, '000800000561622e742e'.replace('0008', '0008')]]],
  ['two shares for a group', [[51, '000a001d000101001d000102']]],
  ['extended_master_secret with something in it', [[23, '00']]],
  ['renegotiation_info of a first handshake with something in it', [[0xff01, '0100']]],
  ['heartbeat mode 3', [[15, '03']]],
  ['padding that is not zero', [[21, '0001']]],
] as const)('%s is malformed', (_what, extensions) => {
  const list = extensions.map(([type, hex]) => [type, Buffer.from(hex, 'hex')] as const)
  expect(read(printHello({ extensions: list }))).toBeUndefined()
})

it('null compression has to be there, and a suite', () => {
  expect(read(printHello({ compression: [1] }))).toBeUndefined()
  expect(read(printHello({ suites: [] }))).toBeUndefined()
  expect(read(printHello({ sessionId: Buffer.alloc(33) }))).toBeUndefined()
})

it('whatever a client writes, the conversation comes to its end', async () => {
  const lead = fc.constantFrom(Buffer.alloc(0), Buffer.from([22, 3, 1]), vector(2, Buffer.alloc(3)), Buffer.from([0x80]))
  await fc.assert(
    fc.asyncProperty(lead, octets, async (head, bytes) => {
      const [stream, client] = duplexPair()
      client.end(Buffer.concat([head, bytes]))
      client.resume()
      const { end } = await speakTls(stream)
      expect(end?.kind).toMatch(/^(?:client|malformed|server)$/)
    }),
    { numRuns: 200 },
  )
})
