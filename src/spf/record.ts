import { isIPv4, isIPv6 } from 'node:net'
import { isMacroText } from './macro.ts'

/** What a match means (RFC 7208 4.6.2). */
export type Qualifier = 'pass' | 'fail' | 'softfail' | 'neutral'

/** One term that an address can match (RFC 7208 5). `domain` may hold macros; undefined stands for the domain itself. */
export type Mechanism = { readonly text: string; readonly qualifier: Qualifier } & (
  | { readonly kind: 'all' }
  | { readonly kind: 'include' | 'exists'; readonly domain: string }
  | { readonly kind: 'ptr'; readonly domain: string | undefined }
  | { readonly kind: 'a' | 'mx'; readonly domain: string | undefined; readonly bits4: number; readonly bits6: number }
  | { readonly kind: 'ip'; readonly address: string; readonly bits: number }
)

/** A record that can be applied. */
export interface SpfRecord {
  readonly kind: 'record'
  /** At most 500 characters of it, to be shown. */
  readonly text: string
  readonly mechanisms: readonly Mechanism[]
  readonly redirect: string | undefined
}

export interface BrokenRecord {
  readonly kind: 'broken'
  readonly text: string
  /** The term at fault, at most 100 characters. */
  readonly term: string
  readonly why: string
}

/** Octets. RFC 7208 3.4 wants records to fit into one UDP answer; none that is honest comes near this. */
const longest = 8_192

/** More terms than this are of nobody who wants mail to arrive. */
const maxTerms = 500

/** Whether a TXT record is about SPF: the version, and a space or the end behind it (RFC 7208 4.5). */
export function isSpf(text: string): boolean {
  return /^v=spf1(?: |$)/i.test(text)
}

/**
 * Reads an SPF record (RFC 7208 4.6, 12). Any term that is none breaks the whole (4.6: permerror), but an unknown
 * modifier, which is passed over (6).
 *
 * @example
 * ```ts
 * parseSpf('v=spf1 ip4:192.0.2.0/24 -all').kind === 'record'
 * ```
 */
export function parseSpf(record: string): SpfRecord | BrokenRecord {
  const text = record.slice(0, 500)
  const broken = (term: string, why: string): BrokenRecord => ({ kind: 'broken', text, term: term.slice(0, 100), why })
  if (record.length > longest) return broken('', 'it is too long')
  const terms = record.slice(6).split(' ').filter(Boolean)
  if (terms.length > maxTerms) return broken('', `it has more than ${maxTerms} terms`)
  const mechanisms: Mechanism[] = []
  const modifiers = new Map<string, string>()
  for (const term of terms) {
    const [, name = '', value = ''] = /^([A-Za-z][A-Za-z0-9_.-]*)=(.*)$/s.exec(term) ?? []
    if (name === '') {
      const mechanism = readMechanism(term)
      if (typeof mechanism === 'string') return broken(term, mechanism)
      mechanisms.push(mechanism)
      continue
    }
    const folded = name.toLowerCase()
    const known = folded === 'redirect' || folded === 'exp'
    // RFC 7208 6: each of the two at most once.
    if (known && modifiers.has(folded)) return broken(term, `${folded}= is there twice`)
    if (known ? !isDomainSpec(value, folded === 'exp') : !isMacroText(value, true))
      return broken(term, `what stands behind ${folded.slice(0, 20)}= is malformed`)
    modifiers.set(folded, value)
  }
  return { kind: 'record', text, mechanisms, redirect: modifiers.get('redirect') }
}

const qualifiers: Readonly<Record<string, Qualifier>> = { '+': 'pass', '-': 'fail', '~': 'softfail', '?': 'neutral', '': 'pass' }

function readMechanism(text: string): Mechanism | string {
  const [, sign = '', name = '', rest = ''] = /^([-+?~]?)([A-Za-z][A-Za-z0-9]*)(.*)$/s.exec(text) ?? []
  const common = { text: text.slice(0, 100), qualifier: qualifiers[sign] ?? 'pass' }
  switch (name.toLowerCase()) {
    case 'all':
      return rest === '' ? { ...common, kind: 'all' } : 'nothing may stand behind all'
    case 'include':
    case 'exists': {
      const domain = rest.slice(1)
      return rest.startsWith(':') && isDomainSpec(domain)
        ? { ...common, kind: name.toLowerCase() === 'include' ? 'include' : 'exists', domain }
        : `${name} needs a colon and the name of a domain`
    }
    case 'ptr':
      if (rest === '') return { ...common, kind: 'ptr', domain: undefined }
      return rest.startsWith(':') && isDomainSpec(rest.slice(1))
        ? { ...common, kind: 'ptr', domain: rest.slice(1) }
        : 'ptr has no name of a domain behind it'
    case 'a':
    case 'mx':
      return readHosts(common, name.toLowerCase() === 'a' ? 'a' : 'mx', rest)
    case 'ip4':
    case 'ip6':
      return readNetwork(common, name.toLowerCase(), rest)
    default:
      return 'it is no term of SPF'
  }
}

/** RFC 7208 5.6: dual-cidr-length. */
function readHosts(common: { text: string; qualifier: Qualifier }, kind: 'a' | 'mx', rest: string): Mechanism | string {
  const [, spec, four, six] = /^(:.*?)?(?:\/(\d{1,3}))?(?:\/\/(\d{1,3}))?$/s.exec(rest) ?? [undefined, 'x']
  if (spec !== undefined && (!spec.startsWith(':') || !isDomainSpec(spec.slice(1))))
    return `${kind} has no name of a domain behind it`
  const bits4 = readBits(four, 32)
  const bits6 = readBits(six, 128)
  if (bits4 === undefined || bits6 === undefined) return 'the length of the network is malformed'
  return { ...common, kind, domain: spec?.slice(1), bits4, bits6 }
}

function readNetwork(common: { text: string; qualifier: Qualifier }, name: string, rest: string): Mechanism | string {
  const most = name === 'ip4' ? 32 : 128
  const [, address = '', length] = /^:([0-9A-Fa-f.:]+)(?:\/(\d{1,3}))?$/.exec(rest) ?? []
  if (!(name === 'ip4' ? isIPv4(address) : isIPv6(address))) return `${name} needs a colon and an address`
  const bits = readBits(length, most)
  return bits === undefined ? 'the length of the network is malformed' : { ...common, kind: 'ip', address, bits }
}

/** RFC 7208 12: no leading zeros. */
function readBits(text: string | undefined, most: number): number | undefined {
  if (text === undefined) return most
  return /^(?:0|[1-9]\d*)$/.test(text) && Number(text) <= most ? Number(text) : undefined
}

/** RFC 7208 7.1: macro text that ends in a name's last label, or in a macro. */
function isDomainSpec(text: string, explanation = false): boolean {
  if (text === '' || !isMacroText(text, explanation)) return false
  return (
    /\.(?:[A-Za-z0-9-]*[A-Za-z][A-Za-z0-9-]*|[A-Za-z0-9]+-[A-Za-z0-9-]*[A-Za-z0-9])\.?$/.test(text) || /%\{[^}]*\}\.?$/.test(text)
  )
}
