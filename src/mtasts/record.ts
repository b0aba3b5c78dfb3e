import { type Misfit, type PolicyField, type Resolver, lookupTexts, readPolicyRecord } from '../dns/index.ts'

/** The TXT record that says which policy a domain has now (RFC 8461 3.1). */
export interface StsRecord {
  /** Changes whenever the policy does; says nothing else. */
  readonly id: string
  /** Fields that RFC 8461 does not know, which are ignored. */
  readonly extensions: readonly PolicyField[]
}

export type RecordError =
  | { readonly kind: 'missing-id' }
  | { readonly kind: 'bad-id'; readonly id: string; readonly why: 'empty' | 'too-long' | 'characters' }
  | { readonly kind: 'bad-field'; readonly text: string }

export type RecordWarning =
  /** The first counts (RFC 8461 3.1 gives no order; its 3.2 says so of policies). */
  { readonly kind: 'duplicate-id' } | { readonly kind: 'unknown-field'; readonly name: string }

/** What the records of a name come to. Only `record` leads to a policy. */
export type StsRecords =
  | { readonly kind: 'record'; readonly record: StsRecord; readonly warnings: readonly RecordWarning[] }
  | { readonly kind: 'none'; readonly misfits: readonly Misfit[] }
  | { readonly kind: 'several'; readonly count: number }
  | { readonly kind: 'malformed'; readonly errors: readonly RecordError[] }

export type RecordAnswer =
  | StsRecords
  /** DNS did not answer: nothing may be concluded, least of all that there is no policy. */
  | { readonly kind: 'temporary'; readonly detail: string }

/**
 * Asks for `_mta-sts.DOMAIN`, following CNAMEs. A subdomain never has its parent's (RFC 8461 3.4), so nothing above is asked.
 *
 * @param domain in A-labels
 */
export async function lookupRecord(resolver: Resolver, domain: string): Promise<RecordAnswer> {
  const answer = await lookupTexts(resolver, `_mta-sts.${domain}`)
  return answer.kind === 'temporary' ? answer : parseRecords(answer.texts)
}

/**
 * Reads TXT records, each with its strings joined (RFC 8461 3.1).
 *
 * @example
 * ```ts
 * parseRecords(['v=STSv1; id=20260101T000000;']).kind === 'record'
 * ```
 */
export function parseRecords(texts: readonly string[]): StsRecords {
  const found = readPolicyRecord(texts, 'STSv1', ['id'])
  if (found.kind !== 'fields') return found
  const ids = found.fields.filter(({ name }) => name === 'id').map(({ value }) => value)
  const [id] = ids
  const errors: RecordError[] = found.bad.map((text) => ({ kind: 'bad-field', text }))
  if (id === undefined) errors.push({ kind: 'missing-id' })
  else if (!/^[A-Za-z0-9]{1,32}$/.test(id)) errors.push({ kind: 'bad-id', id: id.slice(0, 100), why: whyBad(id) })
  if (id === undefined || errors.length > 0) return { kind: 'malformed', errors }
  const extensions = found.fields.filter(({ name }) => name !== 'id')
  const warnings: RecordWarning[] = extensions.map(({ name }) => ({ kind: 'unknown-field', name }))
  if (ids.length > 1) warnings.push({ kind: 'duplicate-id' })
  return { kind: 'record', record: { id, extensions }, warnings }
}

function whyBad(id: string): 'empty' | 'too-long' | 'characters' {
  if (id === '') return 'empty'
  return /^[A-Za-z0-9]+$/.test(id) ? 'too-long' : 'characters'
}
