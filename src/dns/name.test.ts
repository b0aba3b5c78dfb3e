import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { PacketFault, foldName, readName, writeName } from './name.ts'

const label = fc.uint8Array({ minLength: 1, maxLength: 63 })

/** The octets of a name, as they stand in a packet. */
function spell(labels: readonly Uint8Array[]): Buffer {
  return Buffer.concat([...labels.flatMap((octets) => [Buffer.of(octets.length), octets]), Buffer.of(0)])
}

describe('names', () => {
  it('whatever octets a name has: what is read can be written again, letters folded', () => {
    fc.assert(
      fc.property(fc.array(label, { maxLength: 4 }), (labels) => {
        const packet = spell(labels)
        fc.pre(packet.length <= 255)
        const { name, end } = readName(packet, 0)
        expect(end).toBe(packet.length)
        const folded = Buffer.from(packet)
        for (let at = 0, stop = 0; at < folded.length; at++) {
          if (at === stop) stop = at + 1 + (folded[at] ?? 0)
          else if ((folded[at] ?? 0) >= 0x41 && (folded[at] ?? 0) <= 0x5a) folded[at] = (folded[at] ?? 0) | 0x20
        }
        expect(writeName(name)).toEqual(folded)
        expect(foldName(name)).toBe(name)
      }),
      { numRuns: 2_000 },
    )
  })

  it('one label with a dot in it is not two, nor does a backslash hide anything', () => {
    expect(readName(spell([Buffer.from('good.test')]), 0).name).toBe('good\\.test')
    expect(readName(spell([Buffer.from('a\\'), Buffer.from('b')]), 0).name).toBe('a\\\\.b')
    expect(readName(spell([Buffer.of(0xff, 0x2e)]), 0).name).toBe('\\255\\046')
    expect(writeName('a\\.b.c')).toEqual(spell([Buffer.from('a.b'), Buffer.from('c')]))
  })

  it.each(['.a', 'a..b', `${'x'.repeat(64)}.test`, 'x.'.repeat(130).slice(0, -1), '..', '\\000'.repeat(300), 'a'.repeat(5_000)])(
    '%j cannot be written',
    (name) => {
      expect(writeName(name)).toBeUndefined()
    },
  )

  it('the root is a name, and case is folded for ASCII alone', () => {
    expect(writeName(foldName('.'))).toEqual(Buffer.of(0))
    expect([foldName('A.Test.'), foldName('Ü\u212a.Test')]).toEqual(['a.test', 'Ü\u212a.test'])
  })

  it('any bytes give a name or a fault, soon', () => {
    const pointers = fc
      .uint8Array({ maxLength: 600 })
      .map((octets) => octets.map((octet) => (octet % 3 === 0 ? 0xc0 : octet % 40)))
    fc.assert(
      fc.property(fc.oneof(pointers, fc.uint8Array({ maxLength: 600 })), fc.nat(600), (octets, start) => {
        try {
          const { name, end } = readName(Buffer.from(octets), start)
          expect(end).toBeLessThanOrEqual(octets.length)
          expect(writeName(name)?.length).toBeLessThanOrEqual(255)
        } catch (error) {
          expect(error).toBeInstanceOf(PacketFault)
        }
      }),
      { numRuns: 2_000 },
    )
  })
})
