import { generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto'
import type { TlsIdentity } from './identity.ts'

export interface ForgeOptions {
  readonly key: { readonly publicKey: KeyObject; readonly privateKey: KeyObject }
  /** What it is signed with; Ed25519 has no choice. */
  readonly hash?: 'md5' | 'sha1' | 'sha256'
  readonly name?: string
}

/** Keys that no authority signs today. */
export const weakKeys = {
  rsa: (modulusLength: 512 | 768 | 1024) => generateKeyPairSync('rsa', { modulusLength }),
  dsa: () => generateKeyPairSync('dsa', { modulusLength: 1024, divisorLength: 160 }),
  ec: (namedCurve: string) => generateKeyPairSync('ec', { namedCurve }),
} as const

/** A certificate that signs itself (RFC 5280 4.1), of keys and hashes that proper authorities refuse. */
export function forgeIdentity({ key, hash = 'sha256', name = 'mx.example.test' }: ForgeOptions): TlsIdentity {
  const algorithm = describeAlgorithm(key.privateKey, hash)
  const subject = sequence(der(0x31, sequence(oid('550403'), text(0x0c, name))))
  const alternative = der(0x04, sequence(text(0x82, name)))
  const content = sequence(
    der(0xa0, der(0x02, Buffer.from([2]))), // version 3
    // Positive, and not led by a zero.
    der(0x02, Buffer.concat([Buffer.from([0x4a]), randomBytes(8)])),
    algorithm,
    subject,
    sequence(text(0x17, '250101000000Z'), text(0x17, '491231235959Z')),
    subject,
    key.publicKey.export({ type: 'spki', format: 'der' }),
    der(0xa3, sequence(sequence(oid('551d11'), alternative))),
  )
  const hashName = key.privateKey.asymmetricKeyType === 'ed25519' ? undefined : hash
  const signature = Buffer.concat([Buffer.alloc(1), sign(hashName, content, key.privateKey)])
  return { key: key.privateKey, chain: [sequence(content, algorithm, der(0x03, signature))] }
}

// RFC 3279 2.2, RFC 5758 3, RFC 8410 3.
const signatureOids: Readonly<Record<string, string>> = {
  'rsa md5': '2a864886f70d010104',
  'rsa sha1': '2a864886f70d010105',
  'rsa sha256': '2a864886f70d01010b',
  'dsa sha1': '2a8648ce380403',
  'dsa sha256': '608648016503040302',
  'ec sha1': '2a8648ce3d0401',
  'ec sha256': '2a8648ce3d040302',
}

function describeAlgorithm({ asymmetricKeyType: type }: KeyObject, hash: string): Buffer {
  const hex = type === 'ed25519' ? '2b6570' : signatureOids[`${type} ${hash}`]
  if (hex === undefined) throw new Error(`no signature by ${type} and ${hash}`)
  return type === 'rsa' ? sequence(oid(hex), der(0x05, Buffer.alloc(0))) : sequence(oid(hex))
}

function sequence(...parts: readonly Buffer[]): Buffer {
  return der(0x30, Buffer.concat(parts))
}

function oid(hex: string): Buffer {
  return der(0x06, Buffer.from(hex, 'hex'))
}

function text(tag: number, value: string): Buffer {
  return der(tag, Buffer.from(value, 'latin1'))
}

/** Tag, length in the definite form, contents. */
function der(tag: number, contents: Buffer): Buffer {
  const { length } = contents
  const lengths = length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff]
  return Buffer.concat([Buffer.from([tag, ...lengths]), contents])
}
