import { type KeyObject, createPublicKey, hash } from 'node:crypto'
import { decodeBase64 } from './text.ts'

/** Who signs: C2SP signed-note, "Verifier keys". */
export interface VerifierKey {
  /** The name that its signatures carry: the origin of the log, or the name of a cosigner. */
  readonly name: string
  /** Eight hexadecimal digits. */
  readonly id: string
  /** C2SP signed-note, "Signature types": of checkpoints (0x01), or of cosignatures with a time (0x04). */
  readonly type: 'note' | 'cosignature'
  /** Ed25519. */
  readonly key: KeyObject
  /** As it is written down: `name+id+base64`. */
  readonly text: string
}

/** Reads `name+id+base64(type || key)`; undefined for anything else. */
export function parseKey(text: string): VerifierKey | undefined {
  const [, name = '', id = '', base64 = ''] = /^([^\s+]{1,1024})\+([0-9a-f]{8})\+([A-Za-z0-9+/]{44})$/u.exec(text) ?? []
  const octets = decodeBase64(base64)
  const type = octets?.[0] === 1 ? 'note' : octets?.[0] === 4 ? 'cosignature' : undefined
  if (!octets || !type || !name.isWellFormed()) return undefined
  // The id is SHA-256(name || 0x0A || type || key), its first four octets.
  if (hash('sha256', Buffer.concat([Buffer.from(`${name}\n`), octets]), 'hex').slice(0, 8) !== id) return undefined
  const x = octets.subarray(1).toString('base64url')
  return { name, id, type, key: createPublicKey({ format: 'jwk', key: { kty: 'OKP', crv: 'Ed25519', x } }), text }
}
