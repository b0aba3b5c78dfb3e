import { describe, expect, it } from 'vitest'
import {
  type ActEntry,
  type AttemptFacts,
  type AttemptLeaf,
  type Leaf,
  type SessionLeaf,
  attemptKey,
  commit,
} from '../evidence/index.ts'
import type { Recorder } from './record.ts'
import { recoverQueue } from './recover.ts'
import type { InFlightMessage, Settlement } from './store.ts'

const clock = {
  now: () => 5_000,
  sleep: async () => undefined,
  timer: () => () => undefined,
}

function message(id: number, change: Partial<InFlightMessage> = {}): InFlightMessage {
  const address = `p${id}@x.test`
  const key = new Uint8Array(32).fill(id)
  return { id, domainId: 1, campaign: 'spring', domain: 'x.test', address, key, attempt: 2, leaf: undefined, ...change }
}

function attemptOf({ key, attempt, address }: InFlightMessage, change: Partial<AttemptLeaf> = {}): AttemptLeaf {
  return {
    format: 'sealpost-evidence/1',
    kind: 'attempt',
    time: '2026-11-25T00:00:00.000Z',
    session: null,
    recipient: commit(attemptKey(key, attempt), 'recipient', address),
    campaign: '',
    message: null,
    domain: '',
    outcome: 'delivered',
    code: 250,
    enhanced: '2.0.0',
    reply: null,
    octets: 10,
    strength: 'observed',
    claim: null,
    ...change,
  }
}

const session: SessionLeaf = {
  format: 'sealpost-evidence/1',
  kind: 'session',
  time: '2026-11-25T00:00:00.000Z',
  id: 'AAAAAAAAAAAAAAAAAAAAAA',
  peer: 'committed',
  port: 25,
  level: 'valid',
  voucher: 'dns',
  verdict: 'valid',
  cause: 'pkix',
  decision: 'deliver',
  tls: { version: 'TLSv1.3', cipher: 'TLS_AES_256_GCM_SHA384', group: 'X25519', resumed: false, provenAt: null },
  software: 'sealpost/1',
}

const act: Leaf = { format: 'sealpost-evidence/1', kind: 'act', time: '', act: 'campaign-started', detail: {} }

interface Recovery {
  readonly settled: readonly Settlement[]
  readonly recorded: readonly AttemptFacts[]
  readonly acts: readonly ActEntry[]
  /** What was done, in order. */
  readonly order: readonly string[]
  /** How many leaves were read. */
  readonly read: number
}

/** Recovers with a log that holds these leaves, the first at 0. */
async function recoverWith(leaves: readonly Leaf[], messages: readonly InFlightMessage[], settledTo?: number): Promise<Recovery> {
  const recorded: AttemptFacts[] = []
  const acts: ActEntry[] = []
  const order: string[] = []
  let settled: readonly Settlement[] = []
  let read = 0
  let size = leaves.length
  const recorder: Recorder = {
    session: () => {
      throw new Error('no connection is made')
    },
    attempt: (facts) => {
      recorded.push(facts)
      return size++
    },
    act: (entry) => {
      acts.push(entry)
      return size++
    },
    flush: async () => void order.push('flush'),
    readBackwards: async function* () {
      for (const [index, leaf] of [...leaves.entries()].toReversed()) {
        read += 1
        yield { index, leaf }
      }
    },
  }
  const store = {
    inFlight: async () => ({ messages, settledTo }),
    settle: async (settlements: readonly Settlement[]) => {
      order.push('settle')
      settled = settlements
    },
    recover: async () => {
      order.push('recover')
      return 0
    },
  }
  await recoverQueue({ store, recorder, clock, software: 'sealpost/1' })
  return { settled, recorded, acts, order, read }
}

describe('after a crash', () => {
  it('what the evidence has as delivered is settled by it, with what its connection showed', async () => {
    const one = message(1, { leaf: 0 })
    const leaves = [act, session, act, attemptOf(one, { session: session.id })]
    const { settled, recorded, acts, order } = await recoverWith(leaves, [one], 0)
    expect(settled).toEqual([
      {
        id: 1,
        domainId: 1,
        state: 'sent',
        nextAt: 0,
        reason: expect.stringContaining('the evidence was found, and the row settled by it') as string,
        class: undefined,
        code: 250,
        enhanced: '2.0.0',
        verdict: 'valid',
        host: undefined,
        tls: 'TLSv1.3 TLS_AES_256_GCM_SHA384',
        leaf: 3,
      },
    ])
    expect(recorded).toEqual([])
    expect(acts).toEqual([
      {
        act: 'log-recovered',
        detail: { inFlight: 1, delivered: 1, failed: 0, putOff: 0, unknown: 0, software: 'sealpost/1' },
      },
    ])
    expect(order).toEqual(['flush', 'settle', 'recover'])
  })

  it('what it has as refused for good is not sent again, and what was put off is, without a word that nobody knows', async () => {
    const [one, two, three] = [message(1), message(2), message(3)]
    const leaves = [
      attemptOf(one, { outcome: 'failed', code: 550, enhanced: '5.1.1' }),
      attemptOf(two, { outcome: 'deferred', code: 451, enhanced: null }),
      attemptOf(three, { outcome: 'reply-lost', code: null, enhanced: null }),
    ]
    const { settled, recorded, acts } = await recoverWith(leaves, [one, two, three])
    expect(settled).toMatchObject([
      { id: 1, state: 'failed', nextAt: 0, code: 550, enhanced: '5.1.1', leaf: 0 },
      { id: 2, state: 'deferred', nextAt: 5_000, code: 451, leaf: 1 },
      { id: 3, state: 'deferred', nextAt: 5_000, leaf: 2 },
    ])
    expect(recorded).toEqual([])
    expect(acts).toMatchObject([{ detail: { inFlight: 3, failed: 1, putOff: 2, unknown: 0 } }])
  })

  it('of what it does not have it says that nobody knows, once', async () => {
    const one = message(1, { leaf: 7 })
    const first = await recoverWith([act], [one])
    expect(first.recorded).toEqual([
      {
        time: 5_000,
        key: one.key,
        number: 2,
        address: 'p1@x.test',
        campaign: 'spring',
        domain: 'x.test',
        session: null,
        message: null,
        octets: null,
        outcome: 'unknown',
        code: null,
        enhanced: null,
        reply: null,
        strength: 'unknown',
        claim: null,
        previous: 7,
      },
    ])
    expect(first.settled).toMatchObject([{ state: 'deferred', nextAt: 5_000, verdict: 'not-tested', leaf: 1 }])
    // Killed again between that and the queue.
    const said = attemptOf(one, { outcome: 'unknown', strength: 'unknown', code: null, enhanced: null })
    const second = await recoverWith([act, said, act], [one])
    expect(second.recorded).toEqual([])
    expect(second.settled).toMatchObject([{ state: 'deferred', leaf: 1 }])
  })

  it.each([
    ['of another attempt', attemptOf(message(1, { attempt: 1 }))],
    ['to another recipient', attemptOf(message(9))],
    ['under another key', attemptOf(message(1, { key: new Uint8Array(32).fill(77) }))],
    ['that a provider claims', attemptOf(message(1), { strength: 'claimed' })],
  ])('an attempt %s settles nothing', async (_, leaf) => {
    const { settled, recorded } = await recoverWith([leaf], [message(1)])
    expect(settled).toMatchObject([{ state: 'deferred' }])
    expect(recorded).toHaveLength(1)
  })

  it('an attempt that a row rests on already is not looked at, and no more is read than may be open', async () => {
    const one = message(1)
    const many = Array.from({ length: 500 }, () => act)
    const { settled, read } = await recoverWith([attemptOf(one), ...many], [one], 480)
    expect(settled).toMatchObject([{ state: 'deferred' }])
    expect(read).toBe(21)
  })

  it('stops reading when all were found, but for the connection that carried them', async () => {
    const one = message(1)
    const many = Array.from({ length: 500 }, () => act)
    const plain = await recoverWith([...many, attemptOf(one)], [one])
    expect(plain.read).toBe(2)
    const carried = await recoverWith([act, session, ...many, attemptOf(one, { session: session.id })], [one], 400)
    expect(carried.settled).toMatchObject([{ state: 'sent', verdict: 'valid' }])
    expect(carried.read).toBe(503)
    const alone = await recoverWith([attemptOf(one, { session: session.id })], [one])
    expect(alone.settled).toMatchObject([{ state: 'sent', verdict: 'not-tested', tls: undefined }])
  })

  it('nothing is read or written where nothing was in flight', async () => {
    const { read, acts, order } = await recoverWith([act], [])
    expect({ read, acts, order }).toEqual({ read: 0, acts: [], order: ['recover'] })
  })

  it('lets no more wait for the disk than a log bears, however much was in flight', async () => {
    const many = Array.from({ length: 12_000 }, (_, id) => message(id))
    const { recorded, order, acts } = await recoverWith([], many)
    expect(recorded).toHaveLength(12_000)
    expect(order).toEqual(['flush', 'flush', 'flush', 'settle', 'recover'])
    expect(acts).toMatchObject([{ detail: { inFlight: 12_000, unknown: 12_000 } }])
  })

  it('names the host where the evidence has it in the clear', async () => {
    const peer = { host: 'mx.x.test' } as Extract<SessionLeaf['peer'], object>
    const one = message(1)
    const { settled } = await recoverWith([{ ...session, peer }, attemptOf(one, { session: session.id })], [one])
    expect(settled).toMatchObject([{ host: 'mx.x.test' }])
  })
})
