import fc from 'fast-check'
import { expect, it } from 'vitest'
import { printDer, printInteger, printOid, printTime } from '../../test/support/der.ts'
import { readBits, readBoolean, readChildren, readDer, readFlags, readInteger, readOid, readTime } from './der.ts'

const bytes = (max: number) => fc.uint8Array({ maxLength: max }).map((array) => Buffer.from(array))

it('reads what is written: values and what lies within', () => {
  fc.assert(
    fc.property(fc.array(bytes(300), { maxLength: 5 }), (contents) => {
      const printed = printDer(0x30, ...contents.map((content) => printDer(0x04, content)))
      const children = readChildren(readDer(printed))
      expect(children?.map(({ content }) => content.toString('hex'))).toEqual(contents.map((content) => content.toString('hex')))
      expect(Buffer.concat(children?.map(({ raw }) => raw) ?? [])).toEqual(readDer(printed)?.content)
    }),
  )
})

it('reads what is written: integers, identifiers and times', () => {
  fc.assert(
    fc.property(fc.bigInt({ min: 0n, max: 2n ** 300n }), (value) => {
      expect(readInteger(readDer(printInteger(value)))).toBe(value)
    }),
  )
  const oids = fc.tuple(fc.nat(2), fc.nat(39), fc.array(fc.nat(2 ** 31 - 1), { maxLength: 8 }))
  fc.assert(
    fc.property(oids, ([top, second, rest]) => {
      const oid = [top, second, ...rest].join('.')
      expect(readOid(readDer(printOid(oid)))).toBe(oid)
    }),
  )
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 250_000_000_000 }), (seconds) => {
      expect(readTime(readDer(printTime(seconds * 1000)))).toBe(seconds * 1000)
    }),
  )
})

it('throws for no octets at all', () => {
  fc.assert(
    fc.property(bytes(60), (octets) => {
      const value = readDer(octets)
      for (const read of [readChildren, readInteger, readOid, readTime, readBits, readBoolean]) read(value)
      readFlags(value, ['one', 'two'])
      expect(value === undefined || value.raw.equals(octets)).toBe(true)
    }),
  )
})

it.each([
  ['nothing', ''],
  ['no length', '04'],
  ['a length without its octets', '0482 01'],
  ['less than it says', '0402 00'],
  ['more than it says', '0401 0000'],
  ['an indefinite length', '3080 0000'],
  ['a length longer than need be', '048101 00'],
  ['a length with a zero before it', '0482008000'],
  ['a length of four octets', '048401000000'],
  ['a tag of several octets', '1f2000'],
])('refuses %s', (_, hex) => {
  expect(readDer(Buffer.from(hex.replaceAll(' ', ''), 'hex'))).toBeUndefined()
})

it.each([
  ['an empty integer', readInteger, '0200'],
  ['a padded integer', readInteger, '02020001'],
  ['a padded negative integer', readInteger, '0202ff80'],
  ['a boolean of 1', readBoolean, '010101'],
  ['an empty identifier', readOid, '0600'],
  ['a padded identifier', readOid, '06022a80'],
  ['an identifier cut off', readOid, '06022a86'],
  ['a time without its zone', readTime, `180e${Buffer.from('20260101000000').toString('hex')}`],
  ['a 30th of February', readTime, `180f${Buffer.from('20260230000000Z').toString('hex')}`],
  ['bits that are no whole octets', readBits, '03020780'],
  ['children of a primitive', readChildren, '0400'],
  ['children cut off', readChildren, '30020402'],
])('refuses %s', (_, read, hex) => {
  const value = readDer(Buffer.from(hex, 'hex'))
  expect(value).toBeDefined()
  expect(read(value)).toBeUndefined()
})

it('reads negative numbers as such', () => {
  expect(readInteger(readDer(Buffer.from('0201ff', 'hex')))).toBe(-1n)
})
