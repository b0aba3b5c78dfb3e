import { type KeyObject, createPrivateKey, createPublicKey, hash } from 'node:crypto'
import { SealpostError } from '../errors.ts'
import { type Malformed, decodeBase64, encodeBase64, malformed } from './text.ts'

/** C2SP signed-note, "Signature types": what a key signs. `note` 0x01, `cosignature` 0x04 (tlog-cosignature, v1). */
export type SignatureType = 'note' | 'cosignature'

const typeOctets: Readonly<Record<SignatureType, number>> = { note: 0x01, cosignature: 0x04 }
const keyOctets = 32

/** A public key with the name that its signatures carry. */
export interface Verifier {
  readonly kind: 'verifier'
  readonly name: string
  /** The key id, eight hexadecimal digits. */
  readonly id: string
  readonly type: SignatureType
  /** Ed25519. */
  readonly key: KeyObject
}

/** A private key with the name that its signatures carry. */
export interface Signer {
  readonly kind: 'signer'
  readonly verifier: Verifier
  readonly key: KeyObject
}

/** C2SP signed-note, "Format": key names are not empty and hold neither Unicode spaces nor a plus. */
export function isKeyName(name: string): boolean {
  return name.length > 0 && name.length <= 1024 && name.isWellFormed() && !/[\p{White_Space}+\0-\x1f]/u.test(name)
}

/**
 * @throws SealpostError SP_KEY_INVALID where the name is none or the key is not Ed25519
 */
export function makeVerifier(name: string, type: SignatureType, key: KeyObject): Verifier {
  if (!isKeyName(name))
    throw new SealpostError('SP_KEY_INVALID', { what: 'The name of a key is empty or holds a space or a plus' })
  return { kind: 'verifier', name, type, id: keyId(name, type, publicOctets(key)), key }
}

/**
 * @param key private, Ed25519
 * @throws SealpostError SP_KEY_INVALID
 */
export function makeSigner(name: string, type: SignatureType, key: KeyObject): Signer {
  if (key.type !== 'private') throw new SealpostError('SP_KEY_INVALID', { what: 'A signer needs a private key' })
  return { kind: 'signer', verifier: makeVerifier(name, type, createPublicKey(key)), key }
}

/** C2SP signed-note, "Verifier keys": `name+id+base64(type || key)`. */
export function printVerifier({ name, id, type, key }: Verifier): string {
  return `${name}+${id}+${encodeBase64(Buffer.from([typeOctets[type], ...publicOctets(key)]))}`
}

export function parseVerifier(text: string): Verifier | Malformed {
  const [name = '', id = '', material = ''] = text.length > 2048 ? [] : text.split('+').flatMap(joinMaterial)
  const octets = decodeBase64(material)
  if (!isKeyName(name) || !octets) return malformed('it is not name+id+key')
  const type = typeOf(octets)
  if (!type) return malformed('its key is of another kind than Ed25519 for notes (1) or cosignatures (4)')
  if (id !== keyId(name, type, octets.subarray(1))) return malformed('its id does not follow from its name and key')
  return makeVerifier(name, type, importPublic(octets.subarray(1)))
}

/** A plus is also a letter of base64: what comes after the second one belongs to the key. */
function joinMaterial(part: string, place: number, parts: readonly string[]): readonly string[] {
  if (place < 2) return [part]
  return place === 2 ? [parts.slice(2).join('+')] : []
}

/**
 * A signer as golang.org/x/mod/sumdb/note writes it: `PRIVATE+KEY+name+id+base64(type || seed)`. It is a secret.
 */
export function printSigner({ verifier, key }: Signer): string {
  const seed = Buffer.from(key.export({ format: 'jwk' }).d ?? '', 'base64url')
  return `PRIVATE+KEY+${verifier.name}+${verifier.id}+${encodeBase64(Buffer.from([typeOctets[verifier.type], ...seed]))}`
}

/** Reads what `printSigner` writes. What is wrong is told without quoting it. */
export function parseSigner(text: string): Signer | Malformed {
  const rest = text.startsWith('PRIVATE+KEY+') && text.length <= 2048 ? text.slice('PRIVATE+KEY+'.length) : ''
  const [name = '', id = '', material = ''] = rest.split('+').flatMap(joinMaterial)
  const octets = decodeBase64(material)
  const type = octets && typeOf(octets)
  if (!type || !isKeyName(name)) return malformed('it is not PRIVATE+KEY+name+id+key of a known kind')
  const signer = makeSigner(name, type, importSeed(octets.subarray(1)))
  return signer.verifier.id === id ? signer : malformed('its id does not follow from its name and key')
}

function typeOf(octets: Uint8Array): SignatureType | undefined {
  if (octets.length !== 1 + keyOctets) return undefined
  if (octets[0] === typeOctets.note) return 'note'
  return octets[0] === typeOctets.cosignature ? 'cosignature' : undefined
}

/** C2SP signed-note: SHA-256(name || 0x0A || type || key), its first four octets. */
function keyId(name: string, type: SignatureType, key: Uint8Array): string {
  const message = Buffer.concat([Buffer.from(`${name}\n`), Buffer.from([typeOctets[type]]), key])
  return hash('sha256', message, 'hex').slice(0, 8)
}

function publicOctets(key: KeyObject): Uint8Array {
  const { crv, x } = key.asymmetricKeyType === 'ed25519' ? key.export({ format: 'jwk' }) : {}
  if (crv !== 'Ed25519' || x === undefined || key.type !== 'public') {
    throw new SealpostError('SP_KEY_INVALID', { what: 'The key is not a public key of the kind Ed25519' })
  }
  return Buffer.from(x, 'base64url')
}

function importPublic(octets: Uint8Array): KeyObject {
  const x = Buffer.from(octets).toString('base64url')
  return createPublicKey({ format: 'jwk', key: { kty: 'OKP', crv: 'Ed25519', x } })
}

/** RFC 8410 7: a seed in PKCS #8. */
function importSeed(seed: Uint8Array): KeyObject {
  const head = Buffer.from('302e020100300506032b657004220420', 'hex')
  return createPrivateKey({ format: 'der', type: 'pkcs8', key: Buffer.concat([head, seed]) })
}
