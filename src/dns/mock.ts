import type { DnsAnswer, DnsFailure, RecordData, RecordType, Resolver, ResolverTrust } from './answer.ts'
import { foldName } from './name.ts'

/** What a mock knows about one name. A type that is not there is "no such record". */
type MockName = {
  readonly [T in Exclude<RecordType, 'CNAME'>]?: readonly RecordData[T][] | DnsFailure
} & {
  /** A name, from which questions of all other types are answered (RFC 1034 3.6.2); or a failure. */
  readonly CNAME?: string
  /** Whether the answers are signed and checked. */
  readonly secure?: boolean
  /** Seconds; 60 unless given. */
  readonly ttl?: number
}

export type MockZone = Readonly<Record<string, MockName | 'nxdomain' | DnsFailure>>

interface MockResolver extends Resolver {
  /** Every question so far: `MX example.test`. */
  readonly asked: readonly string[]
}

const failures: ReadonlySet<string> = new Set<DnsFailure>(['timeout', 'servfail', 'refused', 'malformed', 'unreachable'])

const maxSteps = 8

/**
 * A resolver that is a plain literal. Names in any case; what is not in it does not exist. It is trusted, and a name is
 * secure where it says `secure: true`; along a chain of CNAMEs every step has to be.
 *
 * @example
 * ```ts
 * const resolver = mockResolver({
 *   'example.test': { MX: [{ preference: 10, exchange: 'mx.example.test' }], secure: true },
 *   'mx.example.test': { A: ['192.0.2.1'], secure: true },
 *   '_25._tcp.mx.example.test': { TLSA: 'servfail' },
 * })
 * ```
 */
export function mockResolver(
  zone: MockZone,
  trust: ResolverTrust = { kind: 'trusted', reason: 'it is a literal' },
): MockResolver {
  const names = new Map(Object.entries(zone).map(([name, known]) => [foldName(name), known]))
  const asked: string[] = []

  function answer(name: string, type: RecordType): DnsAnswer<unknown> {
    let secure = trust.kind === 'trusted'
    let ttl = Number.POSITIVE_INFINITY
    for (let canonical = foldName(name), step = 0; step <= maxSteps; step++) {
      const known = names.get(canonical) ?? 'nxdomain'
      if (known === 'nxdomain') return { kind: 'nxdomain', authenticated: false }
      if (typeof known === 'string') return fail(known)
      secure &&= known.secure ?? false
      ttl = Math.min(ttl, known.ttl ?? 60)
      const { CNAME } = known
      if (CNAME !== undefined && isFailure(CNAME)) return fail(CNAME)
      if (CNAME !== undefined && type !== 'CNAME') {
        canonical = foldName(CNAME)
        continue
      }
      const records = type === 'CNAME' ? (CNAME === undefined ? [] : [foldName(CNAME)]) : (known[type as 'A'] ?? [])
      if (typeof records === 'string') return fail(records)
      if (records.length === 0) return { kind: 'nodata', authenticated: secure }
      return { kind: 'records', records, authenticated: secure, ttl, canonical }
    }
    return { kind: 'failure', cause: 'malformed', detail: `more than ${maxSteps} CNAMEs in a row` }
  }

  return {
    asked,
    trust,
    async query<T extends RecordType>(name: string, type: T) {
      asked.push(`${type} ${foldName(name)}`)
      // The records stand in the literal under their type.
      return answer(name, type) as DnsAnswer<RecordData[T]>
    },
  }
}

function isFailure(text: string): text is DnsFailure {
  return failures.has(text)
}

function fail(cause: DnsFailure): DnsAnswer<never> {
  return { kind: 'failure', cause, detail: `the mock says ${cause}` }
}
