/** A signature scheme of TLS 1.3, or a pair of hash and signature of TLS 1.2 (hash first: 0x0401 is SHA-256 with RSA). */
export interface SignatureScheme {
  readonly id: number
  readonly name: string
  /** The type of certificate key that signs with it. */
  readonly key: 'rsa' | 'rsa-pss' | 'ecdsa' | 'eddsa' | 'dsa' | 'mldsa' | 'slhdsa' | 'other'
  /** `SHA256`; `intrinsic` where the signature brings its own. */
  readonly hash: string
}

/**
 * The registry "TLS SignatureScheme" of IANA (tls-signaturescheme) as of 2026-09-29, and what TLS 1.2 builds from the
 * registries of hashes and signatures (RFC 5246 7.4.1.4.1), named in the same manner: MD5, SHA-224 and DSA. The last
 * three are the numbers that OpenSSL takes for GOST (ssl_local.h).
 */
export const signatureSchemes: readonly SignatureScheme[] = [
  { id: 0x0101, name: 'rsa_pkcs1_md5', key: 'rsa', hash: 'MD5' },
  { id: 0x0102, name: 'dsa_md5', key: 'dsa', hash: 'MD5' },
  { id: 0x0103, name: 'ecdsa_md5', key: 'ecdsa', hash: 'MD5' },
  { id: 0x0201, name: 'rsa_pkcs1_sha1', key: 'rsa', hash: 'SHA1' },
  { id: 0x0202, name: 'dsa_sha1', key: 'dsa', hash: 'SHA1' },
  { id: 0x0203, name: 'ecdsa_sha1', key: 'ecdsa', hash: 'SHA1' },
  { id: 0x0301, name: 'rsa_pkcs1_sha224', key: 'rsa', hash: 'SHA224' },
  { id: 0x0302, name: 'dsa_sha224', key: 'dsa', hash: 'SHA224' },
  { id: 0x0303, name: 'ecdsa_sha224', key: 'ecdsa', hash: 'SHA224' },
  { id: 0x0401, name: 'rsa_pkcs1_sha256', key: 'rsa', hash: 'SHA256' },
  { id: 0x0402, name: 'dsa_sha256', key: 'dsa', hash: 'SHA256' },
  { id: 0x0403, name: 'ecdsa_secp256r1_sha256', key: 'ecdsa', hash: 'SHA256' },
  { id: 0x0420, name: 'rsa_pkcs1_sha256_legacy', key: 'rsa', hash: 'SHA256' },
  { id: 0x0501, name: 'rsa_pkcs1_sha384', key: 'rsa', hash: 'SHA384' },
  { id: 0x0502, name: 'dsa_sha384', key: 'dsa', hash: 'SHA384' },
  { id: 0x0503, name: 'ecdsa_secp384r1_sha384', key: 'ecdsa', hash: 'SHA384' },
  { id: 0x0520, name: 'rsa_pkcs1_sha384_legacy', key: 'rsa', hash: 'SHA384' },
  { id: 0x0601, name: 'rsa_pkcs1_sha512', key: 'rsa', hash: 'SHA512' },
  { id: 0x0602, name: 'dsa_sha512', key: 'dsa', hash: 'SHA512' },
  { id: 0x0603, name: 'ecdsa_secp521r1_sha512', key: 'ecdsa', hash: 'SHA512' },
  { id: 0x0620, name: 'rsa_pkcs1_sha512_legacy', key: 'rsa', hash: 'SHA512' },
  { id: 0x0704, name: 'eccsi_sha256', key: 'other', hash: 'SHA256' },
  { id: 0x0705, name: 'iso_ibs1', key: 'other', hash: 'intrinsic' },
  { id: 0x0706, name: 'iso_ibs2', key: 'other', hash: 'intrinsic' },
  { id: 0x0707, name: 'iso_chinese_ibs', key: 'other', hash: 'intrinsic' },
  { id: 0x0708, name: 'sm2sig_sm3', key: 'other', hash: 'SM3' },
  { id: 0x0709, name: 'gostr34102012_256a', key: 'other', hash: 'GOSTR341112_256' },
  { id: 0x070a, name: 'gostr34102012_256b', key: 'other', hash: 'GOSTR341112_256' },
  { id: 0x070b, name: 'gostr34102012_256c', key: 'other', hash: 'GOSTR341112_256' },
  { id: 0x070c, name: 'gostr34102012_256d', key: 'other', hash: 'GOSTR341112_256' },
  { id: 0x070d, name: 'gostr34102012_512a', key: 'other', hash: 'GOSTR341112_512' },
  { id: 0x070e, name: 'gostr34102012_512b', key: 'other', hash: 'GOSTR341112_512' },
  { id: 0x070f, name: 'gostr34102012_512c', key: 'other', hash: 'GOSTR341112_512' },
  // RFC 8446 4.2.3: rsae signs with a key of rsaEncryption, the usual one; pss with a key for RSASSA-PSS alone
  { id: 0x0804, name: 'rsa_pss_rsae_sha256', key: 'rsa', hash: 'SHA256' },
  { id: 0x0805, name: 'rsa_pss_rsae_sha384', key: 'rsa', hash: 'SHA384' },
  { id: 0x0806, name: 'rsa_pss_rsae_sha512', key: 'rsa', hash: 'SHA512' },
  { id: 0x0807, name: 'ed25519', key: 'eddsa', hash: 'intrinsic' },
  { id: 0x0808, name: 'ed448', key: 'eddsa', hash: 'intrinsic' },
  { id: 0x0809, name: 'rsa_pss_pss_sha256', key: 'rsa-pss', hash: 'SHA256' },
  { id: 0x080a, name: 'rsa_pss_pss_sha384', key: 'rsa-pss', hash: 'SHA384' },
  { id: 0x080b, name: 'rsa_pss_pss_sha512', key: 'rsa-pss', hash: 'SHA512' },
  { id: 0x081a, name: 'ecdsa_brainpoolP256r1tls13_sha256', key: 'ecdsa', hash: 'SHA256' },
  { id: 0x081b, name: 'ecdsa_brainpoolP384r1tls13_sha384', key: 'ecdsa', hash: 'SHA384' },
  { id: 0x081c, name: 'ecdsa_brainpoolP512r1tls13_sha512', key: 'ecdsa', hash: 'SHA512' },
  // RFC 9189: "intrinsic" hash (8) with the signatures 64 and 65
  { id: 0x0840, name: 'gostr34102012_256', key: 'other', hash: 'GOSTR341112_256' },
  { id: 0x0841, name: 'gostr34102012_512', key: 'other', hash: 'GOSTR341112_512' },
  { id: 0x0904, name: 'mldsa44', key: 'mldsa', hash: 'intrinsic' },
  { id: 0x0905, name: 'mldsa65', key: 'mldsa', hash: 'intrinsic' },
  { id: 0x0906, name: 'mldsa87', key: 'mldsa', hash: 'intrinsic' },
  { id: 0x0911, name: 'slhdsa_sha2_128s', key: 'slhdsa', hash: 'intrinsic' },
  { id: 0x0912, name: 'slhdsa_sha2_128f', key: 'slhdsa', hash: 'intrinsic' },
  { id: 0x0913, name: 'slhdsa_sha2_192s', key: 'slhdsa', hash: 'intrinsic' },
  { id: 0x0914, name: 'slhdsa_sha2_192f', key: 'slhdsa', hash: 'intrinsic' },
  { id: 0x0915, name: 'slhdsa_sha2_256s', key: 'slhdsa', hash: 'intrinsic' },
  { id: 0x0916, name: 'slhdsa_sha2_256f', key: 'slhdsa', hash: 'intrinsic' },
  { id: 0x0917, name: 'slhdsa_shake_128s', key: 'slhdsa', hash: 'intrinsic' },
  { id: 0x0918, name: 'slhdsa_shake_128f', key: 'slhdsa', hash: 'intrinsic' },
  { id: 0x0919, name: 'slhdsa_shake_192s', key: 'slhdsa', hash: 'intrinsic' },
  { id: 0x091a, name: 'slhdsa_shake_192f', key: 'slhdsa', hash: 'intrinsic' },
  { id: 0x091b, name: 'slhdsa_shake_256s', key: 'slhdsa', hash: 'intrinsic' },
  { id: 0x091c, name: 'slhdsa_shake_256f', key: 'slhdsa', hash: 'intrinsic' },
  { id: 0xeded, name: 'gostr34102001_gostr3411', key: 'other', hash: 'GOSTR341194' },
  { id: 0xeeee, name: 'gostr34102012_256_gostr34112012_256', key: 'other', hash: 'GOSTR341112_256' },
  { id: 0xefef, name: 'gostr34102012_512_gostr34112012_512', key: 'other', hash: 'GOSTR341112_512' },
]

const byId = new Map(signatureSchemes.map((scheme) => [scheme.id, scheme]))

export function readScheme(id: number): SignatureScheme | undefined {
  return byId.get(id)
}
