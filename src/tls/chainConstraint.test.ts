import 'reflect-metadata'
import { Extension } from '@peculiar/x509'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Party, createParty } from '../../test/support/chainParty.ts'
import { printDer } from '../../test/support/der.ts'
import { judgeConstraints, openLink, readFields } from './index.ts'

type Tree = readonly ['dns' | 'directory' | 'email', string | Party]

/** A nameConstraints extension (RFC 5280 4.2.1.10). */
function constrain(permitted: readonly Tree[], excluded: readonly Tree[] = [], critical = true): Extension {
  const print = ([form, base]: Tree) =>
    printDer(
      0x30,
      typeof base === 'string'
        ? printDer(form === 'dns' ? 0x82 : 0x81, base)
        : printDer(0xa4, readFields(base.der)?.subject.raw ?? ''),
    )
  const list = (tag: number, trees: readonly Tree[]) => (trees.length === 0 ? [] : [printDer(tag, ...trees.map(print))])
  return new Extension('2.5.29.30', critical, printDer(0x30, ...list(0xa0, permitted), ...list(0xa1, excluded)))
}

function judge(...sent: readonly Party[]): string[] {
  const links = sent.flatMap(({ der }, index) => openLink(der, index) ?? [])
  expect(links).toHaveLength(sent.length)
  return judgeConstraints(links).map(({ kind, index }) => `${kind} ${index}`)
}

async function below(constraint: Extension, names: readonly string[], subject = 'CN=mx.a.test'): Promise<string[]> {
  const authority = await createParty('CN=Authority', { extensions: [constraint] })
  return judge(await createParty(subject, { issuer: authority, names, authority: false }), authority)
}

const dns = (base: string): Tree => ['dns', base]

describe('RFC 5280 4.2.1.10: names that an authority may certify', () => {
  it.each([
    ['the name itself', [dns('a.test')], [], ['a.test'], true],
    ['a name below', [dns('A.test')], [], ['x.mx.a.test'], true],
    ['a wildcard below', [dns('a.test')], [], ['*.a.test'], true],
    ['a name that only ends so', [dns('a.test')], [], ['ba.test'], false],
    ['one of two outside', [dns('a.test')], [], ['a.test', 'b.test'], false],
    ['one of two bases', [dns('a.test'), dns('b.test')], [], ['b.test'], true],
    ['below a dot, not itself', [dns('.a.test')], [], ['a.test'], false],
    ['below a dot', [dns('.a.test')], [], ['mx.a.test'], true],
    ['an excluded name', [], [dns('a.test')], ['mx.a.test'], false],
    ['what is not excluded', [], [dns('a.test')], ['mx.b.test'], true],
    ['all excluded', [], [dns('')], ['mx.b.test'], false],
    ['permitted and excluded', [dns('test')], [dns('a.test')], ['mx.a.test'], false],
    ['a wildcard that covers what is excluded', [], [dns('mx.a.test')], ['*.a.test'], false],
    ['the common name where there is no other', [dns('b.test')], [], [], false],
    ['names of other kinds', [['email', 'b.test']], [], ['mx.a.test'], true],
  ] as const)('%s', async (_, permitted, excluded, names, good) => {
    expect(await below(constrain(permitted, excluded), names)).toEqual(good ? [] : ['name-not-permitted 1'])
  })

  it('directory names, from the root on', async () => {
    const [own, foreign] = [await createParty('O=Own'), await createParty('O=Foreign')]
    const permit = constrain([['directory', own]])
    expect(await below(permit, ['mx.a.test'], 'O=own, CN=mx')).toEqual([])
    expect(await below(permit, ['mx.a.test'], 'O=Foreign, CN=mx')).toEqual(['name-not-permitted 1'])
    expect(await below(constrain([], [['directory', foreign]]), ['mx.a.test'], 'O=Foreign, CN=mx')).toHaveLength(1)
  })

  it('holds for all below, whatever they say, and for itself not', async () => {
    const top = await createParty('CN=Top', { extensions: [constrain([dns('a.test')])] })
    const between = await createParty('CN=Between', { issuer: top, extensions: [constrain([dns('test')])] })
    const good = await createParty('CN=mx', { issuer: between, names: ['mx.a.test'] })
    const bad = await createParty('CN=mx', { issuer: between, names: ['mx.b.test'] })
    expect(judge(good, between, top)).toEqual([])
    expect(judge(bad, between, top)).toEqual(['name-not-permitted 2'])
  })

  it('what cannot be read allows nothing', async () => {
    for (const hex of ['0500', '3000ff', '3004a002ffff', '3009a0073005820161800100'])
      expect(await below(new Extension('2.5.29.30', true, Buffer.from(hex, 'hex')), ['mx.a.test'])).toHaveLength(1)
  })
})

it('throws for no octets at all', async () => {
  const octets = fc.uint8Array({ maxLength: 40 }).map((array) => Buffer.from(array))
  const wrapped = fc.tuple(fc.constantFrom(0xa0, 0xa1), fc.constantFrom(0x82, 0xa4, 0x30), octets)
  const value = fc.oneof(
    octets,
    wrapped.map(([list, form, base]) => printDer(0x30, printDer(list, printDer(0x30, printDer(form, base))))),
  )
  await fc.assert(
    fc.asyncProperty(value, async (bytes) => {
      for (const found of await below(new Extension('2.5.29.30', true, bytes), ['mx.a.test']))
        expect(found).toBe('name-not-permitted 1')
    }),
    { numRuns: 60 },
  )
})

it('RFC 5280 4.2: a critical extension that nobody here understands', async () => {
  const odd = (critical: boolean) => new Extension('1.3.6.1.4.1.99999.1', critical, Buffer.from('0500', 'hex'))
  expect(await below(odd(true), ['mx.a.test'])).toEqual(['unknown-extension 1'])
  expect(await below(odd(false), ['mx.a.test'])).toEqual([])
})
