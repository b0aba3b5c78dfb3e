/*
 * The threat: a resumed TLS session shows no certificate, and nobody compares a name again. Whoever gets a sender to
 * come back to a session that proved less than is now demanded reads the mail: by a ticket of a server that nobody
 * vouched for, by a session that another demand was met with, by a certificate that has expired or was withdrawn from
 * the DNS meanwhile, or with the ticket key of the right server in hand. And a server may give as many tickets as it
 * likes, or follow a sender about by a ticket that it shows twice, or break only those handshakes that resume.
 */
import { randomBytes } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { type TlsaRecord, lookupAddresses, mockResolver } from '../../src/dns/index.ts'
import { type HostKnowledge, lookupHost } from '../../src/ground/index.ts'
import type { StsGround } from '../../src/policy/index.ts'
import { TicketStore } from '../../src/queue/ticket.ts'
import { dial } from '../../src/starttls/index.ts'
import { type ResumableSession, readSession } from '../../src/tls/index.ts'
import { startScriptedServer } from '../../src/world/index.ts'
import { authority, mx } from '../support/lab.ts'
import { tlsaOf } from '../support/policyLab.ts'
import { startRawServer } from '../support/rawServer.ts'
import { Sender, goodIdentity } from '../support/resuming.ts'
import { floodTickets } from '../support/ticketFlood.ts'

const minute = 60_000
const nobody = await authority.issue({ names: [mx], selfSigned: true })
const other = await authority.issue({ names: [mx] })
const versions = ['TLSv1.2', 'TLSv1.3'] as const

/** Hands a session out for any demand and at any time, to show that nothing hangs on the store alone. */
class CarelessStore extends TicketStore {
  #at = 0

  override put(_key: string, session: ResumableSession, now: number): void {
    this.#at = now
    super.put('all', session, now)
  }

  override take(): ResumableSession | undefined {
    return super.take('all', this.#at)
  }
}

/** Keeps what was put and what was handed out. */
class WatchedStore extends TicketStore {
  readonly handedOut: ResumableSession[] = []
  puts = 0

  override put(...asked: Parameters<TicketStore['put']>): void {
    this.puts++
    super.put(...asked)
  }

  override take(...asked: Parameters<TicketStore['take']>): ResumableSession | undefined {
    const taken = super.take(...asked)
    if (taken) this.handedOut.push(taken)
    return taken
  }
}

const resumedOf = ({ connections }: { readonly connections: readonly { readonly resumed: boolean }[] }) =>
  connections.map(({ resumed }) => resumed)

async function vouchFor(...records: readonly TlsaRecord[]): Promise<HostKnowledge> {
  const resolver = mockResolver({
    [mx]: { A: ['127.0.0.1'], secure: true },
    [`_25._tcp.${mx}`]: { TLSA: [...records], secure: true },
  })
  const addresses = await lookupAddresses(resolver, mx)
  return lookupHost(mx, { resolver, addresses, mxSecure: true, nextHop: ['example.test'], port: 25 })
}

const enforce = (...patterns: string[]): StsGround => ({
  kind: 'policy',
  mode: 'enforce',
  id: '1',
  mx: patterns,
  words: 'enforce',
})

describe.each(versions)('a ticket of a server that nobody vouches for (%s)', (maxVersion) => {
  it.each(['valid', 'authenticated'] as const)('opens no door at level %s: the handshake is a full one', async (level) => {
    await using server = await startScriptedServer({ tls: { identity: nobody, maxVersion } })
    const sender = new Sender()
    const first = await sender.send(server)
    expect(first.judgement).toMatchObject({ verdict: 'unauthenticated', cause: 'self-signed' })
    expect(sender.tickets.size.tickets).toBeGreaterThan(0)
    const second = await sender.send(server, { level })
    expect(second).toMatchObject({ decision: { kind: 'hold' }, judgement: { cause: 'self-signed' }, connection: undefined })
    // It does where no more is asked for.
    const third = await sender.send(server)
    expect(third.tls?.resumed).toBe(true)
    expect(resumedOf(server)).toEqual([false, false, true])
    expect(server.messages).toHaveLength(2)
  })

  it('is worth no more than its certificate, wherever it turns up', async () => {
    await using server = await startScriptedServer({ tls: { identity: nobody, maxVersion } })
    const sender = new Sender(new CarelessStore())
    await sender.send(server)
    const second = await sender.send(server, { level: 'valid' })
    expect(second).toMatchObject({ decision: { kind: 'hold' }, judgement: { cause: 'self-signed' }, tls: { resumed: false } })
    expect(resumedOf(server)).toEqual([false, true, false])
    expect(server.messages).toHaveLength(1)
  })

  it('a connection that is held leaves no ticket behind', async () => {
    await using server = await startScriptedServer({ tls: { identity: nobody, maxVersion } })
    const sender = new Sender()
    await sender.send(server, { level: 'valid' })
    expect(sender.tickets.size.tickets).toBe(0)
  })
})

it('what one demand was met with is nothing to another: policy, who vouches, level', async () => {
  await using server = await startScriptedServer({ tls: { identity: goodIdentity } })
  const sender = new Sender()
  const dane = await vouchFor(tlsaOf(goodIdentity))
  const demands = [
    {},
    { level: 'valid' },
    { source: 'user' },
    { sts: enforce(mx) },
    { sts: enforce(mx, '*.example.test') },
    { known: dane },
  ] as const
  for (const demand of demands) await sender.send(server, demand)
  expect(resumedOf(server)).toEqual(demands.map(() => false))
  // The newest of each is still there for its own.
  for (const demand of demands) expect((await sender.send(server, demand)).tls?.resumed).toBe(true)
  expect(server.messages).toHaveLength(demands.length * 2)
})

describe.each(versions)('a server with the ticket key of the right one, and another certificate (%s)', (maxVersion) => {
  const ticketKeys = randomBytes(48)

  it('gets nothing from who has no session of the right one, or had it for an hour', async () => {
    await using right = await startScriptedServer({ tls: { identity: goodIdentity, maxVersion, ticketKeys } })
    await using thief = await startScriptedServer({ tls: { identity: nobody, maxVersion, ticketKeys } })
    const sender = new Sender()
    expect(await sender.send(thief, { level: 'valid' })).toMatchObject({ decision: { kind: 'hold' } })
    await sender.send(right, { level: 'valid' })
    sender.clock.turn(60 * minute)
    expect(await sender.send(thief, { level: 'valid' })).toMatchObject({ decision: { kind: 'hold' } })
    expect(resumedOf(thief)).toEqual([false, false])
    expect(thief.messages).toHaveLength(0)
  })

  it('is taken for it within the hour, as whoever has the key is: the evidence says when it was proven', async () => {
    // No client can tell (RFC 8446 2.2 rests on the key alone): what can be done is that it ends soon, and is written down.
    await using right = await startScriptedServer({ tls: { identity: goodIdentity, maxVersion, ticketKeys } })
    await using thief = await startScriptedServer({ tls: { identity: nobody, maxVersion, ticketKeys } })
    const sender = new Sender()
    const first = await sender.send(right, { level: 'valid' })
    const proven = sender.clock.now()
    sender.clock.turn(59 * minute)
    const second = await sender.send(thief, { level: 'valid' })
    expect(second.tls).toMatchObject({ resumed: true, chain: first.tls?.chain })
    expect(second.tls?.provenAt).toBeLessThanOrEqual(proven)
    sender.clock.turn(minute)
    expect(await sender.send(thief, { level: 'valid' })).toMatchObject({ decision: { kind: 'hold' } })
    expect(resumedOf(thief)).toEqual([true, false])
  })

  it('a session of another certificate than the one that is remembered is given up', async () => {
    await using server = await startScriptedServer({ tls: { identity: nobody, maxVersion } })
    await using right = await startScriptedServer({ tls: { identity: other, maxVersion } })
    const known = (await new Sender().send(right, { level: 'valid' })).tls
    if (!known) throw new Error('no TLS')
    class SwappingStore extends CarelessStore {
      override take(): ResumableSession | undefined {
        const taken = super.take()
        return taken && { ...taken, facts: known as NonNullable<typeof known> }
      }
    }
    const sender = new Sender(new SwappingStore())
    await sender.send(server)
    const second = await sender.send(server, { level: 'valid' })
    expect(second).toMatchObject({ decision: { kind: 'hold' }, tls: { resumed: false }, judgement: { cause: 'self-signed' } })
    // In full, given up when it was resumed, in full again.
    expect(server.connections).toHaveLength(3)
    expect(server.messages).toHaveLength(1)
  })
})

describe('what has changed since the full handshake', () => {
  it.each([
    { store: 'ours', tickets: () => new TicketStore(), resumed: [false, false] },
    { store: 'a careless one', tickets: () => new CarelessStore(), resumed: [false, true, false] },
  ])('a certificate that has expired meanwhile holds the mail ($store)', async ({ tickets, resumed }) => {
    const identity = await authority.issue({ names: [mx], notAfter: new Date(Date.now() + 30 * minute) })
    await using server = await startScriptedServer({ tls: { identity } })
    const sender = new Sender(tickets())
    expect((await sender.send(server, { level: 'valid' })).judgement.verdict).toBe('valid')
    sender.clock.turn(31 * minute)
    const second = await sender.send(server, { level: 'valid' })
    expect(second).toMatchObject({ decision: { kind: 'hold' }, judgement: { cause: 'expired' }, tls: { resumed: false } })
    expect(resumedOf(server)).toEqual(resumed)
    expect(server.messages).toHaveLength(1)
  })

  it.each([
    { store: 'ours', tickets: () => new TicketStore(), resumed: [false, false] },
    { store: 'a careless one', tickets: () => new CarelessStore(), resumed: [false, true, false] },
  ])('TLSA records that name another key hold the mail ($store)', async ({ tickets, resumed }) => {
    await using server = await startScriptedServer({ tls: { identity: goodIdentity } })
    const sender = new Sender(tickets())
    const first = await sender.send(server, { known: await vouchFor(tlsaOf(goodIdentity)) })
    expect(first.judgement).toMatchObject({ verdict: 'authenticated', cause: 'dane' })
    const second = await sender.send(server, { known: await vouchFor(tlsaOf(other)) })
    expect(second).toMatchObject({ decision: { kind: 'hold' }, judgement: { cause: 'dane-mismatch' }, tls: { resumed: false } })
    expect(resumedOf(server)).toEqual(resumed)
    expect(server.messages).toHaveLength(1)
  })

  it('a key that was rolled over with its records is no reason to wait', async () => {
    const ticketKeys = randomBytes(48)
    await using before = await startScriptedServer({ tls: { identity: goodIdentity, ticketKeys } })
    await using after = await startScriptedServer({ tls: { identity: other, ticketKeys } })
    const sender = new Sender()
    await sender.send(before, { known: await vouchFor(tlsaOf(goodIdentity)) })
    const second = await sender.send(after, { known: await vouchFor(tlsaOf(other)) })
    expect(second).toMatchObject({ decision: { kind: 'deliver' }, tls: { resumed: false } })
  })

  it('the same records come back to the session, in whatever order the DNS gives them, and match what was sent then', async () => {
    await using server = await startScriptedServer({ tls: { identity: goodIdentity } })
    const sender = new Sender()
    await sender.send(server, { known: await vouchFor(tlsaOf(goodIdentity), tlsaOf(other)) })
    const second = await sender.send(server, { known: await vouchFor(tlsaOf(other), tlsaOf(goodIdentity)) })
    expect(second).toMatchObject({ judgement: { verdict: 'authenticated', cause: 'dane' }, tls: { resumed: true } })
  })

  it('an MTA-STS policy that names the host no more keeps it from being dialled', async () => {
    await using server = await startScriptedServer({ tls: { identity: goodIdentity } })
    const sender = new Sender()
    await sender.send(server, { sts: enforce(mx) })
    const second = await sender.send(server, { sts: enforce('mx.elsewhere.test') })
    expect(second.decision.kind).toBe('hold')
    expect(server.connections).toHaveLength(1)
  })
})

it.each([0, 5_000])('a server that gives %i tickets more fills nothing', async (tickets) => {
  await using server = await startRawServer(async (peer) => floodTickets(peer, goodIdentity, tickets))
  const store = new WatchedStore()
  const sender = new Sender(store)
  const { decision, connection } = await sender.reach(server, { level: 'valid' })
  connection?.destroy()
  expect(decision.kind).toBe('deliver')
  expect(store.size.tickets).toBe(tickets === 0 ? 2 : 4)
  expect(store.puts).toBe(tickets === 0 ? 2 : 16)
  expect(store.size.octets).toBeLessThan(64 * 1024)
})

it.each(versions)('no ticket is shown twice, also where connections begin together (%s)', async (maxVersion) => {
  await using server = await startScriptedServer({ tls: { identity: goodIdentity, maxVersion } })
  const store = new WatchedStore()
  const sender = new Sender(store)
  await sender.send(server)
  await Promise.all(Array.from({ length: 4 }, async () => sender.send(server)))
  for (let count = 0; count < 3; count++) await sender.send(server)
  const shown = store.handedOut.map(({ session }) => readSession(session)?.ticket?.toString('hex'))
  expect(shown).not.toContain(undefined)
  expect(new Set(shown).size).toBe(shown.length)
  expect(resumedOf(server).filter(Boolean)).toHaveLength(shown.length)
  expect(shown.length).toBeGreaterThan(1)
})

it('who breaks only what resumes gets no plaintext out of it at opportunistic, and holds nothing up', async () => {
  await using good = await startScriptedServer({ tls: { identity: goodIdentity } })
  await using breaking = await startScriptedServer({ handshake: 'close' })
  const { tickets } = new Sender()
  await new Sender(tickets).send(good, { level: 'opportunistic' })
  // Another sender knows nothing of what the host offered before, which alone would keep the mail from plaintext.
  const places = [breaking, good]
  const reached = await new Sender(tickets).reach(good, { level: 'opportunistic' }, async (endpoint, ...rest) => {
    const place = places.shift() ?? breaking
    return dial({ ...endpoint, address: place.host, port: place.port }, ...rest)
  })
  reached.connection?.destroy()
  expect(reached).toMatchObject({ decision: { kind: 'deliver' }, tls: { resumed: false, version: 'TLSv1.3' } })
  expect([breaking.connections.length, good.connections.length]).toEqual([1, 2])
  expect(tickets.size.tickets).toBe(2)
})
