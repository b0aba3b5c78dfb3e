import { type KeyObject, createPublicKey } from 'node:crypto'
import { parseTagList } from './tagList.ts'
import type { KeyType } from './signingKey.ts'

/** Why a record is no key. */
export type KeyFault =
  /** Longer than any key needs. */
  | 'too-long'
  /** `\;` or quotes: the text of a zone file was put where plain text belongs. */
  | 'escaped'
  | 'quoted'
  /** v= is not DKIM1, or is not first (RFC 6376 3.6.1): a record of another kind, for the most part. */
  | 'version'
  | 'bad-tag'
  | 'twice'
  /** No p=. */
  | 'no-key'
  /** p= is no base64: cut off, or with something added. */
  | 'base64'
  /** p= is base64, but no key of the kind that k= names. */
  | 'not-a-key'

/** What one TXT record says of a key (RFC 6376 3.6.1). */
export type KeyRecord =
  | {
      readonly kind: 'key'
      readonly type: KeyType
      readonly key: KeyObject
      readonly bits: number
      /** t=y: verifiers are to treat the domain's mail as if it had no signature. */
      readonly testing: boolean
      /** t=s: i= has to be of the very domain of d=. */
      readonly strict: boolean
      /** h= leaves SHA-256 out, without which no signature of today can be verified. */
      readonly hashes: 'usable' | 'unusable'
      /** s= leaves mail out. */
      readonly service: 'email' | 'other'
    }
  /** p= is empty: the key is withdrawn (RFC 6376 3.6.1). */
  | { readonly kind: 'revoked' }
  /** k= names an algorithm that is not known here. */
  | { readonly kind: 'unsupported'; readonly type: string }
  /** `text` shows the place; cut at 100 characters. */
  | { readonly kind: 'malformed'; readonly why: KeyFault; readonly text: string }

/** Characters. A key of 4096 bits takes 800. */
const longest = 4_000

/**
 * Reads a key record. DNS text is a stranger's: nothing in it is taken for granted.
 *
 * @param text a TXT record, its strings joined without a space
 * @example
 * ```ts
 * parseKeyRecord('v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=').kind === 'key'
 * ```
 */
export function parseKeyRecord(text: string): KeyRecord {
  const malformed = (why: KeyFault, where = text): KeyRecord => ({ kind: 'malformed', why, text: where.slice(0, 100) })
  if (text.length > longest) return malformed('too-long')
  if (/^\s*["']/.test(text)) return malformed('quoted')
  if (text.includes('\\')) return malformed('escaped')
  const list = parseTagList(text)
  if (list.kind === 'bad-tag') return malformed(list.kind, list.text)
  if (list.kind === 'twice') return malformed(list.kind, list.name)
  const { tags, first } = list
  const version = tags.get('v')
  // RFC 6376 3.6.1: v= may be missing; where it is there it MUST be first, and exactly so.
  if (version !== undefined && (version !== 'DKIM1' || first !== 'v')) return malformed('version')
  const data = tags.get('p')
  if (data === undefined) return malformed('no-key')
  if (data === '') return { kind: 'revoked' }
  const type = tags.get('k') ?? 'rsa'
  if (type !== 'rsa' && type !== 'ed25519') return { kind: 'unsupported', type: type.slice(0, 100) }
  const octets = readBase64(data)
  if (!octets) return malformed('base64', data)
  const key = type === 'rsa' ? readRsa(octets) : readEd25519(octets)
  if (!key) return malformed('not-a-key', data)
  const flags = readList(tags.get('t') ?? '')
  const hashes = tags.get('h')
  const services = readList(tags.get('s') ?? '*')
  return {
    kind: 'key',
    type,
    key,
    bits: key.asymmetricKeyDetails?.modulusLength ?? 256,
    testing: flags.includes('y'),
    strict: flags.includes('s'),
    hashes: hashes === undefined || readList(hashes).includes('sha256') ? 'usable' : 'unusable',
    service: services.includes('*') || services.includes('email') ? 'email' : 'other',
  }
}

function readList(value: string): readonly string[] {
  return value.split(':').map((item) => item.trim())
}

/** Spaces may stand within (RFC 6376 2.10); anything else than base64, and bits left over, may not. */
function readBase64(value: string): Buffer | undefined {
  const text = value.replace(/[ \t\r\n]+/g, '')
  const octets = Buffer.from(text, 'base64')
  return octets.toString('base64') === text ? octets : undefined
}

/** RFC 6376 erratum 3017: SubjectPublicKeyInfo, as everybody writes it; RSAPublicKey, as the text has it, is read too. */
function readRsa(der: Buffer): KeyObject | undefined {
  for (const type of ['spki', 'pkcs1'] as const) {
    try {
      const key = createPublicKey({ key: der, format: 'der', type })
      if (key.asymmetricKeyType !== 'rsa') continue
      // An RSAPublicKey is what a SubjectPublicKeyInfo ends with. What would be written otherwise, such as octets behind
      // the key, another verifier may refuse.
      const whole = key.export({ format: 'der', type: 'spki' })
      if ((type === 'spki' ? whole : whole.subarray(-der.length)).equals(der)) return key
    } catch {
      // It is not of this form.
    }
  }
  return undefined
}

/** RFC 8463 4: the 32 octets of the key and nothing around them. */
function readEd25519(octets: Buffer): KeyObject | undefined {
  if (octets.length !== 32) return undefined
  try {
    return createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x: octets.toString('base64url') }, format: 'jwk' })
  } catch {
    return undefined
  }
}
