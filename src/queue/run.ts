import type { Resolver } from '../dns/index.ts'
import { createGate, forEachLimited } from '../parallel.ts'
import type { Policy } from '../policy/index.ts'
import { type Destination, type Route, resolveDestination } from './destination.ts'
import type { Counts, DomainSettlement } from './item.ts'
import type { Lane, LaneOptions } from './lane.ts'
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
  const guard = async (task: Promise<void>): Promise<void> =>
    task.catch((error: unknown) => {
      // One lane's disk is every lane's disk: the others finish what is in flight and stop.
      failed.abort()
      throw error
    })
  const lanes = new Map<string, Lane>()
  const gate = createGate(options.lanes)
  // A lane starts when its first domain is known: name servers that do not answer hold nobody else.
  const running: Promise<void>[] = []
  const lookUp = forEachLimited(due, lookups, async ({ domain, count }) => {
    if (inner.signal.aborted) return
    const destination = await resolveDestination(domain, options.route, options.resolver, options.random)
    if (destination.kind !== 'hosts') return guard(settleUnreachable(domain, destination, inner))
    const policy = await options.decidePolicy(domain, [...destination.hosts.keys()])
    const key = `${destination.key} | ${policy.id}`
    const known = lanes.get(key)
    if (known) {
      known.domains.add(domain)
      known.count += count
      return
    }
    const lane: Lane = { key, destination, policy, domains: new Set([domain]), count }
    lanes.set(key, lane)
    const task = guard(
      gate(async () => {
        // Domains that came in when the last connection had just left are taken up by a further round.
        while (lane.domains.size > 0 && !inner.signal.aborted) await runLane(lane, inner)
        lanes.delete(key)
      }),
    )
    // It is awaited below; until then a failure must not pass for one that nobody hears.
    task.catch(() => undefined)
    running.push(task)
  })
  const results = await Promise.allSettled([lookUp])
  for (const result of [...results, ...(await Promise.allSettled(running))]) if (result.status === 'rejected') throw result.reason
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
