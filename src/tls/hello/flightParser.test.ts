import fc from 'fast-check'
import { expect, it } from 'vitest'
import type { HelloAnswer } from './answer.ts'
import { uint16, uint16s, uint8, vector } from './encode.ts'
import { FlightParser } from './flightParser.ts'
import { printRecords } from './record.ts'
import { Ssl2Parser } from './ssl2Parser.ts'

const message = (type: number, ...body: readonly Buffer[]) => Buffer.concat([uint8(type), vector(3, ...body)])
const record = (...messages: readonly Buffer[]) => printRecords(22, 0x0303, Buffer.concat(messages))
const serverHello = (suite = 0xc02f, version = 0x0303, extensions: readonly Buffer[] = []) =>
  message(
    2,
    uint16(version),
    Buffer.alloc(32, 7),
    vector(1),
    uint16(suite),
    uint8(0),
    ...(extensions.length === 0 ? [] : [vector(2, ...extensions)]),
  )
const certificate = message(11, vector(3, vector(3, Buffer.from('leaf')), vector(3, Buffer.from('authority'))))
const status = message(22, uint8(1), vector(3, Buffer.from('staple')))
const ecdhe = message(12, uint8(3), uint16(23), vector(1, Buffer.alloc(65, 4)), uint16(0x0804), vector(2, Buffer.alloc(256)))
const request = message(13, vector(1, Buffer.of(1, 64)), vector(2, uint16s([0x0403])), vector(2, vector(2, Buffer.from('dn'))))
const done = message(14)
const whole = [serverHello(), certificate, status, ecdhe, request, done]

function parse(bytes: Buffer, step = bytes.length): HelloAnswer {
  const parser = new FlightParser()
  for (let at = 0; at < bytes.length; at += step) {
    const answer = parser.push(bytes.subarray(at, at + step))
    if (answer) return answer
  }
  return parser.end({ kind: 'closed', how: 'end' })
}

/** The same octets of handshake in records of `size`. */
function split(messages: readonly Buffer[], size: number): Buffer {
  const joined = Buffer.concat(messages)
  const records: Buffer[] = []
  for (let at = 0; at < joined.length; at += size) records.push(record(joined.subarray(at, at + size)))
  return Buffer.concat(records)
}

const expected = {
  kind: 'flight',
  version: 0x0303,
  suite: 0xc02f,
  retry: false,
  compression: 0,
  group: 23,
  complete: true,
  warnings: [],
  certificates: [Buffer.from('leaf'), Buffer.from('authority')],
  staple: Buffer.from('staple'),
  keyExchange: { kind: 'ecdhe', group: 23, scheme: 0x0804 },
  certificateRequest: { types: [1, 64], schemes: [0x0403], authorities: 1 },
}

it('reads the same flight however it is cut into records and pieces', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 700 }), fc.integer({ min: 1, max: 700 }), (size, step) => {
      const bytes = split(whole, size)
      const answer = parse(bytes, step)
      expect(answer).toMatchObject(expected)
      expect(answer.bytes).toEqual(bytes)
    }),
  )
  expect(parse(record(...whole), 1)).toMatchObject(expected)
})

it('a flight cut off at any octet is never whole, and never an error', () => {
  const bytes = record(...whole)
  for (let end = 0; end < bytes.length; end++) expect(parse(bytes.subarray(0, end)).kind, String(end)).toBe('closed')
  const apart = split(whole, serverHello().length)
  for (let end = 0; end < apart.length; end++) {
    const answer = parse(apart.subarray(0, end))
    if (end < serverHello().length + 5) expect(answer).toMatchObject({ kind: 'closed', how: 'end' })
    // What was chosen is known by then (case 58).
    else expect(answer).toMatchObject({ kind: 'flight', suite: 0xc02f, complete: false })
  }
})

it('throws for nothing that a peer can send', () => {
  const anything = fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes))
  const messages = fc.array(
    fc.tuple(fc.constantFrom(0, 2, 4, 11, 12, 13, 14, 22), anything).map(([type, body]) => message(type, body)),
    { maxLength: 5 },
  )
  const mutated = fc.tuple(fc.nat(record(...whole).length - 1), fc.nat(255)).map(([at, octet]) => {
    const bytes = Buffer.from(record(...whole))
    bytes[at] = octet
    return bytes
  })
  const kinds = ['flight', 'alert', 'closed', 'malformed', 'ssl2']
  fc.assert(
    fc.property(
      fc.oneof(
        anything,
        messages.map((all) => record(serverHello(), ...all)),
        mutated,
      ),
      (bytes) => {
        const answer = parse(bytes)
        expect(kinds).toContain(answer.kind)
        const old = new Ssl2Parser()
        expect(kinds).toContain((old.push(bytes) ?? old.end({ kind: 'closed', how: 'end' })).kind)
      },
    ),
    { numRuns: 2000 },
  )
})

const extension = (type: number, data: Buffer) => Buffer.concat([uint16(type), vector(2, data)])
const tls13 = extension(43, uint16(0x0304))

it.each([
  ['an empty record', Buffer.from('1603030000', 'hex'), 'an empty record'],
  ['a record beyond 2^14 + 2048', Buffer.from('1603034801', 'hex'), 'a record of 18433 octets'],
  ['a record of a version nobody has', Buffer.from('160309000100', 'hex'), 'a record of version 3.9'],
  ['application data', Buffer.from('170303000100', 'hex'), 'a record of type 23 before the handshake was done'],
  ['half an alert', Buffer.from('150303000102', 'hex'), 'an alert of 1 octets'],
  ['no end of warnings', Buffer.from('1503030002015a'.repeat(6), 'hex'), 'more than 5 warnings'],
  ['a chain of 1 MB', Buffer.from('16030300040b100000', 'hex'), 'a handshake message of type 11 of 1048576 octets'],
  ['a message that nobody sends here', record(message(20)), 'a handshake message of type 20'],
  ['a certificate first', record(certificate), 'a handshake message of type 11 out of place'],
  ['two certificates', record(serverHello(), certificate, certificate), 'a handshake message of type 11 out of place'],
  ['two ServerHellos', record(serverHello(), serverHello()), 'a handshake message of type 2 out of place'],
  ['an octet behind the end', record(serverHello(), done, uint8(0)), 'octets behind ServerHelloDone'],
  ['a version that does not exist', record(serverHello(1, 0x0305)), 'a ServerHello of a version that does not exist'],
  [
    'a long session id',
    record(message(2, uint16(0x0303), Buffer.alloc(32), vector(1, Buffer.alloc(33)), Buffer.alloc(3))),
    'a session id of 33 octets',
  ],
  [
    'an extension twice',
    record(serverHello(1, 0x0303, [extension(23, Buffer.alloc(0)), extension(23, Buffer.alloc(0))])),
    'extension 23 twice',
  ],
  ['an extension cut short', record(serverHello(1, 0x0303, [uint16(23), uint16(9)])), 'an extension cut short'],
  [
    'a short share',
    record(serverHello(0x1301, 0x0303, [tls13, extension(51, Buffer.of(0, 29, 0, 9, 1))])),
    'a key share that breaks its form',
  ],
  [
    'an encrypted part in the clear',
    record(serverHello(0x1301, 0x0303, [tls13]), certificate),
    'octets behind a ServerHello of TLS 1.3',
  ],
  [
    'an empty certificate',
    record(serverHello(), message(11, vector(3, vector(3)))),
    'a Certificate message that breaks its form',
  ],
  [
    'ECDHE without a point',
    record(serverHello(), message(12, uint8(3), uint16(23), vector(1))),
    'a ServerKeyExchange that breaks its form',
  ],
  [
    'a ChangeCipherSpec in between',
    Buffer.concat([record(serverHello(), certificate), Buffer.from('140303000101', 'hex')]),
    'a ChangeCipherSpec out of place',
  ],
])('%s is malformed (case 77)', (_what, bytes, why) => {
  expect(parse(bytes)).toEqual({ kind: 'malformed', why, bytes })
  expect(parse(bytes, 1)).toMatchObject({ kind: 'malformed', why })
})

it('bounds the number of certificates', () => {
  const many = message(11, vector(3, ...Array.from({ length: 101 }, () => vector(3, Buffer.of(1)))))
  expect(parse(record(serverHello(), many))).toMatchObject({ kind: 'malformed', why: 'more than 100 certificates' })
})

it('takes a chain of 100 KiB, and keeps 64 KiB as evidence', () => {
  const big = message(11, vector(3, vector(3, Buffer.alloc(100 * 1024 - 6, 0x30))))
  const answer = parse(record(serverHello(0x002f), big, done))
  expect(answer).toMatchObject({ kind: 'flight', complete: true, keyExchange: undefined })
  expect(answer.bytes).toHaveLength(64 * 1024)
})

it('a server that resumes ends its ServerHello by ChangeCipherSpec (RFC 5077 3.1)', () => {
  const ticket = message(4, Buffer.alloc(6))
  const bytes = Buffer.concat([record(serverHello(), ticket), Buffer.from('140303000101', 'hex')])
  expect(parse(bytes)).toMatchObject({ kind: 'flight', suite: 0xc02f, complete: false, certificates: undefined })
})

it('ignores HelloRequest, and the ChangeCipherSpec that middleboxes want to see', () => {
  const bytes = Buffer.concat([Buffer.from('140303000101', 'hex'), record(message(0), ...whole)])
  expect(parse(bytes)).toMatchObject(expected)
})

const signature = [uint16(0x0401), vector(2, Buffer.alloc(256))]
const dhe = [vector(2, Buffer.from('00ff01', 'hex')), vector(2, Buffer.of(2)), vector(2, Buffer.of(9))]
const hint = vector(2, Buffer.from('hint'))

it.each([
  [
    'DHE',
    0x009e,
    [...dhe, ...signature],
    { kind: 'dhe', prime: Buffer.of(0xff, 1), generator: Buffer.of(2), bits: 16, scheme: 0x0401 },
  ],
  ['anonymous DH', 0x006d, dhe, { kind: 'dhe', prime: Buffer.of(0xff, 1), generator: Buffer.of(2), bits: 16, scheme: undefined }],
  [
    'RSA for export',
    0x0003,
    [vector(2, Buffer.from('7f'.repeat(64), 'hex')), vector(2, Buffer.of(3)), ...signature],
    { kind: 'rsa-export', bits: 511 },
  ],
  [
    'DHE with PSK',
    0x00aa,
    [hint, ...dhe],
    { kind: 'dhe', prime: Buffer.of(0xff, 1), generator: Buffer.of(2), bits: 16, scheme: undefined },
  ],
  [
    'ECDHE with PSK',
    0xc037,
    [hint, uint8(3), uint16(29), vector(1, Buffer.alloc(32))],
    { kind: 'ecdhe', group: 29, scheme: undefined },
  ],
  ['PSK', 0x00a8, [hint], undefined],
  [
    'SRP',
    0xc020,
    [vector(2, Buffer.of(7)), vector(2, Buffer.of(2)), vector(1, Buffer.of(1)), vector(2, Buffer.of(5)), ...signature],
    undefined,
  ],
])('reads the parameters of %s', (_name, suite, body, keyExchange) => {
  expect(parse(record(serverHello(suite), message(12, ...body), done))).toMatchObject({ complete: true, keyExchange })
})

it('of several staples keeps the first (RFC 6961 2.2)', () => {
  const several = message(22, uint8(2), vector(3, vector(3, Buffer.from('one')), vector(3, Buffer.from('two'))))
  expect(parse(record(serverHello(), certificate, several, done))).toMatchObject({ staple: Buffer.from('one') })
})
