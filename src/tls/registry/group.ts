/** A group that keys are agreed on in: a curve, a prime, a lattice, or two of them at once. */
export interface Group {
  readonly id: number
  readonly name: string
  readonly kind: 'ec' | 'ff' | 'kem' | 'hybrid'
  /** Size of the field or prime in bits; 0 for those based on lattices, and for what the number does not say. */
  readonly bits: number
  /** May be used in TLS 1.3 (RFC 8446 4.2.7 and later registrations). */
  readonly tls13: boolean
  /** May be used before (RFC 8422 5.1.1, RFC 7919 2). */
  readonly tls12: boolean
  /** Octets of the client's key share in TLS 1.3, where it is allowed there. */
  readonly shareSize: number | undefined
  /** A draft of what has a number of its own by now. */
  readonly obsolete: boolean
}

type Row = readonly [id: number, name: string, kind: Group['kind'], bits: number, tls: '1.2' | '1.3' | 'both', share?: number]

/**
 * The registry "TLS Supported Groups" of IANA (tls-parameters-8) as of 2026-09-29. Sizes of shares: uncompressed points
 * and coordinates (RFC 8446 4.2.8.2, RFC 8734, RFC 8998, RFC 9367), the prime's length (RFC 8446 4.2.8.1),
 * encapsulation keys of ML-KEM (FIPS 203 table 3: 800, 1184, 1568), and in hybrids one after the other.
 */
const assignedGroups: readonly Row[] = [
  [0x0001, 'sect163k1', 'ec', 163, '1.2'],
  [0x0002, 'sect163r1', 'ec', 163, '1.2'],
  [0x0003, 'sect163r2', 'ec', 163, '1.2'],
  [0x0004, 'sect193r1', 'ec', 193, '1.2'],
  [0x0005, 'sect193r2', 'ec', 193, '1.2'],
  [0x0006, 'sect233k1', 'ec', 233, '1.2'],
  [0x0007, 'sect233r1', 'ec', 233, '1.2'],
  [0x0008, 'sect239k1', 'ec', 239, '1.2'],
  [0x0009, 'sect283k1', 'ec', 283, '1.2'],
  [0x000a, 'sect283r1', 'ec', 283, '1.2'],
  [0x000b, 'sect409k1', 'ec', 409, '1.2'],
  [0x000c, 'sect409r1', 'ec', 409, '1.2'],
  [0x000d, 'sect571k1', 'ec', 571, '1.2'],
  [0x000e, 'sect571r1', 'ec', 571, '1.2'],
  [0x000f, 'secp160k1', 'ec', 160, '1.2'],
  [0x0010, 'secp160r1', 'ec', 160, '1.2'],
  [0x0011, 'secp160r2', 'ec', 160, '1.2'],
  [0x0012, 'secp192k1', 'ec', 192, '1.2'],
  [0x0013, 'secp192r1', 'ec', 192, '1.2'],
  [0x0014, 'secp224k1', 'ec', 224, '1.2'],
  [0x0015, 'secp224r1', 'ec', 224, '1.2'],
  [0x0016, 'secp256k1', 'ec', 256, '1.2'],
  [0x0017, 'secp256r1', 'ec', 256, 'both', 65],
  [0x0018, 'secp384r1', 'ec', 384, 'both', 97],
  [0x0019, 'secp521r1', 'ec', 521, 'both', 133],
  [0x001a, 'brainpoolP256r1', 'ec', 256, '1.2'],
  [0x001b, 'brainpoolP384r1', 'ec', 384, '1.2'],
  [0x001c, 'brainpoolP512r1', 'ec', 512, '1.2'],
  [0x001d, 'x25519', 'ec', 255, 'both', 32],
  [0x001e, 'x448', 'ec', 448, 'both', 56],
  [0x001f, 'brainpoolP256r1tls13', 'ec', 256, '1.3', 65],
  [0x0020, 'brainpoolP384r1tls13', 'ec', 384, '1.3', 97],
  [0x0021, 'brainpoolP512r1tls13', 'ec', 512, '1.3', 129],
  [0x0022, 'GC256A', 'ec', 256, 'both', 64],
  [0x0023, 'GC256B', 'ec', 256, 'both', 64],
  [0x0024, 'GC256C', 'ec', 256, 'both', 64],
  [0x0025, 'GC256D', 'ec', 256, 'both', 64],
  [0x0026, 'GC512A', 'ec', 512, 'both', 128],
  [0x0027, 'GC512B', 'ec', 512, 'both', 128],
  [0x0028, 'GC512C', 'ec', 512, 'both', 128],
  [0x0029, 'curveSM2', 'ec', 256, '1.3', 65],
  [0x0100, 'ffdhe2048', 'ff', 2048, 'both', 256],
  [0x0101, 'ffdhe3072', 'ff', 3072, 'both', 384],
  [0x0102, 'ffdhe4096', 'ff', 4096, 'both', 512],
  [0x0103, 'ffdhe6144', 'ff', 6144, 'both', 768],
  [0x0104, 'ffdhe8192', 'ff', 8192, 'both', 1024],
  [0x0200, 'MLKEM512', 'kem', 0, '1.3', 800],
  [0x0201, 'MLKEM768', 'kem', 0, '1.3', 1184],
  [0x0202, 'MLKEM1024', 'kem', 0, '1.3', 1568],
  [0x11e9, 'SecP256r1MLKEM512', 'hybrid', 0, '1.3', 865],
  [0x11ea, 'MLKEM512X25519', 'hybrid', 0, '1.3', 832],
  [0x11eb, 'SecP256r1MLKEM768', 'hybrid', 0, '1.3', 1249],
  [0x11ec, 'X25519MLKEM768', 'hybrid', 0, '1.3', 1216],
  [0x11ed, 'SecP384r1MLKEM1024', 'hybrid', 0, '1.3', 1665],
  [0x11ee, 'curveSM2MLKEM768', 'hybrid', 0, '1.3', 1249],
  [0xff01, 'arbitrary_explicit_prime_curves', 'ec', 0, '1.2'],
  [0xff02, 'arbitrary_explicit_char2_curves', 'ec', 0, '1.2'],
]

/**
 * What was used before ML-KEM was settled: the two obsolete registrations of IANA, those of Open Quantum Safe
 * (oqs-provider 0.5 to 0.7), BoringSSL's CECPQ2, Cloudflare's private numbers (CryptoDataHub, July 2026).
 */
const draftGroups: readonly Row[] = [
  [0x023a, 'kyber512', 'kem', 0, '1.3', 800],
  [0x023c, 'kyber768', 'kem', 0, '1.3', 1184],
  [0x023d, 'kyber1024', 'kem', 0, '1.3', 1568],
  [0x2f39, 'x25519_kyber512', 'hybrid', 0, '1.3', 832],
  [0x2f3a, 'p256_kyber512', 'hybrid', 0, '1.3', 865],
  [0x2f3c, 'p384_kyber768', 'hybrid', 0, '1.3', 1281],
  [0x2f3d, 'p521_kyber1024', 'hybrid', 0, '1.3', 1701],
  [0x4138, 'CECPQ2', 'hybrid', 0, '1.3', 1170],
  [0x6399, 'X25519Kyber768Draft00', 'hybrid', 0, '1.3', 1216],
  [0x639a, 'SecP256r1Kyber768Draft00', 'hybrid', 0, '1.3', 1249],
  [0xfe30, 'X25519Kyber512Draft00', 'hybrid', 0, '1.3', 832],
  [0xfe31, 'X25519Kyber768Draft00Old', 'hybrid', 0, '1.3', 1216],
]

/** All groups; those that are obsolete last. */
export const groups: readonly Group[] = [
  ...assignedGroups.map((row) => readRow(row, false)),
  ...draftGroups.map((row) => readRow(row, true)),
]

function readRow([id, name, kind, bits, tls, share]: Row, obsolete: boolean): Group {
  return { id, name, kind, bits, tls13: tls !== '1.2', tls12: tls !== '1.3', shareSize: share, obsolete }
}

const byId = new Map(groups.map((group) => [group.id, group]))

export function readGroup(id: number): Group | undefined {
  return byId.get(id)
}
