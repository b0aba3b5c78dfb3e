import { keepStrongest } from './agility.ts'
import { AnchorSearch, type NameFound } from './anchor.ts'
import { Association } from './association.ts'
import { openChain } from './open.ts'
import { type DaneProblem, type FailedTlsa, chooseProblem } from './problem.ts'
import type { UsableTlsa } from './record.ts'

/** Whether the certificates that a server sent are those that its TLSA records promise. */
export type DaneMatch =
  | {
      readonly kind: 'matched'
      readonly record: UsableTlsa
      /** Place of the certificate that it holds; undefined for an authority that stands in DNS alone. */
      readonly index: number | undefined
      /** Undefined with usage 3: the record binds the key to the name (RFC 7672 3.1.1). */
      readonly name: NameFound | undefined
      /** The others that count and match nothing: of a key that is to come, or has gone (RFC 7671 8.1). */
      readonly spare: readonly FailedTlsa[]
    }
  /** The mail waits, whatever else speaks for the server (RFC 7672 2.2). */
  | { readonly kind: 'failed'; readonly problem: DaneProblem; readonly tried: readonly FailedTlsa[] }

export interface MatchOptions {
  /** What the certificate may be for, with usage 2: `names` of the look-up. */
  readonly names: readonly string[]
  /** Milliseconds since the epoch. */
  readonly now: number
}

/** Records looked at, as in a set that was read. */
const maxRecords = 100

/**
 * Holds the certificates of a handshake against the usable records of a host (RFC 7671 5, RFC 7672 3; cases 50, 51, 70
 * and 71). One that matches is enough. With usage 3 name and dates are nobody's business; with usage 2 they are.
 *
 * @param chain DER, in the order in which they came
 *
 * @example
 * ```ts
 * const match = matchDane(lookup, [leaf, issuer], { names: lookup.names, now: Date.now() })
 * if (match.kind === 'matched' && match.spare.length > 0) console.log('rollover in place')
 * ```
 */
export function matchDane(
  { records }: { readonly records: readonly UsableTlsa[] },
  chain: readonly Buffer[],
  { names, now }: MatchOptions,
): DaneMatch {
  const counted = keepStrongest(records.slice(0, maxRecords))
  const [leaf] = chain
  if (!leaf) return { kind: 'failed', problem: { kind: 'no-certificate' }, tried: refuseAll(counted) }
  const own = new Association(leaf)
  const search = counted.some(({ usage }) => usage === 2) ? new AnchorSearch(counted, openChain(chain), names, now) : undefined
  const matched: Omit<Extract<DaneMatch, { kind: 'matched' }>, 'spare'>[] = []
  const tried: FailedTlsa[] = []
  for (const record of counted) {
    if (record.usage === 3) {
      if (own.matches(record)) matched.push({ kind: 'matched', record, index: 0, name: undefined })
      else tried.push({ record, problem: { kind: 'other-certificate' } })
      continue
    }
    const answer = search?.judge(record) ?? { kind: 'failed', problem: { kind: 'no-certificate' } }
    if (answer.kind === 'matched') matched.push({ ...answer, record })
    else tried.push({ record, problem: answer.problem })
  }
  // The one that asks least of the certificate is told: it will hold the longest.
  const best = matched.find(({ record }) => record.usage === 3) ?? matched[0]
  return best ? { ...best, spare: tried } : { kind: 'failed', problem: chooseProblem(tried), tried }
}

function refuseAll(records: readonly UsableTlsa[]): readonly FailedTlsa[] {
  return records.map((record) => ({ record, problem: { kind: 'no-certificate' } }))
}
