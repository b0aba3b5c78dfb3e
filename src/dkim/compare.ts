import { type KeyObject, createPublicKey } from 'node:crypto'
import type { KeyAnswer } from './lookup.ts'
import type { KeyType } from './signingKey.ts'

/** What is worth knowing of a record that does its work. */
export type KeyNote = 'testing' | 'strict'

interface Half {
  readonly type: KeyType
  readonly bits: number
}

/** How a published key stands to a private one. Signatures can be verified with `matches` alone. */
export type KeyComparison =
  | { readonly kind: 'matches'; readonly own: Half; readonly notes: readonly KeyNote[] }
  /** It is the key, but the record tells verifiers not to use it: h= without sha256, or s= without email. */
  | { readonly kind: 'barred'; readonly own: Half; readonly by: 'hashes' | 'service' }
  /** Another key. `weak`: one that verifiers must not use (RFC 8301 3.2: RSA below 1024 bits). */
  | { readonly kind: 'differs'; readonly own: Half; readonly published: Half; readonly weak: boolean }
  | Exclude<KeyAnswer, { readonly kind: 'key' }>

/** Holds what is published against a private key. */
export function compareKey(answer: KeyAnswer, key: KeyObject): KeyComparison {
  if (answer.kind !== 'key') return answer
  const { type, bits } = answer
  const own = measure(key)
  if (!isSame(createPublicKey(key), answer.key))
    return { kind: 'differs', own, published: { type, bits }, weak: type === 'rsa' && bits < 1_024 }
  if (answer.hashes === 'unusable') return { kind: 'barred', own, by: 'hashes' }
  if (answer.service === 'other') return { kind: 'barred', own, by: 'service' }
  const notes = (['testing', 'strict'] as const).filter((note) => answer[note])
  return { kind: 'matches', own, notes }
}

/**
 * By their octets: `KeyObject.equals` on keys of two kinds leaves an error behind in OpenSSL's queue (Node 24), and the next
 * key file that is read fails for it. What is published would decide that.
 */
function isSame(one: KeyObject, other: KeyObject): boolean {
  const form = { format: 'der', type: 'spki' } as const
  return one.export(form).equals(other.export(form))
}

function measure(key: KeyObject): Half {
  const bits = key.asymmetricKeyDetails?.modulusLength
  return bits === undefined ? { type: 'ed25519', bits: 256 } : { type: 'rsa', bits }
}
