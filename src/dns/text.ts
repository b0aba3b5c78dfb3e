import type { Resolver } from './answer.ts'

/** TXT records of a name, each with its strings joined. */
export type TextAnswer =
  | { readonly kind: 'texts'; readonly texts: readonly string[] }
  /** DNS did not answer: nothing may be concluded, least of all that there is none. */
  | { readonly kind: 'temporary'; readonly detail: string }

/** Asks for a name's TXT records, following CNAMEs. A name that cannot exist has none. */
export async function lookupTexts(resolver: Resolver, name: string): Promise<TextAnswer> {
  // RFC 1035 2.3.4: a resolver would call a longer one a failure for ever.
  if (name.length > 253) return { kind: 'texts', texts: [] }
  const answer = await resolver.query(name, 'TXT')
  if (answer.kind === 'failure') return { kind: 'temporary', detail: answer.detail }
  return { kind: 'texts', texts: answer.kind === 'records' ? answer.records : [] }
}
