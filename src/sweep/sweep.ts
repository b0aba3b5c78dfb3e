import type { CheckResult } from '../check/index.ts'
import type { Resolver } from '../dns/index.ts'
import { forEachLimited } from '../parallel.ts'
import type { MailboxProvider } from '../provider/index.ts'
import { HostHold } from './hold.ts'
import { type MxSet, hostsOf, keyOf } from './mxSet.ts'
import { type SetResult, summarize } from './result.ts'
import { locate } from './route.ts'
import { Schedule } from './schedule.ts'

export interface SweepOptions {
  readonly resolver: Resolver
  /** Examines a domain; asks the DNS through the resolver that is given. */
  readonly examine: (domain: string, resolver: Resolver) => Promise<CheckResult>
  /** What an earlier run found out and is still good. */
  readonly recall: (mx: MxSet) => SetResult | undefined
  /** Takes what was found out, as it is found out. */
  readonly keep: (mx: MxSet, result: SetResult) => void
  /** No domain needs this host any more. */
  readonly letGo: (host: string) => void
  /** Domains looked up at a time. */
  readonly lookups: number
  /** Sets of hosts examined at a time. */
  readonly examinations: number
  /** And of those, sets that lie on the same machines. */
  readonly perProvider: number
  /** Ends the sweep at once, with what is known. */
  readonly signal: AbortSignal
  readonly onProgress: (progress: SweepProgress) => void
}

export interface SweepProgress {
  readonly hosts: { readonly done: number; readonly total: number }
  readonly recipients: { readonly known: number; readonly total: number }
}

/** Hosts that domains have in common, or where one domain's mail goes nowhere. Shared by all its domains. */
export interface SweptSet {
  readonly mx: MxSet | undefined
  readonly provider: MailboxProvider | undefined
  readonly domains: number
  readonly recipients: number
  /** Undefined where the sweep was ended before. */
  readonly result: SetResult | undefined
  /** An earlier run found it out. */
  readonly recalled: boolean
}

export interface SweptDomain {
  readonly domain: string
  readonly recipients: number
  /** Undefined where the sweep was ended before it was looked up. */
  readonly set: SweptSet | undefined
}

/**
 * Finds out where the mail of each domain goes, and examines every set of hosts once, those with most recipients first.
 * What is kept of a domain is a reference, of a set a summary.
 *
 * @param counts recipients of each domain
 */
export async function sweep(counts: ReadonlyMap<string, number>, options: SweepOptions): Promise<readonly SweptDomain[]> {
  return new Sweep(counts, options).run()
}

type Open<T> = { -readonly [Key in keyof T]: T[Key] }

interface Job extends Open<SweptSet> {
  readonly lane: string
  /** A domain of the set, and what the DNS said of it. Given up when it is examined. */
  origin: { readonly domain: string; readonly resolver: Resolver } | undefined
}

class Sweep {
  readonly #domains: Open<SweptDomain>[]
  readonly #options: SweepOptions
  readonly #jobs = new Map<string, Job>()
  readonly #schedule: Schedule<Job>
  readonly #hold: HostHold
  /** Whether each host is done. */
  readonly #hosts = new Map<string, boolean>()
  readonly #end = Promise.withResolvers<void>()
  #open = 0
  #done = 0
  #known = 0
  readonly #total: number

  constructor(counts: ReadonlyMap<string, number>, options: SweepOptions) {
    this.#options = options
    this.#domains = [...counts]
      .map(([domain, recipients]) => ({ domain, recipients, set: undefined }))
      .toSorted((a, b) => b.recipients - a.recipients)
    this.#total = this.#domains.reduce((sum, { recipients }) => sum + recipients, 0)
    this.#schedule = new Schedule(options.examinations, options.perProvider)
    this.#hold = new HostHold(options.letGo)
  }

  async run(): Promise<readonly SweptDomain[]> {
    const { signal } = this.#options
    const stop = (): void => {
      this.#end.resolve()
    }
    signal.addEventListener('abort', stop)
    if (signal.aborted) stop()
    // The look-ups count as one piece of work, so that no lull among them is taken for the end.
    this.#open = 1
    forEachLimited(this.#domains, this.#options.lookups, async (domain) => this.#locate(domain))
      .then(() => {
        this.#hold.complete()
        this.#pump()
        this.#finish()
      })
      .catch(this.#end.reject)
    try {
      await this.#end.promise
    } finally {
      signal.removeEventListener('abort', stop)
    }
    return this.#domains
  }

  async #locate(domain: Open<SweptDomain>): Promise<void> {
    if (this.#options.signal.aborted) return
    const { mx, provider, lane, resolver } = await locate(domain.domain, this.#options.resolver)
    if (this.#options.signal.aborted) return
    const key = mx ? keyOf(mx) : domain.domain
    const known = this.#jobs.get(key)
    const origin = { domain: domain.domain, resolver }
    const job = known ?? { mx, provider, lane, domains: 0, recipients: 0, result: undefined, recalled: false, origin }
    job.domains += 1
    job.recipients += domain.recipients
    domain.set = job
    if (job.result) this.#known += domain.recipients
    else if (!known) await this.#begin(key, job)
    this.#tell()
  }

  async #begin(key: string, job: Job): Promise<void> {
    this.#jobs.set(key, job)
    // Nothing to connect to: what there is to say comes from the DNS.
    if (!job.mx) return this.#examine(job)
    for (const host of hostsOf(job.mx)) if (!this.#hosts.has(host)) this.#hosts.set(host, false)
    const recalled = this.#options.recall(job.mx)
    if (recalled) {
      job.recalled = true
      this.#settle(job, recalled)
      return
    }
    this.#hold.need(hostsOf(job.mx))
    this.#open += 1
    this.#schedule.add(job)
    this.#pump()
  }

  /** Begins what may begin. */
  #pump(): void {
    while (!this.#options.signal.aborted && !this.#hold.full) {
      const job = this.#schedule.take()
      if (!job) return
      this.#examine(job)
        .then(() => {
          this.#schedule.done(job)
          this.#hold.release(job.mx ? hostsOf(job.mx) : [])
          this.#finish()
          this.#pump()
        })
        .catch(this.#end.reject)
    }
  }

  async #examine(job: Job): Promise<void> {
    const { origin } = job
    if (!origin) return
    const result = summarize(await this.#options.examine(origin.domain, origin.resolver))
    // What an interrupt cut short says nothing about the server.
    if (this.#options.signal.aborted) return
    if (job.mx) this.#options.keep(job.mx, result)
    this.#settle(job, result)
  }

  #settle(job: Job, result: SetResult): void {
    job.result = result
    job.origin = undefined
    this.#known += job.recipients
    for (const host of job.mx ? hostsOf(job.mx) : []) {
      if (this.#hosts.get(host) === false) this.#done += 1
      this.#hosts.set(host, true)
    }
    this.#tell()
  }

  #finish(): void {
    this.#open -= 1
    if (this.#open === 0) this.#end.resolve()
  }

  #tell(): void {
    this.#options.onProgress({
      hosts: { done: this.#done, total: this.#hosts.size },
      recipients: { known: this.#known, total: this.#total },
    })
  }
}
