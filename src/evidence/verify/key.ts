import { sha256 } from './digest.ts'
import { joinOctets } from './octets.ts'
import { decodeBase64, encodeText, printHex } from './text.ts'

/** Who signs: C2SP signed-note, "Verifier keys". */
export interface VerifierKey {
  /** The name that its signatures carry: the origin of the log, or the name of a cosigner. */
  readonly name: string
  /** Eight hexadecimal digits. */
  readonly id: string
  /** C2SP signed-note, "Signature types": of checkpoints (0x01), or of cosignatures with a time (0x04). */
  readonly type: 'note' | 'cosignature'
  /** Ed25519, 32 octets. */
  readonly octets: Uint8Array<ArrayBuffer>
  /** As it is written down: `name+id+base64`. */
  readonly text: string
}

/** Reads `name+id+base64(type || key)`; undefined for anything else. */
export async function parseKey(text: string): Promise<VerifierKey | undefined> {
  const [, name = '', id = '', base64 = ''] = /^([^\s+]{1,1024})\+([0-9a-f]{8})\+([A-Za-z0-9+/]{44})$/u.exec(text) ?? []
  const octets = decodeBase64(base64)
  const type = octets?.[0] === 1 ? 'note' : octets?.[0] === 4 ? 'cosignature' : undefined
  if (octets?.length !== 33 || !type || !name.isWellFormed() || /[\0-\x1f]/.test(name)) return undefined
  // The id is SHA-256(name || 0x0A || type || key), its first four octets.
  const hash = await sha256(joinOctets(encodeText(`${name}\n`), octets))
  return printHex(hash.subarray(0, 4)) === id ? { name, id, type, octets: octets.slice(1), text } : undefined
}
