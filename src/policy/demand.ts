import type { Policy } from './decide.ts'
import { type Level, levels, stricter } from './level.ts'

/** What DANE says of a host (RFC 7672), as far as it decides. */
export interface DaneGround {
  readonly kind: 'not-asked' | 'not-tested' | 'none' | 'failed' | 'unusable' | 'usable'
  /** Whether it is secure that the domain's mail goes to this host. */
  readonly mxSecure: boolean
  readonly words: string
}

/** What is known of one host before it is dialled. */
export interface HostGround {
  /** The user named it, so that nobody else need vouch for its name. */
  readonly named: boolean
  readonly dane: DaneGround
  /** Whether the MTA-STS policy's patterns hold the host (RFC 8461 4.1). */
  readonly listed: boolean
  /** TLS was seen at this host before, and since when it is gone, if it is. */
  readonly memory: MemoryGround
}

/** What a host offered before (RFC 3207 6). */
export type MemoryGround =
  /** Nothing; or it is known, or was said by a person, that the host gave it up. */
  | { readonly kind: 'none' }
  /** It did the last time. */
  | { readonly kind: 'offered'; readonly words: string }
  /** It did, and was found without it since. */
  | { readonly kind: 'suspected'; readonly words: string }

/** Who vouches for it that this is the right host. */
export type Voucher =
  /** The user, who named it: its certificate must be right for that name. */
  | 'user'
  /** TLSA records in a signed zone: they stand in the place of PKIX. */
  | 'dane'
  /** The domain's MTA-STS policy, which names it: its certificate must be right for that name. */
  | 'sts'
  /** Nobody: unsigned DNS led there. */
  | 'dns'

/** One step of a decision, for who wants to follow it. */
export interface Step {
  readonly about: 'sender' | 'dane' | 'mta-sts' | 'memory' | 'requiretls' | 'tls-required'
  readonly words: string
}

/** What one host must provide for one destination. */
export type Demand =
  | {
      readonly kind: 'use'
      readonly level: Level
      readonly floor: Policy['floor']
      /** Whether the key exchange must have forward secrecy. */
      readonly forwardSecrecy: boolean
      readonly voucher: Voucher
      /** With `dane`: whether the way to the host is secure too, and not only the host itself. */
      readonly mxSecure: boolean
      /** The host must announce REQUIRETLS inside TLS (RFC 8689 4.2.1). */
      readonly requireTls: boolean
      readonly memory: MemoryGround
      readonly reason: string
      readonly steps: readonly Step[]
    }
  /** The host may not be used; the next is tried, and the mail waits where there is none. */
  | {
      readonly kind: 'pass-over'
      readonly cause: 'dane-failed' | 'mx-not-listed' | 'requiretls-unknown-host'
      readonly reason: string
      readonly steps: readonly Step[]
    }

/**
 * Says what a host must provide: the strictest of what the sender asks, what DANE and MTA-STS publish, and what it was
 * seen to offer before. Pure; `check`, `send` and `sealpost policy` ask no other.
 */
export function decideDemand(policy: Policy, host: HostGround): Demand {
  const { message } = policy
  const steps: Step[] = [{ about: 'sender', words: policy.reason }]
  // RFC 8689 4.2.1: what the recipient's domain asks for is left aside; what the sender asks is not.
  const heeds = !message.tlsOptional
  if (!heeds) steps.push({ about: 'tls-required', words: 'the message says TLS-Required: No: DANE and MTA-STS are left aside' })

  let level = policy.level
  let reason = policy.reason
  const raise = (to: Level, why: string): void => {
    if (levels.indexOf(to) > levels.indexOf(level)) reason = why
    level = stricter(level, to)
  }
  const passOver = (cause: Extract<Demand, { kind: 'pass-over' }>['cause'], why: string): Demand => ({
    kind: 'pass-over',
    cause,
    reason: why,
    steps,
  })

  const { dane } = host
  if (dane.kind !== 'not-asked') steps.push({ about: 'dane', words: dane.words })
  // RFC 7672 2.1.2, 2.2: who cannot learn the records does not deliver, whatever else vouches for the host.
  if (heeds && dane.kind === 'failed') return passOver('dane-failed', dane.words)
  const daneRules = heeds && dane.kind === 'usable'
  if (daneRules) raise(dane.mxSecure ? 'authenticated' : 'valid', dane.words)
  if (heeds && dane.kind === 'unusable') raise('encrypted', dane.words)

  const { sts } = policy
  if (sts.kind === 'failed') steps.push({ about: 'mta-sts', words: sts.words })
  if (sts.kind === 'none') steps.push({ about: 'mta-sts', words: 'the domain publishes no MTA-STS policy' })
  // RFC 8461 2: MTA-STS never overrides DANE, neither way: where DANE rules a host, it alone does.
  const stsRules = heeds && !daneRules && sts.kind === 'policy' && sts.mode === 'enforce'
  if (sts.kind === 'policy') {
    const listed = host.listed ? 'names the host' : 'does not name the host'
    const mode = sts.mode === 'testing' ? ' (testing: nothing follows from it)' : daneRules ? ' (DANE goes before it)' : ''
    steps.push({ about: 'mta-sts', words: `${sts.words}; it ${listed}${mode}` })
  }
  if (stsRules && !host.listed) return passOver('mx-not-listed', "the domain's MTA-STS policy does not name this host")
  if (stsRules) raise('authenticated', "the domain's MTA-STS policy demands it (enforce)")

  // RFC 3207 6: what was offered once and is gone is no reason to do without.
  if (heeds && host.memory.kind !== 'none') {
    steps.push({ about: 'memory', words: host.memory.words })
    raise('encrypted', host.memory.words)
  }

  const voucher: Voucher = host.named ? 'user' : dane.kind === 'usable' && heeds ? 'dane' : stsRules ? 'sts' : 'dns'
  if (message.requireTls) {
    // RFC 8689 2: the host's name must come from signed DNS or from an MTA-STS policy.
    const known = host.named || (daneRules && dane.mxSecure) || stsRules
    steps.push({
      about: 'requiretls',
      words: `the message demands REQUIRETLS${known ? '' : ', and nobody vouches for the name of this host'}`,
    })
    if (!known) return passOver('requiretls-unknown-host', 'REQUIRETLS asks for a host that DNSSEC or MTA-STS vouches for')
    raise('authenticated', 'the message demands REQUIRETLS')
  }
  return {
    kind: 'use',
    level,
    floor: policy.floor,
    // Below `valid`, a certificate that proves nothing makes it moot.
    forwardSecrecy: level === 'valid' || level === 'authenticated',
    voucher,
    mxSecure: dane.mxSecure,
    requireTls: message.requireTls,
    memory: heeds ? host.memory : { kind: 'none' },
    reason,
    steps,
  }
}

/** A host that nothing but the sender's own demand is known of. */
export function plainGround(named: boolean): HostGround {
  return {
    named,
    dane: { kind: 'not-asked', mxSecure: false, words: 'DANE was not asked for' },
    listed: false,
    memory: { kind: 'none' },
  }
}
