import type { DnsAnswer, RecordData, RecordType, Resolver, ResolverTrust } from './answer.ts'
import { AnswerCache } from './cache.ts'
import type { AnyAnswer } from './decode.ts'
import type { DnsServer } from './exchange.ts'
import { foldName } from './name.ts'
import { type Asker, type Settled, Upstream, type UpstreamOptions } from './upstream.ts'

export interface ResolverOptions extends UpstreamOptions {
  /** Recursive resolvers, asked in turn; one that failed of late is asked last. */
  readonly servers: readonly DnsServer[]
  /** Rounds over all servers. */
  readonly tries: number
  /** Whether their AD bit counts; see `decideTrust`. Not trusted unless given. */
  readonly trust?: ResolverTrust
  /** Octets of answers to keep, more or less. */
  readonly cacheSize?: number
}

/** Characters: 255 octets, each of them written as an escape. */
const longestName = 1_020

const noName: AnyAnswer = { kind: 'failure', cause: 'malformed', detail: 'this is no name that DNS knows' }

const noServer: AnyAnswer = { kind: 'failure', cause: 'unreachable', detail: 'no DNS server is known' }

/** A resolver that holds a connection open where it speaks TLS. */
export interface StubResolver extends Resolver {
  readonly trust: ResolverTrust
  /** Ends what is kept open. The resolver may be used again. */
  close(): void
}

/**
 * A stub resolver: asks recursive resolvers, by UDP with TCP where an answer is cut, or over TLS, and keeps what they
 * say for as long as they say. The same question asked by several at once is put once.
 *
 * @example
 * ```ts
 * const resolver = createResolver({ servers: await readSystemServers(), timeoutMs: 5_000, tries: 3, clock: systemClock })
 * const answer = await resolver.query('example.org', 'MX')
 * ```
 */
export function createResolver(options: ResolverOptions): StubResolver {
  const trust = options.trust ?? { kind: 'untrusted', reason: 'nobody said that its word on DNSSEC may be trusted' }
  const upstreams = options.servers.map((server) => new Upstream(server, options))
  const plan = { upstreams, tries: options.tries, isTrusted: trust.kind === 'trusted' }
  const cache = new AnswerCache(options.clock, options.cacheSize)

  function query(name: string, type: RecordType): Promise<AnyAnswer> {
    // The root is written as a dot; an empty text is a name that somebody forgot.
    if (name === '' || name.length > longestName) return Promise.resolve(noName)
    if (upstreams.length === 0) return Promise.resolve(noServer)
    const folded = foldName(name)
    return cache.find(`${type} ${folded}`, (settle) => {
      new Inquiry(folded || '.', type, plan, settle).ask()
    })
  }

  return {
    // The question holds the type, so the answer is of it.
    query: query as <T extends RecordType>(name: string, type: T) => Promise<DnsAnswer<RecordData[T]>>,
    trust,
    close() {
      for (const upstream of upstreams) upstream.close()
    },
  }
}

interface Plan {
  readonly upstreams: readonly Upstream[]
  readonly tries: number
  readonly isTrusted: boolean
}

/** One question on its way from server to server, until one answers. */
class Inquiry implements Asker {
  readonly name: string
  readonly type: RecordType
  readonly #plan: Plan
  readonly #settle: (outcome: Settled) => void
  #order: readonly Upstream[]
  #turn = 0
  #round = 1

  constructor(name: string, type: RecordType, plan: Plan, settle: (outcome: Settled) => void) {
    this.name = name
    this.type = type
    this.#plan = plan
    this.#settle = settle
    this.#order = orderServers(plan.upstreams)
  }

  get hasOther(): boolean {
    return this.#order.length > 1
  }

  ask(): void {
    this.#order[this.#turn]?.ask(this)
  }

  settle(outcome: Settled): void {
    const { upstreams, tries, isTrusted } = this.#plan
    if (outcome.answer.kind !== 'failure') {
      this.#settle(isTrusted ? outcome : distrust(outcome))
    } else if (this.#turn + 1 < this.#order.length) {
      this.#turn++
      this.ask()
    } else if (this.#round < tries) {
      this.#round++
      this.#turn = 0
      this.#order = orderServers(upstreams)
      this.ask()
    } else this.#settle(outcome)
  }
}

/** Those that failed of late come last. */
function orderServers(servers: readonly Upstream[]): readonly Upstream[] {
  return servers.length === 1 ? servers : servers.toSorted((one, other) => Number(one.resting) - Number(other.resting))
}

/** The AD bit of a resolver that nobody vouches for says nothing, whoever set it on the way. */
function distrust(settled: Settled): Settled {
  const { answer } = settled
  if (answer.kind === 'failure' || !answer.authenticated) return settled
  return { ...settled, answer: { ...answer, authenticated: false } }
}
