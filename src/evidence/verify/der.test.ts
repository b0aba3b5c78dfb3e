import fc from 'fast-check'
import { expect, it } from 'vitest'
import { readChildren, readDer, readInteger, readOid, readTime, tags } from './der.ts'
import { readTimestampAuthorities, verifyTimestamp } from './timestamp.ts'

const der = (hex: string) => readDer(new Uint8Array(Buffer.from(hex, 'hex')))
const time = (tag: number, text: string) => readTime(readDer(Uint8Array.of(tag, text.length, ...Buffer.from(text))))

it('reads what is DER, and nothing that only resembles it (X.690 10.1)', () => {
  expect(readChildren(der('30060201010201ff'))?.map((value) => readInteger(value))).toEqual([1n, -1n])
  for (const odd of ['', '30', '3080', '308000', '30810100', '30820001', '0200', '1f0100', '3001', '30000000']) {
    expect([odd, readInteger(der(odd)), readChildren(der(odd))?.length ?? 0]).toEqual([odd, undefined, 0])
  }
  expect(readInteger(der('02020001'))).toBeUndefined()
  expect(readOid(der('06082b06010505070308'))).toBe('1.3.6.1.5.5.7.3.8')
  expect(readOid(der('06022b80'))).toBeUndefined()
})

it('reads times of certificates and of time-stamps (X.690 11.7, RFC 5280 4.1.2.5)', () => {
  expect(time(tags.time, '20261125091500.25Z')).toBe(Date.parse('2026-11-25T09:15:00.250Z'))
  expect(time(tags.utcTime, '491231235959Z')).toBe(Date.parse('2049-12-31T23:59:59Z'))
  expect(time(tags.utcTime, '500101000000Z')).toBe(Date.parse('1950-01-01T00:00:00Z'))
  for (const odd of [
    '20260230000000Z',
    '20261125091500.250Z',
    '20261125091500.Z',
    '20261125091500',
    '202611250915Z',
    '20261125091500+0000',
  ])
    expect([odd, time(tags.time, odd)]).toEqual([odd, undefined])
})

it('says of whatever comes that it is no time-stamp, and throws nothing', async () => {
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), async (octets) => {
      expect((await verifyTimestamp(octets, { text: 'x' })).kind).toBe('failed')
    }),
  )
  expect(await verifyTimestamp(new Uint8Array(200_000), { text: 'x' })).toMatchObject({ failure: 'timestamp-malformed' })
})

it('refuses files that hold no certificates', () => {
  for (const pem of ['', 'x', '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----'])
    expect(readTimestampAuthorities(pem)).toBeUndefined()
})
