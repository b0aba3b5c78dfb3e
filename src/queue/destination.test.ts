import { expect, it } from 'vitest'
import { type MockZone, mockResolver } from '../dns/index.ts'
import { resolveDestination } from './destination.ts'

const route = { kind: 'direct', port: 25, allowPrivateAddresses: true } as const

/** Two domains with one host, and an alias of the first; whose TLSA record has this usage. */
async function resolveAll(usage: number, secure = true) {
  const mx = { MX: [{ preference: 10, exchange: 'mx.test' }], secure }
  const tlsa = { usage, selector: 1, matchingType: 1, data: Buffer.alloc(32) }
  const zone: MockZone = {
    'a.test': mx,
    'b.test': mx,
    'c.test': { CNAME: 'a.test', secure: true },
    'mx.test': { A: ['192.0.2.1'], secure: true },
    '_25._tcp.mx.test': { TLSA: [tlsa], secure: true },
  }
  const resolve = async (domain: string) => {
    const found = await resolveDestination(domain, route, mockResolver(zone), () => 0)
    if (found.kind !== 'hosts') throw new Error(found.kind)
    const lookup = found.hosts.get('mx.test')?.lookup
    return { key: found.key, names: lookup?.kind === 'usable' ? lookup.names : [] }
  }
  return { a: await resolve('a.test'), b: await resolve('b.test'), c: await resolve('c.test') }
}

it('RFC 7672 3.2.2: takes a certificate for the domain below an authority, and so shares no connection', async () => {
  const { a, b, c } = await resolveAll(2)
  expect(a.names).toEqual(['mx.test', 'a.test'])
  expect(b.names).toEqual(['mx.test', 'b.test'])
  expect(c.names).toEqual(['mx.test', 'c.test', 'a.test'])
  expect(new Set([a.key, b.key, c.key]).size).toBe(3)
})

it('shares connections where the certificate itself is named, or the way to the host is not signed', async () => {
  const named = await resolveAll(3)
  expect(named.a.key).toBe(named.b.key)
  const unsigned = await resolveAll(2, false)
  expect(unsigned.a.key).toBe(unsigned.b.key)
  expect(unsigned.a.names).toEqual(['mx.test'])
})
