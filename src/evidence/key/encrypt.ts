import { type KeyObject, createCipheriv, randomBytes, scryptSync } from 'node:crypto'
import { integer, octetString, oid, sequence } from './der.ts'

/**
 * What scrypt costs, and whoever guesses: 16 MiB and five rounds of it, about 0.15 s. OWASP's Password Storage Cheat Sheet
 * (read on 2026-11-25) counts it as good as its first choice, N = 2^17 and p = 1, which OpenSSL does not read: it gives
 * scrypt no more than 32 MiB.
 */
const cost = { N: 2 ** 14, r: 8, p: 5 } as const

const oids = {
  /** RFC 8018 A.4 */
  pbes2: oid(1, 2, 840, 113549, 1, 5, 13),
  /** RFC 7914 7 */
  scrypt: oid(1, 3, 6, 1, 4, 1, 11591, 4, 11),
  /** RFC 8018 B.2.5 */
  aes256Cbc: oid(2, 16, 840, 1, 101, 3, 4, 1, 42),
}

/**
 * A private key as PEM that a passphrase opens: EncryptedPrivateKeyInfo (RFC 5958 3) by PBES2 (RFC 8018 6.2) with scrypt
 * (RFC 7914) and AES-256-CBC. Node's own export derives the key by PBKDF2, which costs a guesser no memory.
 *
 * `openssl pkey -in FILE` reads it.
 */
export function encryptPrivateKey(key: KeyObject, passphrase: string): string {
  const [salt, iv] = [randomBytes(16), randomBytes(16)]
  const cipher = createCipheriv('aes-256-cbc', scryptSync(Buffer.from(passphrase), salt, 32, cost), iv)
  const hidden = Buffer.concat([cipher.update(key.export({ format: 'der', type: 'pkcs8' })), cipher.final()])
  const derivation = sequence(oids.scrypt, sequence(octetString(salt), integer(cost.N), integer(cost.r), integer(cost.p)))
  const encryption = sequence(oids.aes256Cbc, octetString(iv))
  const info = sequence(sequence(oids.pbes2, sequence(derivation, encryption)), octetString(hidden))
  const lines = info.toString('base64').match(/.{1,64}/g) ?? []
  return ['-----BEGIN ENCRYPTED PRIVATE KEY-----', ...lines, '-----END ENCRYPTED PRIVATE KEY-----', ''].join('\n')
}
