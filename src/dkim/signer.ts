import type { KeyObject } from 'node:crypto'
import type { Clock } from '../clock.ts'
import { SealpostError } from '../errors.ts'
import { visible } from '../escape.ts'
import { type Covered, planCoverage } from './coverage.ts'
import { nameKeyRecord, parseSelector, parseSigningDomain } from './names.ts'
import { checkSigningKey } from './signingKey.ts'

/** How much of a change on the way a signature bears (RFC 6376 3.4): `relaxed` takes other spaces for the same. */
export type Canonicalization = 'relaxed' | 'simple'

export type SignatureAlgorithm = 'rsa-sha256' | 'ed25519-sha256'

export interface SignerOptions {
  /** d=: whose word the signature is. For DMARC it has to be the domain of From, or one above it. */
  readonly domain: string
  /** s=: which of the domain's keys. */
  readonly selector: string
  readonly key: KeyObject
  /** Tells t=. */
  readonly clock: Pick<Clock, 'now'>
  /** Names of headers to cover beside the usual ones. */
  readonly headers?: readonly string[]
  readonly header?: Canonicalization
  readonly body?: Canonicalization
  /** i=: `news@example.org`, `@mail.example.org`; in the domain or below it. */
  readonly auid?: string
  /** Seconds until it expires (x=). Mail may wait for days in a queue, so leave it out unless there is a reason. */
  readonly expireAfter?: number
}

/** What signatures of one key are made from. Made once, used for any number of messages. */
export interface Signer {
  readonly domain: string
  readonly selector: string
  readonly algorithm: SignatureAlgorithm
  readonly header: Canonicalization
  readonly body: Canonicalization
  readonly key: KeyObject
  readonly clock: Pick<Clock, 'now'>
  readonly coverage: readonly Covered[]
  readonly expireAfter: number | undefined
  /** Tags that are the same for each message, each with its semicolon. */
  readonly fixed: readonly string[]
}

/**
 * @example
 * ```ts
 * const signer = createSigner({ domain: 'example.org', selector: 's1', key, clock: systemClock })
 * const signed = Buffer.concat([await sign(message, [signer]), message])
 * ```
 * @throws SealpostError SP_DKIM_INVALID, SP_KEY_INVALID
 */
export function createSigner(options: SignerOptions): Signer {
  const { key, clock, header = 'relaxed', body = 'relaxed', expireAfter } = options
  const domain = parseSigningDomain(options.domain)
  const selector = parseSelector(options.selector)
  if (domain === undefined) throw invalid(`"${visible(options.domain, 80)}" is no domain to sign for`)
  if (selector === undefined) throw invalid(`"${visible(options.selector, 80)}" is no selector: letters, digits and dashes`)
  if (nameKeyRecord(domain, selector).length > 253) throw invalid('Selector and domain together are too long for a DNS name')
  if (expireAfter !== undefined && (!Number.isSafeInteger(expireAfter) || expireAfter < 1))
    throw invalid('The time until a signature expires is no whole number of seconds above 0')
  const algorithm = checkSigningKey(key) === 'rsa' ? 'rsa-sha256' : 'ed25519-sha256'
  const auid = options.auid === undefined ? [] : [`i=${writeAuid(options.auid, domain)};`]
  return {
    domain,
    selector,
    algorithm,
    header,
    body,
    key,
    clock,
    expireAfter,
    coverage: planCoverage(options.headers ?? []),
    // No l=: what is added behind its end would be shown as signed (RFC 6376 8.2). q= is as by default.
    fixed: ['v=1;', `a=${algorithm};`, `c=${header}/${body};`, `d=${domain};`, `s=${selector};`, ...auid],
  }
}

function writeAuid(text: string, domain: string): string {
  const at = text.lastIndexOf('@')
  const local = text.slice(0, at)
  const host = at < 0 ? undefined : parseSigningDomain(text.slice(at + 1))
  // RFC 6376 3.5: the same as d=, or a domain below it. Of local parts dot-atoms are enough (RFC 5322 3.2.3).
  const within = host === domain || host?.endsWith(`.${domain}`) === true
  if (!within || local.length > 64 || !/^(?:[\w!#$%&'*+/=?^`{|}~-]+(?:\.[\w!#$%&'*+/=?^`{|}~-]+)*)?$/.test(local))
    throw invalid(`"${visible(text, 80)}" is no identity in ${domain}`)
  // RFC 6376 2.11: of a dot-atom's characters only "=" is none of dkim-safe-char, and what is none is written so.
  return `${local.replaceAll('=', '=3D')}@${host}`
}

function invalid(what: string): SealpostError {
  return new SealpostError('SP_DKIM_INVALID', { what })
}
