/** A cipher kind of SSLv2: three octets that name encryption, key length and hash; the key always comes by RSA. */
export interface Ssl2Kind {
  /** 0x010080: three octets. */
  readonly id: number
  readonly name: string
  /** OpenSSL's name where it had one (1.0.2 was the last). */
  readonly openssl: string | undefined
  /** Bits of the key that are kept secret: 40 for export, 112 for 3DES (NIST SP 800-57). */
  readonly bits: number
  readonly export: boolean
}

/**
 * The cipher kinds of draft-hickman-netscape-ssl (C.4) and those that SSLeay and OpenSSL added (ssl2.h of OpenSSL 1.0.2),
 * complete. SSLv2 must not be used at all (RFC 6176 3).
 */
export const ssl2Kinds: readonly Ssl2Kind[] = [
  { id: 0x000000, name: 'SSL_CK_NULL_WITH_MD5', openssl: 'NULL-MD5', bits: 0, export: false },
  { id: 0x010080, name: 'SSL_CK_RC4_128_WITH_MD5', openssl: 'RC4-MD5', bits: 128, export: false },
  { id: 0x020080, name: 'SSL_CK_RC4_128_EXPORT40_WITH_MD5', openssl: 'EXP-RC4-MD5', bits: 40, export: true },
  { id: 0x030080, name: 'SSL_CK_RC2_128_CBC_WITH_MD5', openssl: 'RC2-CBC-MD5', bits: 128, export: false },
  { id: 0x040080, name: 'SSL_CK_RC2_128_CBC_EXPORT40_WITH_MD5', openssl: 'EXP-RC2-CBC-MD5', bits: 40, export: true },
  { id: 0x050080, name: 'SSL_CK_IDEA_128_CBC_WITH_MD5', openssl: 'IDEA-CBC-MD5', bits: 128, export: false },
  { id: 0x060040, name: 'SSL_CK_DES_64_CBC_WITH_MD5', openssl: 'DES-CBC-MD5', bits: 56, export: false },
  { id: 0x060140, name: 'SSL_CK_DES_64_CBC_WITH_SHA', openssl: 'DES-CBC-SHA', bits: 56, export: false },
  { id: 0x0700c0, name: 'SSL_CK_DES_192_EDE3_CBC_WITH_MD5', openssl: 'DES-CBC3-MD5', bits: 112, export: false },
  { id: 0x0701c0, name: 'SSL_CK_DES_192_EDE3_CBC_WITH_SHA', openssl: 'DES-CBC3-SHA', bits: 112, export: false },
  { id: 0x080080, name: 'SSL_CK_RC4_64_WITH_MD5', openssl: 'RC4-64-MD5', bits: 64, export: false },
  { id: 0xff8000, name: 'SSL_CK_DES_64_CFB64_WITH_MD5_1', openssl: 'DES-CFB-M1', bits: 56, export: false },
  { id: 0xff8010, name: 'SSL_CK_NULL', openssl: 'NULL', bits: 0, export: false },
]

const byId = new Map(ssl2Kinds.map((kind) => [kind.id, kind]))

/** `SSL_CK_RC4_128_WITH_MD5` for 0x010080; `0x123456` where it is not known. */
export function ssl2KindName(id: number): string {
  return byId.get(id)?.name ?? `0x${id.toString(16).padStart(6, '0')}`
}
