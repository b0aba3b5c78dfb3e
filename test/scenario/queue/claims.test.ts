/** What providers claim, taken into the evidence beside a real queue, with crashes at every place between the three files. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { systemClock } from '../../../src/clock.ts'
import type { ClaimedEvent } from '../../../src/claim/index.ts'
import { ClaimCarrier } from '../../../src/cli/carryClaims.ts'
import { EvidenceLog, type Leaf } from '../../../src/evidence/index.ts'
import { OpeningsReader, QueueDatabase, SqliteClaimBox } from '../../../src/store/index.ts'
import { sendCampaign } from '../../support/sentCampaign.ts'

vi.setConfig({ testTimeout: 60_000 })

let data: string
beforeEach(async () => {
  data = await mkdtemp(join(tmpdir(), 'sealpost-'))
  await sendCampaign(data, ['ada@a.test', 'bob@a.test'], 1_000)
})
afterEach(async () => {
  await rm(data, { recursive: true })
})

const claim = (changes: Partial<ClaimedEvent> = {}): ClaimedEvent => ({
  provider: 'mailgun',
  eventId: 'e1',
  event: 'delivered',
  outcome: 'delivered',
  time: 5_000,
  message: 1,
  code: 250,
  enhanced: '2.0.0',
  reply: 'OK',
  tls: true,
  ...changes,
})

function put(...claims: readonly ClaimedEvent[]): void {
  using box = SqliteClaimBox.open(data)
  box.put(claims, undefined, 5_000)
}

const openLog = async () => EvidenceLog.open(data, { clock: systemClock, domains: 'committed' })

type Hands = Parameters<ClaimCarrier['carry']>[0]

/** Takes in what waits; `change` makes a crash of it. */
async function carry(change: (hands: Hands) => Partial<Hands> = () => ({})): Promise<void> {
  await using store = await QueueDatabase.open(data)
  await using log = await openLog()
  using carrier = new ClaimCarrier(data)
  const hands: Hands = { store, log }
  await carrier.carry({ ...hands, ...change(hands) })
}

async function attempts(): Promise<readonly Extract<Leaf, { kind: 'attempt' }>[]> {
  await using log = await openLog()
  const found: Extract<Leaf, { kind: 'attempt' }>[] = []
  for await (const { leaf } of log.readFrom(0)) if (leaf.kind === 'attempt') found.push(leaf)
  return found
}

function leafOf(id: number): Promise<number | undefined> {
  return QueueDatabase.open(data).then(async (store) => {
    const [line] = store.find({ id })
    await store[Symbol.asyncDispose]()
    return line?.leaf
  })
}

it('stands there as a claim, linked to what was seen before, under a commitment of its own', async () => {
  put(
    claim({ eventId: 'e1', event: 'deferred', outcome: 'deferred', code: 421, enhanced: null, tls: null }),
    claim({ eventId: 'e2' }),
    claim({ eventId: 'e3', message: 2, provider: 'sendgrid' }),
  )
  await carry()
  const leaves = await attempts()
  expect(leaves).toMatchObject([
    {
      strength: 'claimed',
      outcome: 'deferred',
      session: null,
      message: null,
      claim: { provider: 'mailgun', event: 'deferred', tls: null },
    },
    {
      strength: 'claimed',
      outcome: 'delivered',
      code: 250,
      time: '1970-01-01T00:00:05.000Z',
      claim: { event: 'delivered', tls: true },
    },
    { claim: { provider: 'sendgrid' } },
  ])
  expect(new Set(leaves.map(({ recipient }) => recipient)).size).toBe(3)
  using openings = OpeningsReader.open(data)
  const last = (await leafOf(1)) ?? -1
  expect(openings?.attemptsOf(last)).toMatchObject([
    { outcome: 'delivered', previous: 0, campaign: 'spring', domain: 'a.test', reply: 'OK' },
    { outcome: 'deferred', previous: null },
  ])
  expect(await leafOf(2)).toBe(2)
  // Taken, and forgotten where it waited; the same event does not come in again.
  using box = SqliteClaimBox.open(data)
  expect(box.waiting()).toEqual([])
  expect(box.put([claim()], undefined, 6_000)).toEqual({ kind: 'kept', fresh: 0 })
})

it('is dropped where its message is gone, and where it makes no sense', async () => {
  put(claim({ message: 77 }), claim({ eventId: 'e2', outcome: 'opened' as never }))
  await carry()
  expect(await attempts()).toEqual([])
  using box = SqliteClaimBox.open(data)
  expect(box.waiting()).toEqual([])
})

it('waits while its message is in flight', async () => {
  await using store = await QueueDatabase.open(data)
  await store.accept({ name: 'summer', digest: 'd', frozen: '{}', createdAt: 2_000 }, rows())
  const [domain] = await store.takeDomains('summer', 9_000, 10)
  const { items } = await store.lease([domain?.id ?? 0], 10, 9_000)
  const [item] = items
  put(claim({ message: item?.id ?? 0 }))
  await using log = await openLog()
  using carrier = new ClaimCarrier(data)
  await carrier.carry({ store, log })
  expect(log.size).toBe(0)
  await store.release(items, 9_000)
  await carrier.carry({ store, log })
  expect(log.size).toBe(1)
})

it('by the thousand all find their place', async () => {
  put(...Array.from({ length: 1_203 }, (_, at) => claim({ eventId: `e${at}`, message: 1 + (at % 2) })))
  await carry()
  expect(await attempts()).toHaveLength(1_203)
  using openings = OpeningsReader.open(data)
  expect(openings?.attemptsOf((await leafOf(1)) ?? -1)).toHaveLength(602)
})

describe('a message that is tried while a claim about it is taken in', () => {
  /** Another message, which waits; its campaign is due. */
  async function open() {
    const store = await QueueDatabase.open(data)
    await store.accept({ name: 'summer', digest: 'd', frozen: '{}', createdAt: 2_000 }, rows())
    const [domain] = await store.takeDomains('summer', 9_000, 10)
    const lease = async () => (await store.lease([domain?.id ?? 0], 10, 9_000)).items[0]
    return { store, lease }
  }
  const deferred = { state: 'deferred', nextAt: 9_000, reason: '450', class: undefined, code: 450, enhanced: undefined } as const
  const whole = { ...deferred, verdict: 'valid', host: undefined, tls: undefined }

  it('keeps its own attempt, and the claim is found all the same', async () => {
    const { store, lease } = await open()
    await using _store = store
    put(claim({ message: 3 }))
    await using log = await openLog()
    using carrier = new ClaimCarrier(data)
    // Between the look at the message and the claim, it is tried and put off.
    const room = async (): Promise<void> => {
      const item = await lease()
      if (!item) return
      const leaf = log.attempt({ ...ownAttempt, key: item.key, address: item.address, previous: item.leaf ?? null })
      await store.settle([{ id: item.id, domainId: item.domainId, leaf, ...whole }], 9_000)
    }
    await carrier.carry({ store, log: bind(log, room) })
    expect(log.size).toBe(2)
    expect(store.find({ id: 3 })[0]?.leaf).toBe(0)
    using box = SqliteClaimBox.open(data)
    expect(box.leavesOf([3])).toEqual([{ message: 3, leaf: 1 }])
    expect(box.countOf([3])).toBe(1)
    box.erase([3], ['cy@a.test'])
    expect([box.leavesOf([3]), box.countOf([3])]).toEqual([[], 0])
  })
})

it('about somebody who was erased is dropped, and what it says of others does not name them', async () => {
  put(claim({ reply: '550 ADA@a.test unknown', message: 2 }), claim({ eventId: 'e2' }))
  {
    await using store = await QueueDatabase.open(data)
    await store.eraseMessages('order', ['ada@a.test'], 6_000)
    using box = SqliteClaimBox.open(data)
    box.erase([], ['ada@a.test'])
    expect(box.waiting().map((one) => one.claim?.reply)).toEqual(['550 (erased) unknown', 'OK'])
  }
  await carry()
  expect(await attempts()).toHaveLength(1)
  using openings = OpeningsReader.open(data)
  expect([...(openings?.attempts() ?? [])].map(({ reply }) => reply)).toEqual(['550 (erased) unknown'])
  using box = SqliteClaimBox.open(data)
  expect(box.waiting()).toEqual([])
})

describe('a crash', () => {
  const crash = new Error('killed')
  it.each([
    ['before it was recorded', ({ log }: Hands) => ({ log: { ...bind(log), attempt: () => fail(crash) } })],
    [
      'before the disk had it',
      ({ log }: Hands) => ({ log: { ...bind(log), attempt: () => log.size, flush: async () => fail(crash) } }),
    ],
    [
      'before the queue knew of it',
      ({ store }: Hands) => ({ store: { ...bindStore(store), noteLeaves: async () => fail(crash) } }),
    ],
  ])('%s leaves it to the next run, which records it once', async (_, change) => {
    put(claim(), claim({ eventId: 'e2', message: 2 }))
    await expect(carry(change)).rejects.toThrow('killed')
    // Somebody else's leaf may have come where it was announced.
    {
      await using log = await openLog()
      log.act({ act: 'campaign-started', detail: {} })
    }
    await carry()
    await carry()
    const leaves = await attempts()
    expect(leaves.map(({ strength }) => strength)).toEqual(['claimed', 'claimed'])
    using openings = OpeningsReader.open(data)
    for (const id of [1, 2]) expect(openings?.attemptsOf((await leafOf(id)) ?? -1)).toHaveLength(1)
  })

  it('after the queue knew of it takes nothing back that came after', async () => {
    put(claim())
    await expect(
      carry(({ store }) => ({
        store: { ...bindStore(store), noteLeaves: async (noted) => store.noteLeaves(noted).then(() => fail(crash)) },
      })),
    ).rejects.toThrow('killed')
    {
      await using store = await QueueDatabase.open(data)
      await store.noteLeaves([{ id: 1, domainId: store.claimTargets([1])[0]?.domainId ?? 0, leaf: 40, behind: [0] }])
    }
    await carry()
    expect(await leafOf(1)).toBe(40)
    expect(await attempts()).toHaveLength(1)
  })
})

it('makes no file where none is taken in', async () => {
  await carry()
  await expect(import('node:fs/promises').then(async ({ stat }) => stat(join(data, 'claims.db')))).rejects.toMatchObject({
    code: 'ENOENT',
  })
})

const ownAttempt = {
  time: 9_000,
  number: 1,
  campaign: 'summer',
  domain: 'a.test',
  session: null,
  message: null,
  octets: null,
  outcome: 'deferred',
  code: 450,
  enhanced: null,
  reply: null,
  strength: 'observed',
  claim: null,
} as const

function fail(error: Error): never {
  throw error
}

function bind(log: Hands['log'], room = async () => log.room()): Hands['log'] {
  return {
    get size() {
      return log.size
    },
    get checkpoint() {
      return log.checkpoint
    },
    attempt: (facts) => log.attempt(facts),
    room,
    flush: async () => log.flush(),
    readFrom: (from) => log.readFrom(from),
  }
}

function bindStore(store: Hands['store']): Hands['store'] {
  return { claimTargets: (ids) => store.claimTargets(ids), noteLeaves: async (noted) => store.noteLeaves(noted) }
}

async function* rows() {
  yield { kind: 'recipient', address: 'cy@a.test', addressKey: 'cy@a.test', domain: 'a.test', columns: {} } as const
}
