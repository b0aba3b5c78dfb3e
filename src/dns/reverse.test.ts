import { describe, expect, it } from 'vitest'
import { lookupReverse, mockResolver, nameReverse } from './index.ts'

describe('nameReverse', () => {
  it.each([
    ['192.0.2.1', '1.2.0.192.in-addr.arpa'],
    // RFC 3596 2.5.
    ['4321:0:1:2:3:4:567:89ab', 'b.a.9.8.7.6.5.0.4.0.0.0.3.0.0.0.2.0.0.0.1.0.0.0.0.0.0.0.1.2.3.4.ip6.arpa'],
    ['::ffff:192.0.2.1', '1.0.2.0.0.0.0.c.f.f.f.f.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.ip6.arpa'],
    ['2001:db8::', '0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa'],
    ['mail.test', ''],
  ])('%s stands at %s', (address, name) => {
    expect(nameReverse(address)).toBe(name)
  })
})

describe('lookupReverse', () => {
  const at = '1.2.0.192.in-addr.arpa'

  it('confirms a name that leads back, and no other', async () => {
    const zone = {
      [at]: { PTR: ['forged.test', 'mail.test'] },
      'mail.test': { A: ['192.0.2.1'] },
      'forged.test': { A: ['192.0.2.9'] },
    }
    expect(await lookupReverse(mockResolver(zone), '192.0.2.1')).toEqual({
      kind: 'names',
      names: ['forged.test', 'mail.test'],
      confirmed: 'mail.test',
    })
    expect(await lookupReverse(mockResolver({ ...zone, 'mail.test': 'nxdomain' }), '192.0.2.1')).toMatchObject({
      confirmed: undefined,
    })
  })

  it('concludes nothing where the DNS does not answer', async () => {
    expect(await lookupReverse(mockResolver({ [at]: 'timeout' }), '192.0.2.1')).toMatchObject({ kind: 'temporary' })
    const zone = { [at]: { PTR: ['mail.test'] }, 'mail.test': 'servfail' } as const
    expect(await lookupReverse(mockResolver(zone), '192.0.2.1')).toMatchObject({ kind: 'temporary' })
    expect(await lookupReverse(mockResolver({}), '192.0.2.1')).toEqual({ kind: 'none' })
  })
})
