import fc from 'fast-check'
import { expect, it } from 'vitest'
import { readClientHello, readSsl2Hello } from '../../../test/support/tlsServer/clientHello.ts'
import type { ClientHello } from './clientHello.ts'
import { findFfdhePrime } from './finiteField.ts'
import { printClientHello } from './printClientHello.ts'
import { RecordReader } from './record.ts'

const base: ClientHello = { version: 0x0303, suites: [0xc02f], groups: [], signatureSchemes: [] }

/** Read by the test server's own reader, which shares no code with the printer. */
function readBack(hello: ClientHello) {
  const records = new RecordReader()
  records.push(printClientHello(hello))
  const bodies: Buffer[] = []
  let version = 0
  for (let record = records.next(); record?.kind === 'record'; record = records.next()) {
    expect(record.type).toBe(22)
    version = record.version
    bodies.push(record.body)
  }
  expect(records.rest).toHaveLength(0)
  return readClientHello(Buffer.concat(bodies), version, bodies.length)
}

const uint16 = fc.integer({ min: 0, max: 0xffff })
const list = fc.array(uint16, { maxLength: 300 })
const hello: fc.Arbitrary<ClientHello> = fc.record({
  version: fc.constantFrom(0x0300, 0x0301, 0x0302, 0x0303, 0x0304),
  suites: fc.array(uint16, { minLength: 1, maxLength: 300 }),
  groups: list,
  signatureSchemes: list,
  keyShares: fc.subarray([23, 24, 25, 29, 30, 256, 0x0201, 0x11ec, 0x7777]),
  servername: fc.constantFrom(undefined, 'mx.example.test'),
  sessionId: fc.uint8Array({ maxLength: 32 }).map((bytes) => Buffer.from(bytes)),
  ticket: fc.uint8Array({ maxLength: 500 }).map((bytes) => Buffer.from(bytes)),
  extendedMasterSecret: fc.boolean(),
  encryptThenMac: fc.boolean(),
  heartbeat: fc.boolean(),
  statusRequest: fc.boolean(),
  renegotiationInfo: fc.boolean(),
  padTo: fc.integer({ min: 0, max: 40_000 }),
  extensions: fc.constantFrom([], [{ type: 0x2a2a, data: Buffer.from('grease') }]),
})

it('a hello is read by another reader as it was meant', () => {
  fc.assert(
    fc.property(hello, (meant) => {
      const seen = readBack(meant)
      const has = (type: number) => seen.extensions.some((extension) => extension.type === type)
      expect(seen.recordVersion).toBe(meant.version === 0x0300 ? 0x0300 : 0x0301)
      expect(seen.version).toBe(Math.min(meant.version, 0x0303))
      expect(seen.versions).toEqual(meant.version === 0x0304 ? [0x0304] : undefined)
      expect(seen.suites).toEqual(meant.suites)
      expect(seen.groups ?? []).toEqual(meant.groups)
      expect(seen.schemes ?? []).toEqual(meant.signatureSchemes)
      expect(seen.servername).toBe(meant.servername)
      expect(seen.sessionId).toEqual(meant.sessionId)
      expect(seen.compression).toEqual([0])
      // A group that nobody can make a share for is left out.
      expect(seen.keyShares?.map(({ group }) => group)).toEqual(meant.keyShares?.filter((group) => group !== 0x7777))
      expect([23, 22, 15, 5, 0xff01, 0x2a2a].map(has)).toEqual([
        meant.extendedMasterSecret,
        meant.encryptThenMac,
        meant.heartbeat,
        meant.statusRequest,
        meant.renegotiationInfo,
        meant.extensions?.length === 1,
      ])
      expect(seen.extensions.find(({ type }) => type === 35)?.data).toEqual(meant.ticket)
      expect(seen.octets).toBeGreaterThanOrEqual(meant.padTo ?? 0)
      // RFC 8446 5.1: no record is longer than 2^14.
      expect(seen.records).toBe(Math.ceil(seen.octets / 2 ** 14))
    }),
    { numRuns: 200 },
  )
})

it.each([0, 100, 255, 256, 511, 512, 517, 5000])('pads a hello to %i octets, and by no more than an extension takes', (padTo) => {
  for (const hello of [base, { ...base, groups: [23] }]) {
    const bare = readBack(hello).octets
    const { octets } = readBack({ ...hello, padTo })
    if (padTo <= bare) expect(octets).toBe(bare)
    else expect(octets).toBe(Math.max(padTo, bare + (hello.groups.length === 0 ? 6 : 4)))
  }
})

it('a hello without extensions ends with the compression methods, as SSL 3.0 has it', () => {
  const printed = printClientHello({ ...base, version: 0x0300, suites: [0x000a], compression: [1, 0] })
  expect(printed.subarray(0, 11)).toEqual(Buffer.from('160300002e0100002a0300', 'hex'))
  expect(printed.subarray(11 + 32)).toEqual(Buffer.from('000002000a020100', 'hex'))
})

it('says what it lists in place of the version alone', () => {
  const seen = readBack({ ...base, version: 0x0304, versions: [0x7a7a, 0x0304, 0x0303], recordVersion: 0x0303 })
  expect(seen).toMatchObject({ versions: [0x7a7a, 0x0304, 0x0303], recordVersion: 0x0303, keyShares: undefined })
  expect(readBack({ ...base, version: 0x0304, keyShares: [] }).keyShares).toEqual([])
})

it('makes each share as long as its standard has it', () => {
  const sizes = {
    23: 65,
    24: 97,
    25: 133,
    29: 32,
    30: 56,
    31: 65,
    32: 97,
    33: 129,
    256: 256,
    257: 384,
    258: 512,
    259: 768,
    260: 1024,
    0x0200: 800,
    0x0201: 1184,
    0x0202: 1568,
    0x11eb: 1249,
    0x11ec: 1216,
    0x11ed: 1665,
    0x6399: 1216,
  }
  const groups = Object.keys(sizes).map(Number)
  const shares = readBack({ ...base, version: 0x0304, keyShares: groups }).keyShares ?? []
  expect(Object.fromEntries(shares.map(({ group, share }) => [group, share.length]))).toEqual(sizes)
})

// RFC 7919 A.1 and A.5, the first and the last octets.
it.each([
  [2048, 'ffffffffffffffffadf85458a2bb4a9a', '886b423861285c97ffffffffffffffff'],
  [8192, 'ffffffffffffffffadf85458a2bb4a9a', 'd68c8bb7c5c6424cffffffffffffffff'],
])('computes the prime of ffdhe%i', (bits, head, tail) => {
  const prime = (findFfdhePrime(bits) ?? 0n).toString(16)
  expect(prime).toHaveLength(bits / 4)
  expect([prime.slice(0, 32), prime.slice(-32)]).toEqual([head, tail])
})

it('prints the hello of SSLv2', () => {
  const printed = printClientHello({ version: 0x0002, kinds: [0x010080, 0x0700c0] })
  expect(printed.readUInt16BE(0)).toBe(0x8000 | (printed.length - 2))
  expect(readSsl2Hello(printed.subarray(2))).toMatchObject({ form: 'ssl2', kinds: [0x010080, 0x0700c0] })
})
