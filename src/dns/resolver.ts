import type { DnsAnswer, RecordData, RecordType, Resolver, ResolverTrust } from './answer.ts'
import { AnswerCache } from './cache.ts'
import type { AnyAnswer } from './decode.ts'
import type { DnsServer } from './exchange.ts'
import { type Question, writeQuestion } from './question.ts'
import { type Settled, Upstream, type UpstreamOptions } from './upstream.ts'

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
  const cache = new AnswerCache(options.clock, options.cacheSize)

  function query(name: string, type: RecordType): Promise<AnyAnswer> {
    const question = writeQuestion(name, type)
    if (!question) return Promise.resolve({ kind: 'failure', cause: 'malformed', detail: 'this is no name that DNS knows' })
    return cache.find(`${type} ${question.name}`, (settle) => {
      askInTurn(question, upstreams, options.tries, (outcome) => {
        settle(trust.kind === 'trusted' ? outcome : distrust(outcome))
      })
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

function askInTurn(question: Question, servers: readonly Upstream[], tries: number, settle: (outcome: Settled) => void): void {
  const inOrder = (): readonly Upstream[] =>
    servers.length === 1 ? servers : servers.toSorted((one, other) => Number(one.resting) - Number(other.resting))
  let round = inOrder()
  let [turn, rounds] = [0, 1]
  const next = (last: Settled): void => {
    if (turn === round.length) {
      if (rounds++ >= tries || round.length === 0) {
        settle(last)
        return
      }
      round = inOrder()
      turn = 0
    }
    round[turn++]?.ask(question, (outcome) => {
      if (outcome.answer.kind === 'failure') next(outcome)
      else settle(outcome)
    })
  }
  next({ answer: { kind: 'failure', cause: 'unreachable', detail: 'no DNS server is known' }, ttl: 0 })
}

/** The AD bit of a resolver that nobody vouches for says nothing, whoever set it on the way. */
function distrust(settled: Settled): Settled {
  const { answer } = settled
  if (answer.kind === 'failure' || !answer.authenticated) return settled
  return { ...settled, answer: { ...answer, authenticated: false } }
}
