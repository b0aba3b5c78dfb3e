import { createDecipheriv, createHmac } from 'node:crypto'
import { vector } from './encode.ts'
import { type TlsRecord, printRecords } from './record.ts'

interface Sealing {
  readonly algorithm: 'aes-128-gcm' | 'aes-256-gcm' | 'aes-128-ccm' | 'chacha20-poly1305'
  readonly keyOctets: 16 | 32
  readonly tagOctets: 8 | 16
  readonly hash: 'sha256' | 'sha384'
}

/** RFC 8446 B.4. */
const sealings: ReadonlyMap<number, Sealing> = new Map<number, Sealing>([
  [0x1301, { algorithm: 'aes-128-gcm', keyOctets: 16, tagOctets: 16, hash: 'sha256' }],
  [0x1302, { algorithm: 'aes-256-gcm', keyOctets: 32, tagOctets: 16, hash: 'sha384' }],
  [0x1303, { algorithm: 'chacha20-poly1305', keyOctets: 32, tagOctets: 16, hash: 'sha256' }],
  [0x1304, { algorithm: 'aes-128-ccm', keyOctets: 16, tagOctets: 16, hash: 'sha256' }],
  [0x1305, { algorithm: 'aes-128-ccm', keyOctets: 16, tagOctets: 8, hash: 'sha256' }],
])

/**
 * Opens records that a server sealed with its handshake traffic secret (RFC 8446 5.2, 7.3), so that an examination sees
 * of TLS 1.3 what TLS 1.2 shows in the clear: the chain as it was sent. The secret is that of a handshake of our own.
 */
export class SealedReader {
  readonly #sealing: Sealing
  readonly #key: Buffer
  readonly #iv: Buffer
  #sequence = 0

  private constructor(sealing: Sealing, secret: Buffer) {
    this.#sealing = sealing
    this.#key = expandLabel(sealing.hash, secret, 'key', sealing.keyOctets)
    this.#iv = expandLabel(sealing.hash, secret, 'iv', 12)
  }

  /** Undefined where we do not know how the suite seals. */
  static create(suite: number, secret: Buffer): SealedReader | undefined {
    const sealing = sealings.get(suite)
    return sealing && new SealedReader(sealing, secret)
  }

  /** The record within; undefined where it does not open. */
  open({ type, version, body }: TlsRecord): { readonly type: number; readonly body: Buffer } | undefined {
    const { algorithm, tagOctets } = this.#sealing
    if (type !== 23 || body.length <= tagOctets) return undefined
    const sealed = body.subarray(0, -tagOctets)
    try {
      // The four ways are one to OpenSSL; the types of node:crypto know them one by one.
      const decipher = createDecipheriv(algorithm as 'aes-128-ccm', this.#key, this.#nonce(), { authTagLength: tagOctets })
      // RFC 8446 5.2: the header of the record is what is authenticated beside it.
      decipher.setAAD(printRecords(type, version, body).subarray(0, 5), { plaintextLength: sealed.length })
      decipher.setAuthTag(body.subarray(-tagOctets))
      const inner = Buffer.concat([decipher.update(sealed), decipher.final()])
      this.#sequence++
      // RFC 8446 5.4: zeros pad it, the last other octet is the type.
      let end = inner.length - 1
      while (end > 0 && inner[end] === 0) end--
      return { type: inner[end] ?? 0, body: inner.subarray(0, end) }
    } catch {
      return undefined
    }
  }

  #nonce(): Buffer {
    const nonce = Buffer.from(this.#iv)
    nonce.writeUInt32BE((nonce.readUInt32BE(8) ^ this.#sequence) >>> 0, 8)
    return nonce
  }
}

/** HKDF-Expand-Label (RFC 8446 7.1) with an empty context, for no more than one block of the hash. */
function expandLabel(hash: string, secret: Buffer, label: string, octets: number): Buffer {
  const info = Buffer.concat([Buffer.of(0, octets), vector(1, Buffer.from(`tls13 ${label}`)), Buffer.of(0, 1)])
  return createHmac(hash, secret).update(info).digest().subarray(0, octets)
}
