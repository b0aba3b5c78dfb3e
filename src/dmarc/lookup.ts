import { type Resolver, lookupTexts } from '../dns/index.ts'
import { findOrganisation } from './organisation.ts'
import { type DmarcPolicy, type DmarcRecord, isDmarc, parseDmarc } from './record.ts'

/** The DMARC record that counts for a domain of From. */
export type DmarcAnswer =
  | { readonly kind: 'none' }
  /** RFC 7489 6.6.3 step 5: several count as none. */
  | { readonly kind: 'several'; readonly at: string; readonly count: number }
  | { readonly kind: 'temporary'; readonly detail: string }
  | {
      readonly kind: 'found'
      /** The domain that it was found at: its own, or the organisational one. */
      readonly at: string
      readonly record: DmarcRecord
      /** What is asked for mail from the domain itself: `sp` where the record stands above it. */
      readonly applies: DmarcPolicy | undefined
    }

/** Asks for the policy of a domain (RFC 7489 6.6.3): at itself, and where nothing is there at its organisational domain. */
export async function lookupDmarc(resolver: Resolver, domain: string): Promise<DmarcAnswer> {
  const own = await ask(resolver, domain, domain)
  const above = findOrganisation(domain)
  return own.kind === 'none' && above !== domain ? ask(resolver, above, domain) : own
}

async function ask(resolver: Resolver, at: string, from: string): Promise<DmarcAnswer> {
  const answer = await lookupTexts(resolver, `_dmarc.${at}`)
  if (answer.kind === 'temporary') return answer
  const texts = answer.texts.filter(isDmarc)
  const [text] = texts
  if (text === undefined) return { kind: 'none' }
  if (texts.length > 1) return { kind: 'several', at, count: texts.length }
  const record = parseDmarc(text)
  const applies = record.kind === 'policy' ? (at === from ? record.policy : record.subdomains) : undefined
  return { kind: 'found', at, record, applies }
}
