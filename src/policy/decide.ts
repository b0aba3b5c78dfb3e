import type { TlsFloor } from '../tls/index.ts'
import { type Level, stricter } from './level.ts'

/** What MTA-STS says of a domain (RFC 8461), as far as it decides. */
export type StsGround =
  /** Nothing was asked: by way of a relay, or where it is switched off. */
  | { readonly kind: 'not-asked' }
  /** The domain asks for nothing. */
  | { readonly kind: 'none' }
  /** Nobody can tell now, and nothing is held from before. */
  | { readonly kind: 'failed'; readonly words: string }
  | {
      readonly kind: 'policy'
      readonly mode: 'enforce' | 'testing'
      /** Of the record that led to it. */
      readonly id: string
      /** Patterns of MX hosts. */
      readonly mx: readonly string[]
      /** Where it comes from, and how long it holds: `policy from cache, 58 h left`. */
      readonly words: string
      /** SHA-256 of its text, hex, where that is kept; nothing is decided by it. */
      readonly sha256?: string
    }

/** What a message asks for itself (RFC 8689). */
export interface MessageDemand {
  /** REQUIRETLS: every hop on must be authenticated, and pass the demand on. */
  readonly requireTls: boolean
  /** `TLS-Required: No`: what the recipient's domain asks for may be left aside. */
  readonly tlsOptional: boolean
}

export interface PolicyInput {
  readonly domain: string
  /** The campaign's level. */
  readonly campaign: Level
  /** Levels that the campaign's author set for single domains. */
  readonly domains: Readonly<Record<string, Level>>
  readonly floor: Exclude<TlsFloor, 'TLSv1'>
  /** The hop carries a password: to a relay with a log-in. */
  readonly login: boolean
  readonly sts: StsGround
  readonly message?: MessageDemand
  /** A person let messages to this domain travel at this level, where it is lower than what the campaign asks. */
  readonly released?: Level
}

/** What one destination must provide, before its hosts are known. */
export interface Policy {
  readonly domain: string
  /** What the sender asks, whatever the recipient's domain publishes. */
  readonly level: Level
  /** The lowest TLS version taken. */
  readonly floor: Exclude<TlsFloor, 'TLSv1'>
  readonly sts: StsGround
  readonly message: MessageDemand
  /** Equal for equal demands: destinations share connections only where it is the same. */
  readonly id: string
  /** Why it is this level, in words, for a person. */
  readonly reason: string
  /** The sender's rule for the domain that asked for the level, `example.org: valid`; undefined where none did. */
  readonly rule: string | undefined
}

const nothingOfItsOwn: MessageDemand = { requireTls: false, tlsOptional: false }

/** The strictest of what the sender asks. A rule for a domain can raise the campaign's level, not lower it. */
export function decidePolicy(input: PolicyInput): Policy {
  const { domain, floor, sts } = input
  const least = Object.hasOwn(input.domains, domain) ? input.domains[domain] : undefined
  const own = least === undefined ? input.campaign : stricter(input.campaign, least)
  // A release opens a way; it never closes one, to whatever domains it was given at once.
  const released = input.released !== undefined && stricter(own, input.released) === own ? input.released : undefined
  const asked = released ?? own
  // RFC 8314, RFC 7817 3: who is not known to be the relay gets no password, whatever the mail itself may do with.
  const level = input.login ? 'authenticated' : asked
  const ruled = level === asked && released === undefined && level !== input.campaign
  const reason =
    level !== asked
      ? 'a log-in is sent only to a relay that proves who it is'
      : released !== undefined
        ? `released to ${level} by hand`
        : ruled
          ? `the campaign's rule for ${domain} asks for ${level}`
          : `the campaign asks for ${level}`
  const message = settle(input.message ?? nothingOfItsOwn)
  const rule = ruled ? `${domain}: ${level}` : undefined
  return { domain, level, floor, sts, message, id: identify(level, floor, sts, message), reason, rule }
}

/** RFC 8689 4.1: where both are given, REQUIRETLS counts. */
function settle({ requireTls, tlsOptional }: MessageDemand): MessageDemand {
  return { requireTls, tlsOptional: tlsOptional && !requireTls }
}

/** All that lets one domain's demands differ from another's on the same hosts. DANE is the hosts' own, and the same for all. */
function identify(level: Level, floor: string, sts: StsGround, { requireTls, tlsOptional }: MessageDemand): string {
  const parts = [level, floor]
  // Domains with equal patterns demand the same of the same hosts, whatever id their record has.
  if (sts.kind === 'policy' && sts.mode === 'enforce') parts.push(`sts ${sts.mx.toSorted().join(',')}`)
  if (requireTls) parts.push('requiretls')
  if (tlsOptional) parts.push('tls-optional')
  return parts.join(' ')
}
