import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import { type Party, createParty } from '../../test/support/chainParty.ts'
import { readFields } from '../tls/index.ts'
import { type TlsaRecord, readTlsa, readTlsaSet } from './index.ts'

const sha256 = createHash('sha256').update('a').digest()
const sha512 = createHash('sha512').update('a').digest()

let party: Party
let key: Buffer

beforeAll(async () => {
  party = await createParty('CN=mx')
  key = readFields(party.der)?.keyInfo ?? Buffer.alloc(0)
})

function record(usage: number, selector: number, matchingType: number, data: Buffer): TlsaRecord {
  return { usage, selector, matchingType, data }
}

describe('case 70: which records are usable', () => {
  it.each([2, 3])('usage %i, with each selector and matching type', (usage) => {
    const usable = [
      record(usage, 0, 0, party.der),
      record(usage, 1, 0, key),
      ...[0, 1].flatMap((selector) => [record(usage, selector, 1, sha256), record(usage, selector, 2, sha512)]),
    ]
    for (const one of usable) expect(readTlsa(one)).toEqual({ kind: 'usable', record: one })
    expect(readTlsaSet(usable)).toEqual({ kind: 'usable', records: usable, unusable: [] })
  })

  it.each([
    ['PKIX-TA', [0, 0, 1], sha256, 'pkix-usage'],
    ['PKIX-EE', [1, 1, 1], sha256, 'pkix-usage'],
    ['a usage of nobody', [4, 1, 1], sha256, 'unknown-usage'],
    ['PrivCert', [255, 1, 1], sha256, 'unknown-usage'],
    ['an unknown selector', [3, 2, 1], sha256, 'unknown-selector'],
    ['an unknown matching type', [3, 1, 3], sha256, 'unknown-matching-type'],
    ['a short digest', [3, 1, 1], sha256.subarray(1), 'digest-length'],
    ['a long digest', [3, 1, 1], sha512, 'digest-length'],
    ['SHA-256 in the place of SHA-512', [2, 0, 2], sha256, 'digest-length'],
    ['no data', [3, 1, 1], Buffer.alloc(0), 'digest-length'],
    ['a digest where a certificate should be', [2, 0, 0], sha256, 'unreadable'],
    ['a digest where a key should be', [3, 1, 0], sha256, 'unreadable'],
  ] as const)('%s is not', (_, [usage, selector, matchingType], data, flaw) => {
    const one = record(usage, selector, matchingType, data)
    expect(readTlsa(one)).toEqual({ kind: 'unusable', record: one, flaw })
    expect(readTlsaSet([one])).toEqual({ kind: 'unusable', unusable: [{ kind: 'unusable', record: one, flaw }] })
  })

  it('takes neither PEM, nor a key for a certificate, nor what has something behind it', () => {
    for (const data of [Buffer.from(party.pem), key, Buffer.concat([party.der, Buffer.of(0)])])
      expect(readTlsa(record(2, 0, 0, data))).toMatchObject({ flaw: 'unreadable' })
    for (const data of [party.der, Buffer.concat([key, Buffer.of(0)])])
      expect(readTlsa(record(2, 1, 0, data))).toMatchObject({ flaw: 'unreadable' })
  })
})

it('one usable record makes a usable set, and the others are told', () => {
  const good = record(3, 1, 1, sha256)
  const bad = record(1, 1, 1, sha256)
  expect(readTlsaSet([bad, good])).toMatchObject({ kind: 'usable', records: [good], unusable: [{ flaw: 'pkix-usage' }] })
})

it('an empty set is none, and the same record is told once', () => {
  expect(readTlsaSet([])).toEqual({ kind: 'none' })
  const twice = [record(3, 1, 1, sha256), record(3, 1, 1, Buffer.from(sha256))]
  expect(readTlsaSet(twice)).toMatchObject({ records: [{ usage: 3 }] })
})

it('looks at a hundred records', () => {
  const many = Array.from({ length: 500 }, (_, index) => record(3, 1, 1, createHash('sha256').update(`${index}`).digest()))
  const set = readTlsaSet(many)
  expect(set.kind === 'usable' && set.records).toHaveLength(100)
})

it('throws for no record', () => {
  const octet = fc.oneof(fc.nat(3), fc.nat(255))
  const data = fc.oneof(
    fc.uint8Array({ maxLength: 80 }).map((octets) => Buffer.from(octets)),
    // A certificate or a key with some octets changed.
    fc.array(fc.tuple(fc.nat(1000), fc.nat(255)), { maxLength: 4 }).map((changes) => spoil(party.der, changes)),
    fc.array(fc.tuple(fc.nat(1000), fc.nat(255)), { maxLength: 4 }).map((changes) => spoil(key, changes)),
  )
  fc.assert(
    fc.property(
      fc.array(fc.record({ usage: octet, selector: octet, matchingType: octet, data }), { maxLength: 5 }),
      (records) => {
        const set = readTlsaSet(records)
        expect(set.kind === 'none').toBe(records.length === 0)
        const told = set.kind === 'none' ? [] : set.kind === 'usable' ? set.records : []
        for (const one of told) expect([2, 3]).toContain(one.usage)
      },
    ),
  )
})

function spoil(octets: Buffer, changes: readonly (readonly [number, number])[]): Buffer {
  const copy = Buffer.from(octets)
  for (const [at, octet] of changes) copy[at % copy.length] = octet
  return copy
}
