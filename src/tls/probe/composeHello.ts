import type { ClientHello } from '../hello/index.ts'

/** x25519, secp256r1, secp384r1, secp521r1. */
const groups = [29, 23, 24, 25]

/** ECDSA, RSA-PSS and RSA PKCS #1 with SHA-2, then both with SHA-1. */
const signatureSchemes = [0x0403, 0x0503, 0x0603, 0x0804, 0x0805, 0x0806, 0x0401, 0x0501, 0x0601, 0x0203, 0x0201]

/** More would make a small hello large; a server needs but one. */
const maxSuites = 24

/** A hello up to TLS 1.2 that a server with these suites takes. */
export function composeHello(version: number, suites: readonly number[], servername: string | undefined): ClientHello {
  const listed = [...suites.slice(0, maxSuites), 0x00ff]
  // SSL 3.0 has no extensions.
  if (version === 0x0300) return { version, suites: listed, groups: [], signatureSchemes: [] }
  return { version, suites: listed, groups, signatureSchemes: version >= 0x0303 ? signatureSchemes : [], servername }
}

/** TLS_AES_256_GCM_SHA384, TLS_CHACHA20_POLY1305_SHA256, TLS_AES_128_GCM_SHA256. */
const suites13 = [0x1302, 0x1303, 0x1301]

/** A hello of TLS 1.3, which takes the older version too where `suites` are given for it. */
export function composeHello13(suites: readonly number[], servername: string | undefined): ClientHello {
  const versions = suites.length === 0 ? [0x0304] : [0x0304, 0x0303]
  const listed = [...suites13, ...suites.slice(0, maxSuites)]
  return { version: 0x0304, versions, suites: listed, groups, keyShares: [29], signatureSchemes, servername }
}
