import type { KeyExchange } from './answer.ts'
import { ByteReader } from './reader.ts'

export interface KeyExchangeRead {
  /** Undefined for an exchange without parameters that we tell of: PSK alone, SRP. */
  readonly keyExchange: KeyExchange | undefined
}

/** RSA_EXPORT and RSA_EXPORT1024: the only suites of static RSA with a ServerKeyExchange (RFC 2246 7.4.3, draft-ietf-tls-56-bit-ciphersuites). */
const rsaExport: ReadonlySet<number> = new Set([0x0003, 0x0006, 0x0008, 0x0060, 0x0061, 0x0062, 0x0064])

/**
 * Reads ServerKeyExchange (RFC 5246 7.4.3, RFC 8422 5.4). Every form has to fill its message to the last octet, which
 * leaves one for each message that an honest server sends, and so needs no table of suites. The signature is not
 * verified. Undefined where no form fits.
 */
export function readKeyExchange(body: Buffer, version: number, suite: number): KeyExchangeRead | undefined {
  if (rsaExport.has(suite)) return wrap(readRsaExport(body, version))
  const plain = readEcdhe(body, version) ?? readDhe(body, version)
  if (plain) return { keyExchange: plain }
  // RFC 4279 3, RFC 5489 2: the same behind a hint.
  const reader = new ByteReader(body)
  reader.vector(2)
  if (reader.whole) return { keyExchange: undefined }
  if (!reader.failed) {
    const rest = reader.bytes(reader.left)
    const behind = readEcdhe(rest, version) ?? readDhe(rest, version)
    if (behind) return { keyExchange: behind }
  }
  return isSrp(body, version) ? { keyExchange: undefined } : undefined
}

function wrap(keyExchange: KeyExchange | undefined): KeyExchangeRead | undefined {
  return keyExchange && { keyExchange }
}

function readEcdhe(body: Buffer, version: number): KeyExchange | undefined {
  const reader = new ByteReader(body)
  // RFC 8422 5.4: named_curve; explicit curves must not be used.
  if (reader.uint8() !== 3) return undefined
  const group = reader.uint16()
  const point = reader.vector(1)
  const scheme = readSignature(reader, version)
  return reader.whole && point.length > 0 ? { kind: 'ecdhe', group, scheme } : undefined
}

function readDhe(body: Buffer, version: number): KeyExchange | undefined {
  const reader = new ByteReader(body)
  const prime = trim(reader.vector(2))
  const generator = trim(reader.vector(2))
  const value = reader.vector(2)
  const scheme = readSignature(reader, version)
  if (!reader.whole || prime.length === 0 || generator.length === 0 || value.length === 0) return undefined
  return { kind: 'dhe', prime, generator, bits: countBits(prime), scheme }
}

function readRsaExport(body: Buffer, version: number): KeyExchange | undefined {
  const reader = new ByteReader(body)
  const modulus = trim(reader.vector(2))
  const exponent = reader.vector(2)
  readSignature(reader, version)
  return reader.whole && modulus.length > 0 && exponent.length > 0 ? { kind: 'rsa-export', bits: countBits(modulus) } : undefined
}

/** RFC 5054 2.8.1: N, g, s, B. */
function isSrp(body: Buffer, version: number): boolean {
  const reader = new ByteReader(body)
  reader.vector(2)
  reader.vector(2)
  reader.vector(1)
  reader.vector(2)
  readSignature(reader, version)
  return reader.whole
}

/** The scheme, from TLS 1.2 on (RFC 5246 4.7). Anonymous exchanges have no signature, and so nothing is left to read. */
function readSignature(reader: ByteReader, version: number): number | undefined {
  if (reader.left === 0) return undefined
  const scheme = version >= 0x0303 ? reader.uint16() : undefined
  reader.vector(2)
  return scheme
}

function trim(number: Buffer): Buffer {
  const first = number.findIndex((octet) => octet !== 0)
  return first < 0 ? Buffer.alloc(0) : number.subarray(first)
}

function countBits(number: Buffer): number {
  return number.length === 0 ? 0 : number.length * 8 - Math.clz32(number[0] ?? 0) + 24
}
