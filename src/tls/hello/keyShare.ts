import { createECDH, generateKeyPairSync } from 'node:crypto'
import { createFfdheValue } from './finiteField.ts'

/**
 * How the public value of each group is made, by its number in "TLS Supported Groups". A hybrid is its two parts, in
 * the order of its draft (draft-ietf-tls-ecdhe-mlkem 4.1: the lattice comes first for X25519MLKEM768 alone).
 */
const makers: ReadonlyMap<number, () => Buffer> = new Map([
  [23, () => point('prime256v1')],
  [24, () => point('secp384r1')],
  [25, () => point('secp521r1')],
  [29, () => montgomery('x25519')],
  [30, () => montgomery('x448')],
  // RFC 8734 2: brainpool for TLS 1.3 has numbers of its own.
  [31, () => point('brainpoolP256r1')],
  [32, () => point('brainpoolP384r1')],
  [33, () => point('brainpoolP512r1')],
  [256, () => finiteField(2048)],
  [257, () => finiteField(3072)],
  [258, () => finiteField(4096)],
  [259, () => finiteField(6144)],
  [260, () => finiteField(8192)],
  [0x0200, () => lattice('ml-kem-512')],
  [0x0201, () => lattice('ml-kem-768')],
  [0x0202, () => lattice('ml-kem-1024')],
  [0x11eb, () => Buffer.concat([point('prime256v1'), lattice('ml-kem-768')])],
  [0x11ec, () => Buffer.concat([lattice('ml-kem-768'), montgomery('x25519')])],
  [0x11ed, () => Buffer.concat([point('secp384r1'), lattice('ml-kem-1024')])],
  // X25519Kyber768Draft00: Kyber's keys have the form of ML-KEM's.
  [0x6399, () => Buffer.concat([montgomery('x25519'), lattice('ml-kem-768')])],
])

const made = new Map<number, Buffer>()

/**
 * A public value of a group that a server may take for a key share (RFC 8446 4.2.8), undefined where none can be made.
 * Each is made once a process and its private half forgotten: nothing is ever encrypted with them.
 */
export function createKeyShare(group: number): Buffer | undefined {
  const known = made.get(group)
  if (known) return known
  const share = makers.get(group)?.()
  if (share) made.set(group, share)
  return share
}

/** Uncompressed (RFC 8446 4.2.8.2). */
function point(curve: string): Buffer {
  return createECDH(curve).generateKeys()
}

function montgomery(curve: 'x25519' | 'x448'): Buffer {
  // RFC 8410 4: the public key is all of the SPKI's bit string, which comes last.
  const { publicKey } = curve === 'x25519' ? generateKeyPairSync('x25519') : generateKeyPairSync('x448')
  return publicKey.export({ type: 'spki', format: 'der' }).subarray(curve === 'x25519' ? -32 : -56)
}

const latticeSizes = { 'ml-kem-512': 800, 'ml-kem-768': 1184, 'ml-kem-1024': 1568 }

function lattice(name: keyof typeof latticeSizes): Buffer {
  const { publicKey } = generateKeyPairSync(name)
  // FIPS 203 7.2: the encapsulation key is all of the SPKI's bit string, which comes last.
  return publicKey.export({ type: 'spki', format: 'der' }).subarray(-latticeSizes[name])
}

function finiteField(bits: number): Buffer {
  const value = createFfdheValue(bits)
  if (!value) throw new RangeError(`no group of ${bits} bits`)
  return value
}
