import { describe, expect, it } from 'vitest'
import { mockResolver } from '../dns/index.ts'
import { createSigner, makeSigningKey, printKeyRecord, sign, verifySignatures } from './index.ts'

const clock = { now: () => 1_700_000_000_000 }
const keys = { rsa: await makeSigningKey('rsa'), ed25519: await makeSigningKey('ed25519') }
const one = { domain: 'shop.com', selector: 'r1', key: keys.rsa, clock }
const two = { domain: 'shop.com', selector: 'e1', key: keys.ed25519, clock }
const message = Buffer.from(
  'From: a@shop.com\r\nTo: b@example.net\r\nSubject:  Hello\r\n there\r\nList-Unsubscribe: <https://shop.com>\r\n\r\nHi  you \r\n\r\n',
)
const published = (...some: (typeof one)[]) =>
  Object.fromEntries(some.map((options) => printKeyRecord(options)).map(({ name, text }) => [name, { TXT: [text] }]))

async function verify(zone: Parameters<typeof mockResolver>[0], change = (signed: Buffer) => signed, options = [one, two]) {
  const signed = Buffer.concat([await sign(message, options.map(createSigner)), message])
  return (await verifySignatures(change(signed), mockResolver(zone))).map(({ selector, result }) => `${selector} ${result}`)
}

describe('verifySignatures', () => {
  it('finds that a published key verifies, with either algorithm and either form', async () => {
    expect(await verify(published(one, two))).toEqual(['r1 verifies', 'e1 verifies'])
    const simple = { ...one, header: 'simple' as const, body: 'simple' as const }
    expect(await verify(published(one), undefined, [simple])).toEqual(['r1 verifies'])
  })

  it('finds that another key is published, none, or no answer is had', async () => {
    const other = { ...one, key: await makeSigningKey('rsa') }
    expect(await verify({ ...published(other), 'e1._domainkey.shop.com': 'servfail' })).toEqual([
      'r1 key-differs',
      'e1 temporary',
    ])
    expect(await verify({})).toEqual(['r1 unusable-key', 'e1 unusable-key'])
    expect(await verify(published({ ...two, selector: 'r1' }), undefined, [one])).toEqual(['r1 key-differs'])
  })

  it('finds what was changed after it was signed', async () => {
    const swap = (from: string, to: string) => (signed: Buffer) =>
      Buffer.from(signed.toString('latin1').replace(from, to), 'latin1')
    expect(await verify(published(one), swap('Hi  you', 'Hi me'), [one])).toEqual(['r1 body-differs'])
    expect(await verify(published(one), swap('Hello', 'Help'), [one])).toEqual(['r1 key-differs'])
    expect(await verify(published(one), swap('Hi  you', 'Hi you'), [one])).toEqual(['r1 verifies'])
  })

  it('calls what is no signature malformed', async () => {
    for (const field of [
      'v=1',
      'd=shop.com; s=x; h=to; c=relaxed',
      'd=shop.com; s=x; h=from; c=odd/odd',
      'd=..; s=x; h=from',
      ';;=;',
    ])
      expect(
        await verify(
          published(one),
          (signed) => Buffer.from(`DKIM-Signature: ${field}\r\n${signed.toString('latin1')}`, 'latin1'),
          [one],
        ),
      ).toEqual([expect.stringContaining('malformed'), 'r1 verifies'])
  })

  it('looks at five at the most', async () => {
    const many = (signed: Buffer) => Buffer.from(`DKIM-Signature: v=1\r\n`.repeat(50) + signed.toString('latin1'), 'latin1')
    expect(await verify({}, many)).toHaveLength(5)
  })
})
