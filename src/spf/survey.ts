import { type Resolver, lookupTexts } from '../dns/index.ts'
import { type Mechanism, isSpf, parseSpf } from './record.ts'

/** A domain's SPF record with all that it brings in, whatever address it is held against. */
export type SpfSurvey =
  | { readonly kind: 'none' }
  | { readonly kind: 'several'; readonly count: number }
  | { readonly kind: 'temporary'; readonly detail: string }
  | {
      readonly kind: 'record'
      readonly text: string
      /** Look-ups that an address costs which nothing matches; counted up to `most`. */
      readonly lookups: number
      /** Domains whose records are brought in, by include or redirect, in A-labels. */
      readonly domains: readonly string[]
      /** The domain whose record lets every address in (`+all`, or a network of no bits). */
      readonly everyone: string | undefined
      /** Terms that every receiver fails on (RFC 7208 2.6.7). */
      readonly faults: readonly { readonly domain: string; readonly why: string }[]
      /** Records below it that could not be asked for. */
      readonly unanswered: readonly string[]
      /** The record uses ptr, which RFC 7208 5.5 advises against. */
      readonly ptr: boolean
    }

/** Where counting ends: the record is far beyond what is allowed. */
const most = 40

/** Reads a domain's record and those that it includes or hands over to. Names with macros in them are not followed. */
export async function surveySpf(resolver: Resolver, domain: string): Promise<SpfSurvey> {
  const top = await readOne(resolver, domain)
  if (top.kind !== 'text') return top
  const found: Found = { lookups: 0, domains: [], everyone: undefined, faults: [], unanswered: [], ptr: false }
  await walk(resolver, domain, top.text, found, [domain])
  return { kind: 'record', text: top.text.slice(0, 500), ...found }
}

interface Found {
  lookups: number
  readonly domains: string[]
  everyone: string | undefined
  readonly faults: { readonly domain: string; readonly why: string }[]
  readonly unanswered: string[]
  ptr: boolean
}

async function walk(resolver: Resolver, domain: string, text: string, found: Found, path: readonly string[]): Promise<void> {
  const record = parseSpf(text)
  if (record.kind === 'broken') {
    found.faults.push({ domain, why: `${record.term}: ${record.why}` })
    return
  }
  for (const mechanism of record.mechanisms) {
    if (costs(mechanism)) found.lookups++
    if (mechanism.kind === 'ptr') found.ptr = true
    if (letsAllIn(mechanism)) found.everyone ??= domain
    if (mechanism.kind === 'include') await follow(resolver, domain, mechanism.domain, found, path)
    // RFC 7208 5.1: what stands behind all is never reached, and neither is redirect.
    if (mechanism.kind === 'all') return
  }
  if (record.redirect === undefined) return
  found.lookups++
  await follow(resolver, domain, record.redirect, found, path)
}

async function follow(resolver: Resolver, by: string, spec: string, found: Found, path: readonly string[]): Promise<void> {
  const target = spec.replace(/\.$/, '').toLowerCase()
  if (target.includes('%') || found.lookups > most) return
  if (path.includes(target)) {
    found.faults.push({ domain: by, why: `it leads back to ${target}` })
    return
  }
  found.domains.push(target)
  const one = await readOne(resolver, target)
  if (one.kind === 'temporary') found.unanswered.push(target)
  else if (one.kind === 'none') found.faults.push({ domain: by, why: `${target} has no SPF record` })
  else if (one.kind === 'several') found.faults.push({ domain: target, why: `it has ${one.count} SPF records` })
  else await walk(resolver, target, one.text, found, [...path, target])
}

type One = { readonly kind: 'text'; readonly text: string } | Exclude<SpfSurvey, { kind: 'record' }>

async function readOne(resolver: Resolver, domain: string): Promise<One> {
  const answer = await lookupTexts(resolver, domain)
  if (answer.kind === 'temporary') return answer
  const records = answer.texts.filter(isSpf)
  const [text] = records
  if (text === undefined) return { kind: 'none' }
  return records.length > 1 ? { kind: 'several', count: records.length } : { kind: 'text', text }
}

/** RFC 7208 4.6.4. */
function costs({ kind }: Mechanism): boolean {
  return kind === 'include' || kind === 'a' || kind === 'mx' || kind === 'ptr' || kind === 'exists'
}

function letsAllIn(mechanism: Mechanism): boolean {
  if (mechanism.qualifier !== 'pass') return false
  return mechanism.kind === 'all' || (mechanism.kind === 'ip' && mechanism.bits === 0)
}
