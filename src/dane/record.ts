import type { TlsaRecord } from './ask.ts'
import { openAnchor, openKey } from './open.ts'

/** A record that a certificate can be held against. */
export interface UsableTlsa {
  /** 2 is DANE-TA, an authority above the server's certificate; 3 is DANE-EE, the certificate itself (RFC 7218 2.1). */
  readonly usage: 2 | 3
  /** 0 is the whole certificate, 1 its SubjectPublicKeyInfo. */
  readonly selector: 0 | 1
  /** 0 is the thing itself, 1 its SHA-256, 2 its SHA-512. */
  readonly matchingType: 0 | 1 | 2
  readonly data: Buffer
}

/** Why a record cannot be used. */
export type TlsaFlaw =
  /** RFC 7672 3.1.3: 0 and 1 lean on authorities that mail servers do not agree upon. */
  | 'pkix-usage'
  | 'unknown-usage'
  | 'unknown-selector'
  | 'unknown-matching-type'
  /** The data is no digest of that type. */
  | 'digest-length'
  /** The data is neither certificate nor key. */
  | 'unreadable'

export type TlsaJudgement =
  | { readonly kind: 'usable'; readonly record: UsableTlsa }
  | { readonly kind: 'unusable'; readonly record: TlsaRecord; readonly flaw: TlsaFlaw }

/** A whole set of TLSA records. That there is any demands TLS, whether or not one is usable (RFC 7672 2.2). */
export type TlsaSet =
  | { readonly kind: 'none' }
  | { readonly kind: 'usable'; readonly records: readonly UsableTlsa[]; readonly unusable: readonly UnusableTlsa[] }
  /** TLS is mandatory, and authenticates nobody. */
  | { readonly kind: 'unusable'; readonly unusable: readonly UnusableTlsa[] }

type UnusableTlsa = Extract<TlsaJudgement, { kind: 'unusable' }>

/** Records looked at; a name with more has no use for them. */
export const maxRecords = 100

const digestOctets = { 1: 32, 2: 64 } as const

/**
 * Says whether a TLSA record can be used for SMTP, and why not (RFC 6698 4.1, RFC 7672 3.1).
 *
 * @example
 * ```ts
 * readTlsa({ usage: 1, selector: 1, matchingType: 1, data }) // { kind: 'unusable', flaw: 'pkix-usage', … }
 * ```
 */
export function readTlsa(record: TlsaRecord): TlsaJudgement {
  const { usage, selector, matchingType, data } = record
  const refuse = (flaw: TlsaFlaw): TlsaJudgement => ({ kind: 'unusable', record, flaw })
  if (usage === 0 || usage === 1) return refuse('pkix-usage')
  if (usage !== 2 && usage !== 3) return refuse('unknown-usage')
  if (selector !== 0 && selector !== 1) return refuse('unknown-selector')
  if (matchingType !== 0 && matchingType !== 1 && matchingType !== 2) return refuse('unknown-matching-type')
  if (matchingType === 0 ? !isReadable(selector, data) : data.length !== digestOctets[matchingType])
    return refuse(matchingType === 0 ? 'unreadable' : 'digest-length')
  return { kind: 'usable', record: { usage, selector, matchingType, data } }
}

/** Judges a set, the same record told once. */
export function readTlsaSet(records: readonly TlsaRecord[]): TlsaSet {
  const seen = new Set<string>()
  const judged = records.slice(0, maxRecords).flatMap((record) => {
    const id = `${record.usage} ${record.selector} ${record.matchingType} ${record.data.toString('latin1')}`
    if (seen.has(id)) return []
    seen.add(id)
    return readTlsa(record)
  })
  if (judged.length === 0) return { kind: 'none' }
  const usable = judged.flatMap((one) => (one.kind === 'usable' ? one.record : []))
  const unusable = judged.filter((one) => one.kind === 'unusable')
  return usable.length > 0 ? { kind: 'usable', records: usable, unusable } : { kind: 'unusable', unusable }
}

function isReadable(selector: 0 | 1, data: Buffer): boolean {
  return (selector === 0 ? openAnchor(data) : openKey(data)) !== undefined
}
