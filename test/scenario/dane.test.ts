import 'reflect-metadata'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { type AddressInfo, connect } from 'node:net'
import { type Server, createSecureContext, createServer } from 'node:tls'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { systemClock } from '../../src/clock.ts'
import { type DaneResolver, type TlsaRecord, chooseSni, lookupDane, matchDane } from '../../src/dane/index.ts'
import { Trust, handshake, readFields, readPeerChain } from '../../src/tls/index.ts'
import { type Party, createParty, identityOf } from '../support/chainParty.ts'

const [host, base] = ['mx.example.test', 'mx7.provider.test']
const trust = new Trust()

let issuer: Party
let own: Party
let server: Server

beforeAll(async () => {
  issuer = await createParty('CN=Issuer')
  own = await createParty('CN=mx7', { issuer, names: [base] })
  const other = await createParty('CN=default', { names: ['localhost'] })
  // RFC 7672 8.1: a server of many names has the right certificate only for who asks by the right one.
  server = createServer({
    ...identityOf(other),
    SNICallback: (name, answer) => {
      answer(null, createSecureContext(name === base ? identityOf(own, issuer) : identityOf(other)))
    },
  })
  server.on('tlsClientError', () => undefined)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
})

afterAll(() => server.close())

/** DNS in which the MX host is an alias, all of it secure, and the records stand at the expanded name. */
async function deliver(record: TlsaRecord, servername?: string) {
  const resolver: DaneResolver = {
    trust: { kind: 'trusted', reason: 'a literal' },
    query: async (name) =>
      name === `_25._tcp.${base}`
        ? ({ kind: 'records', records: [record], authenticated: true, ttl: 60, canonical: name } as never)
        : { kind: 'nxdomain', authenticated: true },
  }
  const addresses = { kind: 'addresses', authenticated: true, canonical: base } as const
  const lookup = await lookupDane(host, { resolver, addresses, mxSecure: true, nextHop: ['example.test'] })
  if (lookup.kind !== 'usable') throw new Error(lookup.kind)
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1')
  const options = { trust, floor: 'TLSv1.2', timeoutMs: 5_000, clock: systemClock } as const
  const result = await handshake(socket, { ...options, servername: servername ?? chooseSni(host, lookup) })
  if (result.kind === 'failed') throw new Error(result.detail)
  const chain = readPeerChain(result.socket)
  result.socket.destroy()
  return matchDane(lookup, chain, { names: lookup.names, now: Date.now() })
}

function digest(usage: number, { der }: Party): TlsaRecord {
  const key = readFields(der)?.keyInfo ?? Buffer.alloc(0)
  return { usage, selector: 1, matchingType: 1, data: createHash('sha256').update(key).digest() }
}

it('case 70: looked up at the expanded name, asked for by it, and matched over a real handshake', async () => {
  expect(await deliver(digest(3, own))).toMatchObject({ kind: 'matched', index: 0 })
  expect(await deliver(digest(2, issuer))).toMatchObject({ kind: 'matched', index: 1, name: { host: base, by: 'dns' } })
})

it('fails where the server was asked by another name, or has another certificate', async () => {
  expect(await deliver(digest(3, own), host)).toMatchObject({ kind: 'failed', problem: { kind: 'other-certificate' } })
  expect(await deliver(digest(2, own))).toMatchObject({ kind: 'failed', problem: { kind: 'anchor-is-leaf' } })
})
