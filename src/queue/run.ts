import type { Resolver } from '../dns/index.ts'
import { createGate, forEachLimited } from '../parallel.ts'
import type { Policy } from '../policy/index.ts'
import { type Destination, type Route, resolveDestination } from './destination.ts'
import type { Counts, DomainSettlement } from './item.ts'
import { type Lane, type LaneOptions, isStale } from './lane.ts'
import { nextTries } from './schedule.ts'
import { runLane } from './worker.ts'

export interface RunOptions extends LaneOptions {
  readonly resolver: Resolver
  readonly route: Route
  /** @param hosts where the domain's mail goes */
  readonly decidePolicy: (domain: string, hosts: readonly string[]) => Promise<Policy>
  /** Lanes at work at a time. */
  readonly lanes: number
  /** Stay until everything is settled, instead of until nothing is due. */
  readonly wait: boolean
}

/** Domains resolved at a time. */
const lookups = 50

/**
 * Sends what is due of a campaign. Ends when nothing is due any more, when the signal says so, or by throwing when the
 * machine fails it (a full disk); in each case the queue on disk says what is left.
 */
export async function runQueue(options: RunOptions): Promise<Counts> {
  await options.store.recover(options.campaign)
  for (;;) {
    await runDue(options)
    // After the try: what can be delivered at last is not given up.
    await options.store.expire(options.campaign, options.clock.now() - options.schedule.giveUpMs)
    const counts = await options.store.counts(options.campaign)
    if (!options.wait || options.signal.aborted || counts.nextAt === undefined) return counts
    const ms = Math.max(1_000, counts.nextAt - options.clock.now())
    await options.clock.sleep(ms, options.signal).catch(() => undefined)
  }
}

async function runDue(options: RunOptions): Promise<void> {
  const due = await options.store.dueDomains(options.campaign, options.clock.now())
  const failed = new AbortController()
  const inner: RunOptions = { ...options, signal: AbortSignal.any([options.signal, failed.signal]) }
  const guard = async <T>(task: Promise<T>): Promise<T> =>
    task.catch((error: unknown) => {
      // One lane's disk is every lane's disk: the others finish what is in flight and stop.
      failed.abort()
      throw error
    })
  const lanes = new Map<string, Lane>()
  const gate = createGate(options.lanes)
  const running: Promise<void>[] = []

  /** The lane that a domain belongs to now, where it is new; undefined where there is none, or it is at work already. */
  const place = async (domain: string, count: number): Promise<Lane | undefined> => {
    if (inner.signal.aborted) return undefined
    const foundAt = options.clock.now()
    const destination = await resolveDestination(domain, options.route, options.resolver, options.random)
    if (destination.kind !== 'hosts') {
      await settleUnreachable(domain, destination, inner)
      return undefined
    }
    const policy = await options.decidePolicy(domain, [...destination.hosts.keys()])
    const key = JSON.stringify([destination.key, policy.id])
    const known = lanes.get(key)
    if (known) {
      known.domains.add(domain)
      known.count += count
      return undefined
    }
    const lane: Lane = { key, destination, policy, foundAt, domains: new Set([domain]), count }
    lanes.set(key, lane)
    return lane
  }
  /** Looks a lane's domains up again. The first lane that comes of it takes this one's turn, others wait for theirs. */
  const renew = async (lane: Lane): Promise<Lane | undefined> => {
    lanes.delete(lane.key)
    const domains = [...lane.domains]
    const count = Math.ceil(lane.count / domains.length)
    let next: Lane | undefined
    await forEachLimited(domains, lookups, async (domain) => {
      const placed = await place(domain, count)
      if (!placed) return
      if (next) start(placed)
      else next = placed
    })
    // Not by what was found first: where there is much to look up, it would be too old before anything was sent.
    if (next) next.foundAt = options.clock.now()
    return next
  }
  const runFresh = async (first: Lane): Promise<void> => {
    let lane: Lane | undefined = first
    // Domains that came in when the last connection had just left are taken up by a further round.
    while (lane && lane.domains.size > 0 && !inner.signal.aborted) {
      if (isStale(lane, options.clock.now())) lane = await renew(lane)
      else await runLane(lane, inner)
    }
    if (lane) lanes.delete(lane.key)
  }
  const start = (lane: Lane): void => {
    const task = guard(gate(async () => runFresh(lane)))
    // It is awaited below; until then a failure must not pass for one that nobody hears.
    task.catch(() => undefined)
    running.push(task)
  }

  // A lane starts when its first domain is known: name servers that do not answer hold nobody else.
  const lookUp = forEachLimited(due, lookups, async ({ domain, count }) => {
    const lane = await guard(place(domain, count))
    if (lane) start(lane)
  })
  const [looked] = await Promise.allSettled([lookUp])
  const errors: unknown[] = looked.status === 'rejected' ? [looked.reason] : []
  // Lanes that come of others on the way are at the end of the list, and waited for too.
  for (const task of running) await task.catch((error: unknown) => errors.push(error))
  if (errors.length > 0) throw errors[0]
}

async function settleUnreachable(
  domain: string,
  destination: Exclude<Destination, { kind: 'hosts' }>,
  options: RunOptions,
): Promise<void> {
  const now = options.clock.now()
  const lasting = destination.kind === 'no-mail'
  const settlement: DomainSettlement = {
    state: lasting ? 'failed' : 'waiting',
    nextAt: nextTries(options.schedule, now, options.random),
    reason: destination.reason,
    verdict: destination.kind,
    host: undefined,
    tls: undefined,
  }
  await options.store.settleDomains(options.campaign, [domain], now, settlement)
  options.onSettled()
}
