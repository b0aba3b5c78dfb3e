import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { type DomainSettlement, type Settlement, type State, states } from '../../queue/index.ts'
import { type IncomingRow, QueueDatabase, checkQueue } from '../index.ts'

const outcome = {
  reason: 'r',
  class: undefined,
  code: undefined,
  enhanced: undefined,
  verdict: 'v',
  host: undefined,
  tls: undefined,
  leaf: undefined,
}
const waits: readonly State[] = ['waiting', 'deferred', 'held']

interface Message {
  readonly id: number
  readonly domain: number
  state: State
  before: State
  due: number | undefined
  attempts: number
  /** When it, or its domain, was first tried. */
  begun: number | undefined
}

/** The queue as it should be, so simply that it can be seen to be right. */
class Model {
  readonly messages: Message[] = []
  /** Domains by id; a domain that is with nobody is due when `notBefore` has passed and something in it is due. */
  readonly domains = new Map<number, { taken: boolean; notBefore: number }>()

  get counts(): unknown {
    const count = (...wanted: State[]): number => this.messages.filter(({ state }) => wanted.includes(state)).length
    const [sent, held, deferred, failed] = [count('sent'), count('held'), count('deferred'), count('failed')]
    const ended = { dropped: count('dropped'), exported: count('exported'), suppressed: count('suppressed') }
    return { total: this.messages.length, sent, held, deferred, failed, ...ended, waiting: count('waiting', 'leased') }
  }

  due(domain: number): number | undefined {
    const dues = this.messages.filter((one) => one.domain === domain).flatMap(({ due }) => due ?? [])
    if (dues.length === 0) return undefined
    return Math.max(Math.min(...dues), this.domains.get(domain)?.notBefore ?? 0)
  }

  letGo(domain: number, notBefore = 0): void {
    const one = this.domains.get(domain)
    if (one?.taken) this.domains.set(domain, { taken: false, notBefore })
  }

  /** A message that comes due overrides what its domain was put off to, if it is with nobody. */
  comesDue(message: Message, due: number): void {
    message.due = due
    const domain = this.domains.get(message.domain)
    if (domain && !domain.taken) domain.notBefore = Math.min(domain.notBefore, due)
  }
}

const ids = fc.uniqueArray(fc.integer({ min: 1, max: 4 }), { maxLength: 4 })
const at = fc.integer({ min: 1, max: 12 })
const command = fc.oneof(
  fc.record({ kind: fc.constant('take' as const), now: at, limit: fc.integer({ min: 1, max: 4 }) }),
  fc.record({ kind: fc.constant('let go' as const), ids, notBefore: at }),
  fc.record({ kind: fc.constant('lease' as const), ids, limit: fc.integer({ min: 1, max: 6 }), now: at }),
  fc.record({ kind: fc.constant('settle' as const), pick: fc.nat(), state: fc.constantFrom(...states), nextAt: at }),
  fc.record({
    kind: fc.constant('settle domains' as const),
    ids,
    now: at,
    state: fc.constantFrom<State>('held', 'deferred', 'failed'),
  }),
  fc.record({ kind: fc.constant('release' as const), pick: fc.nat(), due: at }),
  fc.record({ kind: fc.constant('expire' as const), heldBefore: at, deferredBefore: at }),
  fc.record({ kind: fc.constant('suppress' as const), picks: fc.uniqueArray(fc.integer({ min: 1, max: 13 }), { maxLength: 3 }) }),
  fc.record({ kind: fc.constant('hurry' as const) }),
  fc.record({ kind: fc.constant('recover' as const) }),
)
type Command = typeof command extends fc.Arbitrary<infer T> ? T : never

async function* rows(): AsyncGenerator<IncomingRow> {
  for (let n = 0; n < 12; n++) {
    const address = `${n}@d${n % 4}.test`
    yield { kind: 'recipient', address, addressKey: address, domain: `d${n % 4}.test`, columns: {} }
  }
}

it('the queue does what a simple model of it does, whatever is asked of it', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(command, { minLength: 5, maxLength: 25 }), async (commands) => {
      const folder = await mkdtemp(join(tmpdir(), 'sealpost-'))
      try {
        await using store = await QueueDatabase.open(folder)
        await store.accept({ name: 'c', digest: '', frozen: '{}', createdAt: 100 }, rows())
        const model = new Model()
        for (let n = 0; n < 4; n++) model.domains.set(n + 1, { taken: false, notBefore: 0 })
        for (let n = 0; n < 12; n++)
          model.messages.push({
            id: n + 1,
            domain: (n % 4) + 1,
            state: 'waiting',
            before: 'waiting',
            due: 0,
            attempts: 0,
            begun: undefined,
          })
        for (const one of commands) {
          await apply(one, store, model)
          expect(await seen(store)).toEqual(model.messages.map(({ id, state, due, attempts }) => ({ id, state, due, attempts })))
          expect(await told(store)).toEqual(model.counts)
          expect(dueOf(folder)).toEqual(
            [...model.domains].flatMap(([id, { taken }]) => (taken ? [] : [{ id, due: model.due(id) ?? null }])),
          )
          const dues = [...model.domains].flatMap(([id, { taken }]) => (taken ? [] : (model.due(id) ?? [])))
          expect(await store.nextDue('c')).toBe(dues.length === 0 ? undefined : Math.min(...dues))
        }
        expect(checkQueue(folder)).toEqual([])
      } finally {
        await rm(folder, { recursive: true })
      }
    }),
    { numRuns: 25 },
  )
})

/** When the domains that are with nobody are due, as it is written. */
function dueOf(folder: string): unknown[] {
  const database = new DatabaseSync(join(folder, 'queue.db'), { readOnly: true })
  const rows = database.prepare('SELECT id, due FROM domain WHERE taken = 0 ORDER BY id').all()
  database.close()
  return rows.map(({ id, due }) => ({ id, due }))
}

/** The counts as they are kept. */
async function told(store: QueueDatabase): Promise<unknown> {
  const { nextAt: _, ...counts } = await store.counts('c')
  return counts
}

async function seen(store: QueueDatabase): Promise<unknown[]> {
  return store.list({}, 99).map(({ id, state, due, attempts }) => ({ id, state, due, attempts }))
}

async function apply(one: Command, store: QueueDatabase, model: Model): Promise<void> {
  const leased = model.messages.filter(({ state }) => state === 'leased')
  switch (one.kind) {
    case 'take': {
      const open = [...model.domains].filter(([id, { taken }]) => !taken && (model.due(id) ?? Infinity) <= one.now)
      const order = open.map(([id]) => ({ id, due: model.due(id) ?? 0 })).toSorted((a, b) => a.due - b.due || a.id - b.id)
      const taken = await store.takeDomains('c', one.now, one.limit)
      expect(taken.map(({ id }) => id)).toEqual(order.slice(0, one.limit).map(({ id }) => id))
      for (const { id } of taken) model.domains.set(id, { taken: true, notBefore: 0 })
      return
    }
    case 'let go':
      await store.releaseDomains(one.ids, one.notBefore)
      for (const id of one.ids) model.letGo(id, one.notBefore)
      return
    case 'lease': {
      const expected: number[] = []
      const empty: number[] = []
      const isDue = (message: Message): boolean => message.due !== undefined && message.due <= one.now
      for (const id of one.ids) {
        if (expected.length >= one.limit) break
        const all = model.messages.filter((message) => message.domain === id && isDue(message))
        const due = model.domains.get(id)?.taken ? all.toSorted((a, b) => (a.due ?? 0) - (b.due ?? 0) || a.id - b.id) : []
        const got = due.slice(0, one.limit - expected.length)
        for (const message of got) {
          expected.push(message.id)
          Object.assign(message, { before: message.state, state: 'leased', due: undefined, attempts: message.attempts + 1 })
          message.begun ??= one.now
        }
        if (got.length === due.length) empty.push(id)
      }
      const result = await store.lease(one.ids, one.limit, one.now)
      expect(result.items.map(({ id }) => id).toSorted((a, b) => a - b)).toEqual(expected.toSorted((a, b) => a - b))
      expect(result.empty).toEqual(empty)
      for (const id of empty) model.letGo(id)
      return
    }
    case 'settle': {
      // Sometimes one that is not in flight, which stays as it is.
      const message = (one.pick % 3 === 0 ? model.messages : leased)[one.pick % Math.max(1, leased.length)]
      if (!message || one.state === 'leased') return
      const waiting = waits.includes(one.state)
      const settlement: Settlement = {
        ...outcome,
        id: message.id,
        domainId: message.domain,
        state: one.state,
        nextAt: waiting ? one.nextAt : 0,
      }
      await store.settle([settlement], 1)
      if (message.state !== 'leased') return
      message.state = one.state
      if (waiting) model.comesDue(message, one.nextAt)
      return
    }
    case 'settle domains': {
      const lasting = one.state === 'failed'
      const settlement = { ...outcome, state: one.state, nextAt: lasting ? [] : [20, 30] } as DomainSettlement
      const hit = model.messages.filter(
        ({ domain, due }) => one.ids.includes(domain) && model.domains.get(domain)?.taken && due !== undefined && due <= one.now,
      )
      expect(await store.settleDomains(one.ids, one.now, settlement)).toBe(hit.length)
      for (const message of hit) {
        message.due = lasting ? undefined : message.attempts === 0 ? 20 : 30
        message.attempts += 1
        message.begun ??= one.now
        message.state = one.state
      }
      for (const id of one.ids) model.letGo(id)
      return
    }
    case 'release': {
      const message = leased[one.pick % Math.max(1, leased.length)]
      if (!message) return
      await store.release([{ id: message.id, domainId: message.domain }], one.due)
      message.state = message.before
      message.attempts -= 1
      if (message.before === 'waiting') message.begun = undefined
      model.comesDue(message, one.due)
      return
    }
    case 'expire': {
      const { heldBefore, deferredBefore } = one
      const before = { held: heldBefore, deferred: deferredBefore } as Partial<Record<State, number>>
      // One that a person settled before it was ever tried has no time to count from.
      const hit = model.messages.filter(({ state, begun }) => begun !== undefined && begun < (before[state] ?? 0))
      // oxlint-disable-next-line unicorn/no-thenable -- the word of the settings
      expect(await store.expire('c', { heldBefore, deferredBefore, then: 'dropped' }, 1)).toBe(hit.length)
      for (const message of hit) {
        message.state = message.state === 'held' ? 'dropped' : 'failed'
        message.due = undefined
      }
      // A domain in which nothing is due any more is not put off either.
      for (const [id, domain] of model.domains) if (model.due(id) === undefined && !domain.taken) domain.notBefore = 0
      return
    }
    case 'suppress': {
      // What is in flight, or at its end, or not there, stays as it is.
      const hit = model.messages.filter(({ id, due }) => one.picks.includes(id) && due !== undefined)
      const withheld = one.picks.map((id) => ({ id, reason: 'the recipient unsubscribed' }))
      expect(await store.endSuppressed(withheld, 1)).toBe(hit.length)
      for (const message of hit) {
        Object.assign(message, { state: 'suppressed', due: undefined })
        const domain = model.domains.get(message.domain)
        if (domain && !domain.taken) domain.notBefore = 0
      }
      return
    }
    case 'hurry': {
      const hit = model.messages.filter(({ due }) => due !== undefined && due > 0)
      expect(await store.hurry('c')).toBe(hit.length)
      for (const message of hit) model.comesDue(message, 0)
      return
    }
    case 'recover': {
      expect(await store.recover()).toBe(leased.length)
      for (const message of leased) {
        message.state = 'deferred'
        model.comesDue(message, 0)
      }
      for (const id of model.domains.keys()) model.letGo(id)
    }
  }
}
