import type { TlsFacts, TlsFloor } from '../tls/index.ts'
import { type Level, stricter } from './level.ts'
import type { Judgement, Verdict } from './verdict.ts'

/** What one destination must provide, and why. */
export interface Policy {
  readonly level: Level
  /** The lowest TLS version taken. */
  readonly floor: Exclude<TlsFloor, 'TLSv1'>
  /** Whether the key exchange must have forward secrecy. */
  readonly forwardSecrecy: boolean
  /** Equal for equal demands: destinations share connections only where it is the same. */
  readonly id: string
  /** In words, for a person. */
  readonly reason: string
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
}

/** The strictest of what is asked. A rule for a domain can raise the campaign's level, not lower it. */
export function decidePolicy(input: PolicyInput): Policy {
  const rule = Object.hasOwn(input.domains, input.domain) ? input.domains[input.domain] : undefined
  const asked = rule === undefined ? input.campaign : stricter(input.campaign, rule)
  // RFC 8314, RFC 7817 3: who is not known to be the relay gets no password, whatever the mail itself may do with.
  const level = input.login ? 'authenticated' : asked
  // Forward secrecy from `valid` up: below it, a certificate that proves nothing makes it moot.
  const forwardSecrecy = level === 'valid' || level === 'authenticated'
  const reason =
    level !== asked
      ? 'a log-in is sent only to a relay that proves who it is'
      : level === input.campaign
        ? `the campaign asks for ${level}`
        : `the campaign's rule for ${input.domain} asks for ${level}`
  return { level, floor: input.floor, forwardSecrecy, id: `${level} ${input.floor}${forwardSecrecy ? ' fs' : ''}`, reason }
}

/** What to do with a message, after one connection was judged. */
export type Decision =
  | { readonly kind: 'deliver' }
  /** Below the demanded level: the message waits. */
  | { readonly kind: 'hold'; readonly reason: string }
  /** Not known now: try again later. */
  | { readonly kind: 'defer'; readonly reason: string }
  /** Will not change by itself. */
  | { readonly kind: 'fail'; readonly reason: string }

const rank: Readonly<Partial<Record<Verdict, number>>> = { plaintext: 0, unauthenticated: 1, valid: 2, authenticated: 3 }
const need: Readonly<Record<Level, number>> = { opportunistic: 0, encrypted: 1, valid: 2, authenticated: 3 }

/** Holds a policy against what a connection showed. */
export function decideDelivery(policy: Policy, judgement: Judgement, facts: TlsFacts | undefined): Decision {
  switch (judgement.verdict) {
    case 'authenticated':
    case 'valid':
    case 'unauthenticated':
    case 'plaintext': {
      if ((rank[judgement.verdict] ?? 0) < need[policy.level]) {
        const lack = judgement.verdict === 'valid' ? ', but nothing vouches for the name of that server' : ''
        return { kind: 'hold', reason: `${judgement.words}${lack}; ${policy.reason}` }
      }
      const weak = facts ? belowFloor(policy, facts) : undefined
      return weak === undefined ? { kind: 'deliver' } : { kind: 'hold', reason: weak }
    }
    case 'broken':
      return { kind: 'hold', reason: judgement.words }
    case 'refused':
    case 'temporary':
    case 'unreachable':
    case 'not-tested':
      return { kind: 'defer', reason: judgement.words }
    case 'no-mail':
      return { kind: 'fail', reason: judgement.words }
  }
}

function belowFloor(policy: Policy, facts: TlsFacts): string | undefined {
  if (policy.level === 'opportunistic') return undefined
  const versions = ['TLSv1', 'TLSv1.1', 'TLSv1.2', 'TLSv1.3']
  if (versions.indexOf(facts.version) < versions.indexOf(policy.floor))
    return `the server speaks ${facts.version}, below the floor of ${policy.floor}`
  if (policy.forwardSecrecy && !facts.forwardSecrecy)
    return `${facts.cipher} has no forward secrecy, which ${policy.level} asks for`
  return undefined
}
