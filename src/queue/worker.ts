import { type Carried, carryMessages } from './carry.ts'
import { giveBackOne, mayBegin } from './right.ts'
import type { Limit } from './limit/index.ts'
import type { Classified } from './classify/index.ts'
import type { Delivery } from './delivery.ts'
import type { DomainSettlement } from './store.ts'
import type { Lane } from './lane.ts'
import { combineDecisions, reachDestination } from './reach.ts'
import { nextTries } from './schedule.ts'
import { type Session, describeTls, recordSessions } from './session.ts'

/** Messages at hand for which one more connection is worth its handshake. */
const worthConnection = 5

/** Milliseconds that a lane waits with its messages leased until its limits let it go on. */
const patienceMs = 5_000

/**
 * Sends what is due in a lane: over several connections when there is much, or settles it all when none is good enough.
 * Returns when the lane has no more work, or may not go on with it now; what is left then has gone back in line.
 */
export async function runLane(lane: Lane, delivery: Delivery): Promise<void> {
  const run = new LaneRun(lane, delivery)
  lane.onPlenty = () => {
    run.grow()
  }
  for (;;) {
    await lane.letRest()
    if (!lane.hasWork || run.mayNot) break
    await run.round()
  }
  lane.onPlenty = undefined
  // What is found from now on gets a lane of its own: this one would not see it any more.
  lane.close()
  await run.leave(delivery.clock.now())
}

class LaneRun {
  readonly #lane: Lane
  readonly #delivery: Delivery
  /** Connections at work or on their way. */
  readonly #workers = new Set<Promise<void>>()
  /** Connections that carry messages: only where there is none does a failure to connect say what becomes of the rest. */
  #live = 0
  #progress = 0

  constructor(lane: Lane, delivery: Delivery) {
    this.#lane = lane
    this.#delivery = delivery
  }

  /** No new connection, and no further message on one: the run is to end, or what the lane goes by is too old. */
  get mayNot(): boolean {
    return this.#delivery.stop.aborted || this.#lane.stale
  }

  /** One connection and those that join it, until all have ended. */
  async round(): Promise<void> {
    this.#progress = 0
    this.#join(this.#work(true))
    while (this.#workers.size > 0) await Promise.all(this.#workers)
    if (this.#progress > 0 || !this.#lane.hasWork || this.mayNot || this.#notBefore > this.#delivery.clock.now()) return
    // RFC 5321 4.5.4.1: a destination that took nothing is left alone for a while, not knocked on again at once.
    await this.#settleRest({
      state: 'deferred',
      reason: 'the server ends each connection before it takes a message',
      class: 'server',
      verdict: 'temporary',
      host: this.#lane.facts.destination.endpoints[0]?.host,
      tls: undefined,
    })
  }

  /** More connections where there is work for them. */
  grow(): void {
    const wanted = Math.ceil(this.#lane.ready / worthConnection)
    while (this.#workers.size > 0 && this.#workers.size < wanted && !this.mayNot) {
      if (!this.#tryAdmit()) return
      this.#join(this.#work(false))
    }
  }

  /** What is left goes back in line, due at that time. */
  async leave(due: number): Promise<void> {
    const { items, domains } = await this.#lane.empty()
    for (const item of items) this.#delivery.settler.giveBack(item, due)
    // On the disk before the lane is gone: whoever looks for what is due must find it.
    if (items.length > 0) await this.#delivery.settler.drain().catch(() => undefined)
    if (domains.length > 0) await this.#guard(this.#delivery.store.releaseDomains(domains, due))
  }

  #join(worker: Promise<void>): void {
    const guarded = this.#guard(worker).finally(() => {
      this.#workers.delete(guarded)
    })
    this.#workers.add(guarded)
  }

  /** What one connection could not write down, the others cannot either. */
  async #guard(task: Promise<unknown>): Promise<void> {
    try {
      await task
    } catch (error) {
      this.#delivery.fail(error)
    }
  }

  /** @param first nobody else sees to the lane: it waits for a place, and settles what cannot be sent */
  async #work(first: boolean): Promise<void> {
    let admitted = first ? await this.#admit() : true
    while (admitted) {
      const carried = await this.#connect()
      if (!carried || carried.progress === 0 || !this.#lane.hasWork || this.mayNot) return
      admitted = this.#tryAdmit()
    }
  }

  /** One connection from its beginning to its end; undefined where none came about. */
  async #connect(): Promise<Carried | undefined> {
    const { slots, abandon } = this.#delivery
    try {
      this.#live += 1
      const session = await this.#open().finally(() => {
        giveBackOne(this.#lane)
      })
      if (!session) return undefined
      const { connection } = session
      const destroy = (): void => {
        connection.destroy()
      }
      abandon.addEventListener('abort', destroy, { once: true })
      try {
        const begun = performance.now()
        const carried = await carryMessages(this.#lane, session, this.#delivery)
        this.#notePace(session, carried.progress, performance.now() - begun)
        // A server that bears no commands together is asked again without; that much was learnt.
        const progress = carried.progress + (connection.misbehaved ? 1 : 0)
        this.#progress += progress
        if (carried.putOff && !this.mayNot) await this.#putOff(carried.putOff, session)
        return { ...carried, progress }
      } finally {
        if (connection.misbehaved) this.#beCareful(session)
        await connection.quit()
        abandon.removeEventListener('abort', destroy)
      }
    } finally {
      this.#live -= 1
      slots.giveBack()
      for (const limit of this.#lane.facts.limits) limit.disconnect()
    }
  }

  #notePace({ reached }: Session, messages: number, ms: number): void {
    const { chunking, endpoint } = reached
    if (chunking !== undefined) this.#delivery.ways?.note(endpoint.host, chunking, messages, ms)
  }

  #beCareful({ reached, connection }: Session): void {
    this.#delivery.caution.set(reached.endpoint.host, connection.misbehaved === 'across' ? 'within' : 'none')
  }

  /** A connection that can carry the lane's messages. Where there is none, and no other is at work, all that is left is settled. */
  async #open(): Promise<Session | undefined> {
    const { facts } = this.#lane
    const tried = await reachDestination(
      { ...facts, credentials: facts.job.credentials, localAddresses: facts.job.localAddresses },
      this.#delivery,
    )
    // What was broken off here says nothing of the server.
    if (this.#delivery.abandon.aborted) {
      for (const { connection } of tried) connection?.destroy()
      return undefined
    }
    const session = await recordSessions(facts, tried, this.#delivery)
    if (session) return session
    // Nothing was tried where the signal came first, and then nothing follows from it.
    if (this.#live > 1 || this.mayNot) return undefined
    const { decision, reached } = combineDecisions(tried)
    const temporary = decision.kind === 'defer'
    if (temporary) for (const limit of facts.limits) limit.note('refused-connection')
    await this.#settleRest({
      state: decision.kind === 'hold' ? 'held' : decision.kind === 'fail' ? 'failed' : 'deferred',
      reason: decision.kind === 'deliver' ? '' : decision.reason,
      class: decision.kind === 'hold' ? 'tls' : 'network',
      verdict: reached?.judgement.verdict ?? 'not-tested',
      host: reached?.endpoint.host,
      tls: describeTls(reached?.tls),
    })
    return undefined
  }

  /** A place for a connection, waited for; false where the lane's time is over first, or its limits say much later. */
  async #admit(): Promise<boolean> {
    const { stop, slots, clock } = this.#delivery
    const { limits } = this.#lane.facts
    while (!this.mayNot) {
      if (this.#tryLimits()) {
        if (await slots.take(stop)) return true
        this.#withdraw()
        return false
      }
      const at = this.#notBefore
      if (at - clock.now() > patienceMs) {
        this.#passOn()
        await this.leave(at)
        return false
      }
      await anyChanged(limits, stop)
    }
    this.#passOn()
    return false
  }

  /** A place that this lane was told of and cannot use any more is the next one's. */
  #passOn(): void {
    for (const limit of this.#lane.facts.limits) if (limit.tryConnect()) limit.disconnect()
  }

  /** The same where there is one now. */
  #tryAdmit(): boolean {
    if (!this.#tryLimits()) return false
    if (this.#delivery.slots.tryTake()) return true
    this.#withdraw()
    return false
  }

  #withdraw(): void {
    giveBackOne(this.#lane)
    for (const limit of this.#lane.facts.limits) limit.disconnect()
  }

  /** With the right to begin one message, or many would connect for the one that may be sent. */
  #tryLimits(): boolean {
    const { limits } = this.#lane.facts
    if (this.#notBefore > this.#delivery.clock.now()) return false
    const refusing = limits.findIndex((limit) => !limit.tryConnect())
    if (refusing < 0) {
      if (mayBegin(this.#lane)) return true
      for (const limit of limits) limit.disconnect()
      return false
    }
    for (const limit of limits.slice(0, refusing)) limit.disconnect()
    return false
  }

  /** Milliseconds since the epoch before which some limit lets nothing begin; 0 where all do. */
  get #notBefore(): number {
    return Math.max(0, ...this.#lane.facts.limits.map((limit) => limit.nextAt ?? 0))
  }

  async #putOff(why: NonNullable<Carried['putOff']>, { reached }: Session): Promise<void> {
    await this.#settleRest({
      ...why,
      state: 'deferred',
      verdict: reached.judgement.verdict,
      host: reached.endpoint.host,
      tls: describeTls(reached.tls),
    })
  }

  /** One end for all that is left: what was leased, one by one, and what is still in line, by domain. */
  async #settleRest(settlement: Omit<DomainSettlement, 'nextAt' | 'class'> & Pick<Classified, 'class'>): Promise<void> {
    const { store, settler, recorder, clock, random } = this.#delivery
    const { items, domains } = await this.#lane.empty()
    // The evidence is on the disk before the queue says what it rests on.
    await recorder.flush()
    const now = clock.now()
    const nextAt = nextTries(this.#lane.facts.job.schedule, now, random, settlement.class)
    for (const item of items) {
      const at = settlement.state === 'failed' ? 0 : (nextAt[Math.min(item.attempt, nextAt.length) - 1] ?? now)
      const { id, domainId } = item
      settler.settle({ ...settlement, id, domainId, nextAt: at, code: undefined, enhanced: undefined, leaf: undefined })
    }
    if (domains.length > 0) await store.settleDomains(domains, now, { ...settlement, nextAt })
  }
}

/** Resolves when one of the limits changes or the signal comes; what the others were asked for is withdrawn. */
async function anyChanged(limits: readonly Limit[], stop: AbortSignal): Promise<void> {
  const over = new AbortController()
  const signal = AbortSignal.any([stop, over.signal])
  const changes = limits.map(async (limit) => limit.changed(signal).catch(() => undefined))
  await Promise.race(changes)
  over.abort()
  await Promise.all(changes)
}
