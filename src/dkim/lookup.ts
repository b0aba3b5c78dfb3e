import { type Resolver, lookupTexts } from '../dns/index.ts'
import { type KeyRecord, parseKeyRecord } from './keyRecord.ts'
import { nameKeyRecord } from './names.ts'

/** What is published at a selector. */
export type KeyAnswer =
  | KeyRecord
  | { readonly kind: 'absent' }
  /** RFC 6376 3.6.2.2: there must be one; which of several a verifier takes is anybody's guess. */
  | { readonly kind: 'several'; readonly count: number }
  /** DNS did not answer: nothing may be concluded. */
  | { readonly kind: 'temporary'; readonly detail: string }

/**
 * Asks for the key of a selector, following CNAMEs (providers have their customers point to records of theirs).
 *
 * @param domain in A-labels
 */
export async function lookupKey(domain: string, selector: string, resolver: Resolver): Promise<KeyAnswer> {
  const answer = await lookupTexts(resolver, nameKeyRecord(domain, selector))
  if (answer.kind === 'temporary') return answer
  const [text] = answer.texts
  if (text === undefined) return { kind: 'absent' }
  return answer.texts.length > 1 ? { kind: 'several', count: answer.texts.length } : parseKeyRecord(text)
}
