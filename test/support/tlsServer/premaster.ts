import { constants, type KeyObject, privateDecrypt } from 'node:crypto'

/** What a client put into ClientKeyExchange, by the rules of PKCS #1 v1.5 (RFC 8017 7.2.2) and RFC 5246 7.4.7.1. */
export type PremasterForm =
  | 'right'
  /** Does not begin with 00 02. */
  | 'wrong-prefix'
  /** No zero octet ends the padding. */
  | 'no-zero'
  /** A zero octet within the first eight of the padding. */
  | 'short-padding'
  /** The zero octet stands where it leaves other than 48 octets. */
  | 'wrong-length'
  /** The secret does not begin with the version that the ClientHello offered. */
  | 'wrong-version'
  /** Not as long as the modulus, or not below it. */
  | 'no-ciphertext'

/** Decrypts it in truth, and says how it looks inside: that is what a server with the oracle lets shine through. */
export function classifyPremaster(key: KeyObject, ciphertext: Buffer, version: number): PremasterForm {
  let plain: Buffer
  try {
    plain = privateDecrypt({ key, padding: constants.RSA_NO_PADDING }, ciphertext)
  } catch {
    return 'no-ciphertext'
  }
  if (plain[0] !== 0 || plain[1] !== 2) return 'wrong-prefix'
  const zero = plain.indexOf(0, 2)
  if (zero < 0) return 'no-zero'
  if (zero < 10) return 'short-padding'
  if (plain.length - zero - 1 !== 48) return 'wrong-length'
  return plain.readUInt16BE(zero + 1) === version ? 'right' : 'wrong-version'
}
