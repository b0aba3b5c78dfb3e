import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { addressKey, readAddress } from '../../list/index.ts'
import { Mentions } from './mention.ts'

const keyOf = (text: string): string => {
  const address = readAddress(text)
  if (address.kind !== 'address') throw new Error(text)
  return addressKey(address)
}
const of = (...addresses: string[]): Mentions => new Mentions(addresses.map(keyOf))

describe('an address in a text', () => {
  it.each([
    ['550 5.1.1 <ada@x.test>: Recipient address rejected', '550 5.1.1 <(erased)>: Recipient address rejected'],
    ['no mailbox ADA@X.test.', 'no mailbox (erased).'],
    ['to=ada@x.test, relay', 'to=(erased), relay'],
    ["'ada@x.test' unknown (mailto:ada@x.test)", "'(erased)' unknown (mailto:(erased))"],
    ['{"email":"ada@x.test","via":"bob@x.test"}', '{"email":"(erased)","via":"bob@x.test"}'],
    ['ada@x.test,ada@x.test', '(erased),(erased)'],
  ])('is taken out: %s', (text, left) => {
    expect(of('ada@x.test').takeOut(text)).toBe(left)
  })

  it.each(['lada@x.test', 'ada@x.test.example', 'ada@xx.test', 'd.ada@x.test', 'ada+news@x.test', 'ada', '@x.test', 'ada@'])(
    'that is like it stays: %s',
    (text) => {
      expect(of('ada@x.test').takeOut(text)).toBe(text)
    },
  )

  it('is found as its provider writes it, with other letters, and quoted', () => {
    expect(of('ada.lovelace@gmail.com').takeOut('AdaLovelace+x@GoogleMail.com')).toBe('(erased)')
    expect(of('ada@bücher.example').takeOut('<ada@xn--bcher-kva.example> ada@Bücher.example')).toBe('<(erased)> (erased)')
    const odd = '"a b"@x.test'
    expect(of(odd).takeOut(`550 ${odd} unknown`)).toBe('550 (erased) unknown')
    const json = JSON.stringify({ email: odd, note: `is ${odd}` })
    expect(JSON.parse(of(odd).takeOut(json))).toEqual({ email: '(erased)', note: 'is (erased)' })
  })

  it('leaves JSON what it is, whatever stands in it', () => {
    const part = fc.constantFrom('ada@x.test', 'x', '"', '\\', "'", '@', '=', '<', ' ', '\n', 'é', '{', '}', ':', ',')
    const texts = fc.array(part, { maxLength: 8 }).map((parts) => parts.join(''))
    fc.assert(
      fc.property(fc.dictionary(fc.constantFrom('a', 'b', 'c'), texts), (row) => {
        const left = JSON.parse(of('ada@x.test').takeOut(JSON.stringify(row))) as Record<string, string>
        expect(Object.keys(left)).toEqual(Object.keys(row))
        for (const [name, text] of Object.entries(row)) if (!text.includes('@x.test')) expect(left[name]).toBe(text)
      }),
    )
  })

  it('takes linear time to be looked for', () => {
    const mentions = of('ada@x.test')
    for (const text of [
      '"'.repeat(50_000),
      `${'a'.repeat(50_000)}@`,
      '\\"'.repeat(50_000),
      `"${'\\"'.repeat(20_000)}@x`,
      '='.repeat(50_000),
    ])
      expect(mentions.takeOut(text)).toBe(text)
  })
})
