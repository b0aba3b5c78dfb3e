import { createHash } from 'node:crypto'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { type SecureVersion, connect, createServer } from 'node:tls'
import * as fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import { type ResumableSession, Trust, readCertificate } from '../tls/index.ts'
import { createAuthority } from '../world/index.ts'
import { TicketStore } from './ticket.ts'

const hour = 3_600_000
const trust = new Trust()
const start = Date.now()
let session: (version: SecureVersion, more?: Partial<ResumableSession>) => ResumableSession

beforeAll(async () => {
  const authority = await createAuthority()
  const identity = await authority.issue({ names: ['mx.example.test'], notAfter: new Date(start + 2 * hour) })
  const made: Partial<Record<SecureVersion, ResumableSession>> = {}
  for (const version of ['TLSv1.2', 'TLSv1.3'] as const) made[version] = await open(version, identity)
  session = (version, more) => ({ ...(made[version] as ResumableSession), ...more })
})

async function open(version: SecureVersion, identity: { key: string; cert: string }): Promise<ResumableSession> {
  const server = createServer({ ...identity, maxVersion: version }, (socket) => socket.end('220 ready\r\n'))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const socket = connect({ port: (server.address() as AddressInfo).port, host: '127.0.0.1', rejectUnauthorized: false })
  const der = once(socket, 'secureConnect').then(() => socket.getPeerCertificate().raw)
  const [given] = (await once(socket, 'session')) as [Buffer]
  const leaf = readCertificate(await der)
  socket.destroy()
  server.close()
  const facts = {
    version,
    cipher: 'TLS_AES_128_GCM_SHA256',
    group: 'X25519',
    forwardSecrecy: true,
    resumed: false,
    servername: 'mx.example.test',
    chain: leaf ? [leaf] : [],
    shown: [],
    trustError: undefined,
  }
  return { session: given, facts, trust, provenAt: start }
}

/** The same session, and yet another one for who compares. */
function numbered(count: number): ResumableSession {
  return session('TLSv1.3', { facts: { ...session('TLSv1.3').facts, group: String(count) } })
}

describe.each(['TLSv1.2', 'TLSv1.3'] as const)('%s', (version) => {
  it('is handed out once, and for its own demand alone', () => {
    const store = new TicketStore()
    store.put('a', session(version), start)
    expect(store.take('b', start)).toBeUndefined()
    expect(store.take('a', start)?.facts.version).toBe(version)
    expect(store.take('a', start)).toBeUndefined()
    expect(store.size).toEqual({ demands: 0, tickets: 0, octets: 0 })
  })

  it('an hour after the full handshake it is over, also for what was given later', () => {
    const store = new TicketStore()
    store.put('a', session(version), start)
    store.put('a', session(version), start + hour - 1)
    expect(store.take('a', start + hour - 1)).toBeDefined()
    expect(store.take('a', start + hour)).toBeUndefined()
    store.put('a', session(version), start + hour)
    expect(store.size.tickets).toBe(0)
  })

  it('a certificate that runs out ends it, and one that had run out before does not', () => {
    const store = new TicketStore({ ageMs: 10 * hour })
    const [leaf] = session(version).facts.chain
    const expiry = Date.parse(leaf?.notAfter ?? '')
    store.put('a', session(version), start)
    store.put('b', session(version, { provenAt: expiry + 1 }), expiry + 1)
    expect(store.take('a', expiry)).toBeUndefined()
    expect(store.take('b', expiry + 2)).toBeDefined()
  })
})

it('the lifetime that the server gives is kept to (RFC 8446 4.6.1)', () => {
  const store = new TicketStore({ ageMs: 100 * hour })
  // Node's own, two hours unless told otherwise; the certificate would do for as long.
  const facts = { ...session('TLSv1.3').facts, chain: [] }
  store.put('a', session('TLSv1.3', { facts }), start)
  expect(store.take('a', start + 2 * hour)).toBeUndefined()
  store.put('a', session('TLSv1.3', { facts }), start)
  expect(store.take('a', start + 2 * hour - 1)).toBeDefined()
})

it('a clock that was set back makes no ticket younger', () => {
  const store = new TicketStore()
  store.put('a', session('TLSv1.3'), start)
  expect(store.take('a', start - 1)).toBeUndefined()
})

it('of one demand the newest are kept, and handed out first', () => {
  const store = new TicketStore({ each: 3 })
  for (let count = 0; count < 10; count++) store.put('a', numbered(count), start)
  const taken = Array.from({ length: 4 }, () => store.take('a', start)?.facts.group)
  expect(taken).toEqual(['9', '8', '7', undefined])
})

it('those that were used least recently make room', () => {
  const store = new TicketStore({ demands: 2 })
  for (let count = 0; count < 2; count++) store.put('a', numbered(count), start)
  store.put('b', numbered(2), start)
  store.take('a', start)
  store.put('c', numbered(3), start)
  expect(store.take('b', start)).toBeUndefined()
  expect(store.take('a', start)).toBeDefined()
  expect(store.take('c', start)).toBeDefined()
})

it('octets are counted, certificates as they were sent with them', () => {
  const watched = { sent: [Buffer.alloc(60_000)], staple: undefined, clientCertificate: undefined, retries: 0 }
  const store = new TicketStore({ octets: 200_000 })
  for (const key of ['a', 'b', 'c', 'd', 'e']) {
    store.put(key, session('TLSv1.3', { facts: { ...session('TLSv1.3').facts, watched } }), start)
    expect(store.size.octets).toBeLessThanOrEqual(200_000)
  }
  expect(store.take('a', start)).toBeUndefined()
  expect(store.take('e', start)).toBeDefined()
})

it.each(['TLSv1', 'TLSv1.1', 'SSLv3'])('a session of %s is not kept', (version) => {
  const store = new TicketStore()
  store.put('a', session('TLSv1.2', { facts: { ...session('TLSv1.2').facts, version } }), start)
  expect(store.size.tickets).toBe(0)
})

it('a session whose keys are bound to no handshake is not kept (RFC 7627 5.3)', () => {
  const store = new TicketStore()
  const whole = session('TLSv1.2').session
  // flags [13] INTEGER 1, as ssl/ssl_asn1.c writes them
  const at = whole.indexOf(Buffer.from('ad03020101', 'hex'))
  const without = Buffer.from(whole)
  without[at + 4] = 0
  store.put('a', session('TLSv1.2', { session: without }), start)
  expect([at > 0, store.size.tickets]).toEqual([true, 0])
  store.put('a', session('TLSv1.2'), start)
  expect(store.size.tickets).toBe(1)
})

it('what is no session is not kept', () => {
  const store = new TicketStore()
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (noise) => {
      store.put(createHash('sha256').update(noise).digest('hex'), session('TLSv1.3', { session: Buffer.from(noise) }), start)
    }),
  )
  expect(store.size.tickets).toBe(0)
})

it('whatever is put and taken, the bounds hold and the count is right', () => {
  const act = fc.record({ key: fc.constantFrom('a', 'b', 'c', 'd', 'e'), what: fc.constantFrom('put', 'put', 'take', 'forget') })
  fc.assert(
    fc.property(fc.array(act, { maxLength: 60 }), (acts) => {
      const store = new TicketStore({ demands: 3, each: 2, octets: 30_000 })
      for (const { key, what } of acts) {
        if (what === 'put') store.put(key, session('TLSv1.3'), start)
        else if (what === 'take') store.take(key, start)
        else store.forget(key)
        const { demands, tickets, octets } = store.size
        expect(demands).toBeLessThanOrEqual(3)
        expect(tickets).toBeLessThanOrEqual(demands * 2)
        expect(octets).toBeLessThanOrEqual(30_000)
        expect(octets).toBe(tickets * (session('TLSv1.3').session.length + 4096))
      }
    }),
  )
})
