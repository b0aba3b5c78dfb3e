import fc from 'fast-check'
import { expect, it } from 'vitest'
import { printDer, printOid } from '../../test/support/der.ts'
import { foldName, readCommonName } from './certificateName.ts'
import { type Der, readDer } from './der.ts'

const [commonName, organization] = ['2.5.4.3', '2.5.4.10']
const [utf8, printable, bmp, bits] = [0x0c, 0x13, 0x1e, 0x03]

/** A name, one attribute in each part. */
function nameOf(...attributes: readonly (readonly [id: string, tag: number, value: string | Buffer])[]): Der {
  const parts = attributes.map(([id, tag, value]) => printDer(0x31, printDer(0x30, printOid(id), printDer(tag, value))))
  const name = readDer(printDer(0x30, ...parts))
  if (!name) throw new Error('not DER')
  return name
}

it.each([
  ['case', [commonName, printable, 'ROOT ca']],
  ['spaces', [commonName, printable, '  Root   CA ']],
  ['the type of string', [commonName, utf8, 'Root CA']],
  ['two octets a letter', [commonName, bmp, Buffer.from('Root CA', 'utf16le').swap16()]],
] as const)('names that differ in %s are equal (RFC 5280 7.1)', (_, attribute) => {
  expect(foldName(nameOf(attribute))).toBe(foldName(nameOf([commonName, printable, 'Root CA'])))
})

it.each([
  ['another text', nameOf([commonName, printable, 'Root CB'])],
  ['another attribute', nameOf([organization, printable, 'Root CA'])],
  ['one part more', nameOf([commonName, printable, 'Root CA'], [commonName, printable, 'Root CA'])],
  ['a text that looks like two parts', nameOf([commonName, printable, 'Root CA",550403="Root CA'])],
  ['what is no text', nameOf([commonName, bits, 'Root CA'])],
  ['nothing', nameOf()],
])('%s is another name', (_, name) => {
  expect(foldName(name)).not.toBe(foldName(nameOf([commonName, printable, 'Root CA'])))
})

it('names are equal where their texts are, and only there', () => {
  const text = fc.stringMatching(/^[a-z",=+]{1,6}$/)
  const names = fc.array(text, { maxLength: 3 })
  fc.assert(
    fc.property(names, names, (one, other) => {
      const [a, b] = [one, other].map((texts) => foldName(nameOf(...texts.map((value) => [commonName, utf8, value] as const))))
      expect(a === b).toBe(JSON.stringify(one) === JSON.stringify(other))
    }),
  )
})

it('throws for no name', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 40 }), (octets) => {
      const name = readDer(printDer(0x30, Buffer.from(octets)))
      expect(name && foldName(name).length).toBeGreaterThanOrEqual(0)
      expect(name && (readCommonName(name)?.length ?? 0)).toBeLessThanOrEqual(255)
    }),
  )
})

it('the common name is the last, cut where it is endless', () => {
  expect(readCommonName(nameOf([commonName, utf8, 'a'], [organization, utf8, 'c'], [commonName, utf8, 'b']))).toBe('b')
  expect(readCommonName(nameOf([commonName, utf8, 'a'.repeat(5_000)]))?.length).toBe(255)
  expect(readCommonName(nameOf([organization, utf8, 'c']))).toBeUndefined()
})
