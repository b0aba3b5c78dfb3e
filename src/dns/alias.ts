import type { Resolver } from './answer.ts'

/** The first step of a name's way to its records. */
export type FirstAlias =
  | {
      readonly kind: 'alias'
      readonly target: string
      /** Whether this one step is secure, whatever follows. */
      readonly authenticated: boolean
    }
  /** The name is no alias, or is not there. */
  | { readonly kind: 'none'; readonly authenticated: boolean }
  | { readonly kind: 'temporary'; readonly detail: string }

/**
 * Asks for the CNAME itself. AD on an address covers the whole chain, so that an insecure answer that came by way of an
 * alias leaves open whether the alias was secure; where it was, TLSA records at the host's own name are to be looked up
 * (RFC 7672 2.2.2; cases 62 and 72).
 */
export async function lookupFirstAlias(resolver: Resolver, host: string): Promise<FirstAlias> {
  const answer = await resolver.query(host, 'CNAME')
  if (answer.kind === 'failure') return { kind: 'temporary', detail: answer.detail }
  const target = answer.kind === 'records' ? answer.records[0] : undefined
  if (target === undefined) return { kind: 'none', authenticated: answer.authenticated }
  return { kind: 'alias', target, authenticated: answer.authenticated }
}
