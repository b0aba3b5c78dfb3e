import { randomBytes } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { mockResolver } from '../dns/index.ts'
import { lookupRecords, parseRecord, printRecord, printZoneLine } from './index.ts'

const recorded = { origin: 'log.example/evidence', size: 42, root: Buffer.alloc(32, 1) }
const value = 'v=sealpost-checkpoint1 size=42 root=AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE= origin=log.example/evidence'

describe('a checkpoint in the DNS', () => {
  it('is a short text', () => {
    expect(printRecord(recorded)).toEqual([value])
    expect(printZoneLine('_sealpost.example.org.', recorded)).toBe(`_sealpost.example.org. 3600 IN TXT "${value}"`)
  })

  it('is read as it was printed, whatever the name of the log, in strings of 255 octets', () => {
    const origin = fc
      .string({ unit: 'grapheme', minLength: 1, maxLength: 300 })
      .filter((text) => text.isWellFormed() && encodeURIComponent(text).length < 4_000)
    fc.assert(
      fc.property(origin, fc.maxSafeNat(), (origin, size) => {
        const root = randomBytes(32)
        const strings = printRecord({ origin, size, root })
        expect(strings.every((text) => /^[ !#-[\]-~]{1,255}$/.test(text))).toBe(true)
        expect(parseRecord(strings.join(''))).toEqual({ origin, size, root })
      }),
    )
  })

  it.each([
    value.replace('checkpoint1', 'checkpoint2'),
    value.replace('size=42', 'size=042'),
    value.replace('size=42', 'size=99999999999999999'),
    value.replace('AQE=', 'AQF='),
    value.replace('AQE=', 'AQE'),
    value.replace('log.', 'l%6fg.'),
    value.replace('log.', '%ff.'),
    `${value} more`,
    ` ${value}`,
    '',
  ])('is strict: %s', (text) => {
    expect(parseRecord(text)).toBeUndefined()
  })

  it('is looked up among other values, and it is said whether the answer is signed', async () => {
    const resolver = mockResolver({
      'c.test': { TXT: ['v=spf1 -all', value, 'v=sealpost-checkpoint1 x'], secure: true },
      'plain.test': { TXT: [value] },
      'broken.test': 'servfail',
    })
    expect(await lookupRecords(resolver, 'c.test.')).toEqual({ kind: 'records', records: [recorded], secure: true, malformed: 1 })
    expect(await lookupRecords(resolver, 'plain.test')).toMatchObject({ records: [recorded], secure: false })
    expect(await lookupRecords(resolver, 'none.test')).toMatchObject({ kind: 'records', records: [] })
    expect(await lookupRecords(resolver, 'broken.test')).toMatchObject({ kind: 'temporary' })
  })
})
