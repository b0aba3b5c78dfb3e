import { sign, verify } from 'node:crypto'
import { type Signer, type Verifier, parseVerifier, printVerifier } from '../../tlog/index.ts'

/** What the act `key-rotated` holds: who signed, who signs from then on, and that the former key says so. */
export interface Rotation {
  /** Verifier keys. */
  readonly from: string
  readonly to: string
  /** Ed25519 by `from` over `rotationText`, base64. */
  readonly signature: string
}

/** What the former key signs. The first line keeps it apart from all else that such a key signs: checkpoints begin with their origin. */
function rotationText(origin: string, to: string): Buffer {
  return Buffer.from(`sealpost key rotation\n${origin}\n${to}\n`)
}

/** The former key's word that the log goes on under the new one. */
export function stateRotation(from: Signer, to: Verifier): Rotation {
  const next = printVerifier(to)
  const signature = sign(null, rotationText(from.verifier.name, next), from.key).toString('base64')
  return { from: printVerifier(from.verifier), to: next, signature }
}

/** The key that the log goes on under, where the former one says so; undefined where it does not. */
export function followRotation(from: Verifier, rotation: Rotation): Verifier | undefined {
  const to = parseVerifier(rotation.to)
  if (rotation.from !== printVerifier(from) || to.kind === 'malformed') return undefined
  if (to.name !== from.name || to.type !== 'note') return undefined
  const signature = Buffer.from(rotation.signature, 'base64')
  if (signature.toString('base64') !== rotation.signature || signature.length !== 64) return undefined
  return verify(null, rotationText(from.name, rotation.to), from.key, signature) ? to : undefined
}
