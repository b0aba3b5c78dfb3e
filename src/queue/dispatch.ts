import { isDeepStrictEqual } from 'node:util'
import type { Resolver } from '../dns/index.ts'
import { Bell } from './bell.ts'
import type { Delivery } from './delivery.ts'
import { type Destination, resolveDestination } from './destination.ts'
import type { DueDomain } from './store.ts'
import type { Job } from './job.ts'
import { Lane } from './lane.ts'
import type { LimitBook } from './limit/index.ts'
import { nextTries } from './schedule.ts'
import { runLane } from './worker.ts'

export interface DispatchOptions {
  readonly resolver: Resolver
  readonly limits: LimitBook
}

/** Domains looked up at a time: as many may hang on name servers that do not answer, and hold nobody else. */
const lookups = 200

/** Domains in hand, in all and in one lane; what does not fit waits on the disk. */
const most = { inHand: 20_000, inLane: 5_000, page: 200 } as const

/** Milliseconds after which it is looked again whether there is room. */
const fullMs = 50

/** Milliseconds after which a domain whose lane was full is tried again. */
const overflowMs = 30_000

/** Domains in hand of a campaign with a pace, beside as many as it has messages to begin: one may not answer. */
const spare = 3

/** Milliseconds that are slept at a time while a campaign's pace is waited for. */
const longestAsideMs = 5_000

/** Takes domains that are due from the disk, campaign by campaign in turn, and places them in lanes. */
export class Dispatcher {
  readonly #delivery: Delivery
  readonly #options: DispatchOptions
  readonly #lanes = new Map<string, Lane>()
  readonly #running = new Set<Promise<void>>()
  readonly #bell = new Bell()
  /** Domains that are being looked up, by campaign. */
  readonly #lookingUpOf = new Map<string, number>()
  /** Something is due that found no room: it is looked after soon. */
  #full = false
  /** Milliseconds since the epoch: until then, something was put aside that belongs to this run. */
  #asideUntil = 0

  constructor(delivery: Delivery, options: DispatchOptions) {
    this.#delivery = delivery
    this.#options = options
  }

  /** Lanes at work. */
  get laneCount(): number {
    return this.#lanes.size
  }

  /** Sends until nothing is due any more, or nothing may be begun. */
  async run(): Promise<void> {
    const { stop, clock } = this.#delivery
    while (!stop.aborted) {
      const before = this.#busy
      if ((await this.#takePage()) > 0) continue
      const busy = this.#busy
      // What ended while it was looked may have put something back in line.
      if (before && !busy) continue
      const aside = this.#asideUntil - clock.now()
      if (!busy && aside <= 0) break
      // What comes due while lanes are at work is taken up now and then; a lane that ends says so.
      await this.#bell.wait(clock, stop, this.#full ? fullMs : busy ? 1_000 : aside)
    }
    // Look-ups cannot be broken off: what they find when the time is over is let go.
    const { abandon } = this.#delivery
    while (this.#running.size > 0 || (this.#lookingUp > 0 && !abandon.aborted)) {
      await this.#bell.wait(clock, new AbortController().signal, 100)
    }
  }

  get #lookingUp(): number {
    return this.#lookingUpOf.values().reduce((sum, count) => sum + count, 0)
  }

  get #busy(): boolean {
    return this.#lookingUp > 0 || this.#running.size > 0
  }

  /** One page of each campaign; how many domains were taken. */
  async #takePage(): Promise<number> {
    const { jobs, store, clock, stop, rests, fail } = this.#delivery
    let taken = 0
    this.#full = false
    for (const job of jobs.values()) {
      const room = this.#room(job)
      if (stop.aborted || room === 0) continue
      try {
        if (rests(job.campaign)) {
          await this.#stayFor(job)
          continue
        }
        const page = await store.takeDomains(job.campaign, clock.now(), room)
        taken += page.length
        for (const domain of page) void this.#look(domain, job)
      } catch (error) {
        fail(error)
      }
    }
    return taken
  }

  /** A campaign that only its rate keeps back goes on in a moment: that belongs to this run. Its window may open days later. */
  async #stayFor({ campaign }: Job): Promise<void> {
    const { paces, store, clock } = this.#delivery
    const rest = paces.get(campaign)?.rest
    if (rest?.kind !== 'pace' || this.#delivery.paused().has(campaign)) return
    const due = await store.nextDue(campaign)
    // Looked at in between: a person may pause it, or end it.
    if (due !== undefined && due <= clock.now()) this.#asideUntil = Math.min(rest.until, clock.now() + longestAsideMs)
  }

  #room(job: Job): number {
    const lookingUp = this.#lookingUp
    let inHand = lookingUp
    let inLane = 0
    let ofCampaign = this.#lookingUpOf.get(job.campaign) ?? 0
    for (const lane of this.#lanes.values()) {
      inHand += lane.domainCount
      ofCampaign += lane.domainsOf(job.campaign)
      // All of a relay's domains go into one lane, those on their way too.
      if (shareRelay(lane.facts.job, job)) inLane = Math.max(inLane, lane.domainCount + lookingUp)
    }
    const room = Math.max(0, Math.min(most.page, lookups - lookingUp, most.inHand - inHand, most.inLane - inLane))
    this.#full ||= room === 0
    const pace = this.#delivery.paces.get(job.campaign)
    // Connections are not opened to ten thousand hosts for the ten messages that may be begun now.
    return pace ? Math.max(0, Math.min(room, pace.available + spare - ofCampaign)) : room
  }

  async #look(domain: DueDomain, job: Job): Promise<void> {
    this.#countLookUp(job, 1)
    try {
      await this.#place(domain, job)
    } catch (error) {
      this.#delivery.fail(error)
    } finally {
      this.#countLookUp(job, -1)
      this.#bell.ring()
    }
  }

  #countLookUp({ campaign }: Job, change: number): void {
    this.#lookingUpOf.set(campaign, (this.#lookingUpOf.get(campaign) ?? 0) + change)
  }

  async #place(due: DueDomain, job: Job): Promise<void> {
    const { store, clock, stop, random } = this.#delivery
    const { resolver, limits } = this.#options
    const foundAt = clock.now()
    const destination = await resolveDestination(due.domain, job.route, resolver, random)
    if (destination.kind !== 'hosts') {
      await this.#settleUnreachable(due, job, destination)
      return
    }
    const hosts = [...destination.hosts.keys()]
    const policy = await job.decidePolicy(due.domain, hosts, due.level)
    if (stop.aborted || this.#delivery.rests(due.campaign)) {
      await store.releaseDomains([due.id])
      return
    }
    const { rule, shared } = limits.limitsFor(hosts, due.domain)
    // A rule for one domain is none for others on the same hosts; a log-in is its campaign's own.
    const login = job.credentials ? job.campaign : ''
    const key = JSON.stringify([destination.key, policy.id, shared?.scope ?? '', login, job.localAddresses ?? {}])
    const known = this.#lanes.get(key)
    if (known && known.domainCount >= most.inLane) {
      this.#asideUntil = clock.now() + overflowMs
      await store.releaseDomains([due.id], this.#asideUntil)
      return
    }
    if (known?.add(due)) return
    const own = limits.limitLane(key, rule)
    const lane = new Lane(
      { key, destination, policy, job, foundAt, rule, limits: shared ? [own, shared] : [own] },
      this.#delivery,
    )
    lane.add(due)
    this.#lanes.set(key, lane)
    const running = this.#run(lane).finally(() => {
      this.#running.delete(running)
      this.#bell.ring()
    })
    this.#running.add(running)
  }

  async #run(lane: Lane): Promise<void> {
    const { limits, key } = lane.facts
    try {
      for (const limit of limits) await limit.open()
      await runLane(lane, this.#delivery)
      for (const limit of limits) await limit.flush()
    } catch (error) {
      this.#delivery.fail(error)
    } finally {
      lane.close()
      if (this.#lanes.get(key) === lane) this.#lanes.delete(key)
    }
  }

  async #settleUnreachable(due: DueDomain, job: Job, destination: Exclude<Destination, { kind: 'hosts' }>): Promise<void> {
    const { store, clock, random } = this.#delivery
    const now = clock.now()
    const lasting = destination.kind === 'no-mail'
    await store.settleDomains([due.id], now, {
      state: lasting ? 'failed' : 'deferred',
      nextAt: nextTries(job.schedule, now, random),
      reason: destination.reason,
      class: 'dns',
      verdict: destination.kind,
      host: undefined,
      tls: undefined,
    })
  }
}

/** Whether two jobs hand everything to one relay by one log-in: what is too much for its lane is so for both. */
function shareRelay(one: Job, other: Job): boolean {
  if (one === other) return one.route.kind === 'relay'
  const login = one.credentials ?? other.credentials
  return login === undefined && one.route.kind === 'relay' && isDeepStrictEqual(one.route, other.route)
}
