import type { Policy } from '../policy/index.ts'
import type { Delivery } from './delivery.ts'
import type { Destination } from './destination.ts'
import type { DueDomain, QueueItem } from './store.ts'
import type { Job } from './job.ts'
import type { DeliveryRule, Limit } from './limit/index.ts'

/** What all messages of a lane have in common, and may therefore share connections. */
export interface LaneFacts {
  readonly key: string
  readonly destination: Extract<Destination, { kind: 'hosts' }>
  readonly policy: Policy
  /** The job that the lane was made for; others in it have the same route and log-in. */
  readonly job: Job
  /** The lane's own limit, and that of the provider above it. */
  readonly limits: readonly Limit[]
  readonly rule: DeliveryRule
  /** When its destination and policy were found; milliseconds since the epoch. */
  readonly foundAt: number
}

/** Milliseconds for which a lane may go by what was found; the resolver keeps answers for as long as they hold anyway. */
const freshMs = 300_000

/** Domains that are leased from at a time: a relay's lane may have thousands. */
const domainSlice = 100

/** Milliseconds for which a connection is kept open for a campaign's pace. */
const longestPauseMs = 2_000

/** Messages leased at a time, at most. */
const mostAtOnce = 250

/**
 * Due domains that share their hosts and what is demanded of them, and the messages leased from them that no connection
 * has taken yet.
 */
export class Lane {
  readonly facts: LaneFacts
  readonly #delivery: Delivery
  /** Ids of due domains by campaign; the campaigns take turns. */
  readonly #domains = new Map<string, Set<number>>()
  #buffer: QueueItem[] = []
  #refilling: Promise<void> | undefined
  #closed = false
  /** Called when more was leased than the connections at work may soon carry. */
  onPlenty: (() => void) | undefined

  constructor(facts: LaneFacts, delivery: Delivery) {
    this.facts = facts
    this.#delivery = delivery
  }

  get domainCount(): number {
    let count = 0
    for (const ids of this.#domains.values()) count += ids.size
    return count
  }

  /** Domains of one campaign. */
  domainsOf(campaign: string): number {
    return this.#domains.get(campaign)?.size ?? 0
  }

  /** Messages leased and not taken. */
  get ready(): number {
    return this.#buffer.length
  }

  /** Those messages, in their order. */
  get ahead(): readonly QueueItem[] {
    return this.#buffer
  }

  get hasWork(): boolean {
    return this.#buffer.length > 0 || this.#domains.size > 0
  }

  /**
   * Whether what it goes by must be looked up again before more is sent: it may have waited for its turn, or be long, and
   * keys are rolled over and policies published meanwhile. A relay that the user named has neither.
   */
  get stale(): boolean {
    const { destination, foundAt } = this.facts
    return destination.source === 'dns' && this.#delivery.clock.now() - foundAt > freshMs
  }

  /** False where the lane has ended meanwhile. */
  add({ campaign, id }: DueDomain): boolean {
    if (this.#closed) return false
    const others = this.#domains.get(campaign)
    if (others) others.add(id)
    else this.#domains.set(campaign, new Set([id]))
    return true
  }

  /** The next message; undefined where there is none now. Who is patient waits until there is room to lease some. */
  async take(patient: boolean): Promise<QueueItem | undefined> {
    const { settler, stop } = this.#delivery
    while (!stop.aborted && !this.stale) {
      const item = this.takeReady()
      if (item) {
        if (this.#buffer.length < this.#batch && this.#domains.size > 0 && settler.ample) void this.#refill()
        return item
      }
      if (this.#refilling) await this.#refilling
      else if (this.#domains.size === 0) return undefined
      else if (patient && this.#pauseMs > 0) await this.#delivery.clock.sleep(this.#pauseMs, stop).catch(() => undefined)
      else if (settler.room > 0) await this.#refill()
      else if (patient) await settler.roomier(stop)
      else return undefined
    }
    return undefined
  }

  /** The same, where there is one at hand. It counts as begun for its campaign's pace, unless it is put back. */
  takeReady(): QueueItem | undefined {
    const { settler, clock, rests, paces } = this.#delivery
    for (;;) {
      const item = this.#buffer.shift()
      if (!item || (!rests(item.campaign) && paces.get(item.campaign)?.take() !== false)) return item
      settler.giveBack(item, clock.now())
    }
  }

  /** Puts a message that was taken and not begun back in front. */
  putBack(item: QueueItem): void {
    this.#delivery.paces.get(item.campaign)?.giveBack()
    this.#buffer.unshift(item)
  }

  /** Lets go what belongs to campaigns that rest: it goes back in line as it was. */
  async letRest(): Promise<void> {
    const { settler, store, clock, rests, fail } = this.#delivery
    const resting = [...this.#domains].filter(([campaign]) => rests(campaign))
    for (const [campaign] of resting) this.#domains.delete(campaign)
    const items = this.#buffer.filter(({ campaign }) => rests(campaign))
    if (items.length > 0) this.#buffer = this.#buffer.filter((item) => !items.includes(item))
    for (const item of items) settler.giveBack(item, clock.now())
    const ids = resting.flatMap(([, ids]) => [...ids])
    if (ids.length > 0) await store.releaseDomains(ids).catch(fail)
  }

  /** Takes everything out of the lane: what was leased, and the domains that have more. */
  async empty(): Promise<{ readonly items: readonly QueueItem[]; readonly domains: readonly number[] }> {
    // A connection that waited for the same may have begun to lease once more.
    while (this.#refilling) await this.#refilling
    const items = this.#buffer
    const domains = [...this.#domains.values()].flatMap((ids) => [...ids])
    this.#buffer = []
    this.#domains.clear()
    return { items, domains }
  }

  /** Nothing is added any more. */
  close(): void {
    this.#closed = true
  }

  /** Milliseconds until the pace of the campaign whose turn it is lets go on, where the connection is better kept for that. */
  get #pauseMs(): number {
    const { paces, paused, clock } = this.#delivery
    const [campaign] = this.#domains.keys()
    const rest = campaign === undefined || paused().has(campaign) ? undefined : paces.get(campaign)?.rest
    const ms = rest?.kind === 'pace' ? rest.until - clock.now() : 0
    return ms <= longestPauseMs ? ms : 0
  }

  get #batch(): number {
    const { settler, share } = this.#delivery
    // Half of the room: lanes that hang with what they leased leave some for those that come after them.
    return Math.min(Math.ceil(settler.room / 2), mostAtOnce, share())
  }

  async #refill(): Promise<void> {
    this.#refilling ??= this.#lease().finally(() => {
      this.#refilling = undefined
    })
    return this.#refilling
  }

  /** Leases from some domains of the campaign whose turn it is; domains found empty leave the lane. */
  async #lease(): Promise<void> {
    const { settler, store, clock, fail } = this.#delivery
    const [turn] = this.#domains
    if (!turn) return
    const [campaign, ids] = turn
    if (this.#delivery.rests(campaign)) {
      await this.letRest()
      return
    }
    const some = [...ids.values().take(domainSlice)]
    // No more than its pace lets begin: what is leased for nothing only goes back.
    const limit = Math.max(1, Math.min(this.#batch, this.#delivery.paces.get(campaign)?.available ?? this.#batch))
    settler.reserve(limit)
    try {
      const { items, empty } = await store.lease(some, limit, clock.now())
      settler.unreserve(limit - items.length)
      for (const item of items) this.#buffer.push(item)
      for (const id of empty) ids.delete(id)
      this.#domains.delete(campaign)
      // To the end of the line.
      if (ids.size > 0) this.#domains.set(campaign, ids)
      // What was taken since is counted on the disk as well.
      for (const limit of this.facts.limits) await limit.flush()
      if (items.length > 0) this.onPlenty?.()
    } catch (error) {
      settler.unreserve(limit)
      fail(error)
    }
  }
}
