/** What the name of a cipher suite says, taken apart. */
export interface SuiteParts {
  /**
   * How the keys come about; `tls13` where the suite says nothing of it. DH_anon and ECDH_anon are `dhe` and `ecdhe`:
   * their keys are ephemeral (RFC 5246 7.4.3, RFC 8422 2.3). `sm2` and `ibc` are China's GM/T 0024, `kea` is Fortezza's.
   */
  readonly exchange:
    | 'tls13'
    | 'rsa'
    | 'dh'
    | 'dhe'
    | 'ecdh'
    | 'ecdhe'
    | 'psk'
    | 'dhe-psk'
    | 'ecdhe-psk'
    | 'rsa-psk'
    | 'srp'
    | 'krb5'
    | 'gost'
    | 'eccpwd'
    | 'sm2'
    | 'ibc'
    | 'kea'
    | 'null'
  /** What proves who the server is. */
  readonly authentication:
    | 'tls13'
    | 'rsa'
    | 'dss'
    | 'ecdsa'
    | 'anon'
    | 'psk'
    | 'srp'
    | 'krb5'
    | 'gost'
    | 'eccpwd'
    | 'sm2'
    | 'ibc'
    | 'kea'
    | 'null'
  /** `AES_128_GCM`, `3DES_EDE_CBC`, `RC4_128`, `NULL`: as in the name. */
  readonly encryption: string
  /** Key length in bits as the cipher takes it: 0 for NULL, 40 or 56 for export, 112 for 3DES (NIST SP 800-57). */
  readonly bits: number
  readonly mode: 'aead' | 'cbc' | 'stream' | 'none'
  /** `SHA1`, `MD5`, `SHA256`, `IMIT`; `AEAD` where the encryption has its own. */
  readonly mac: string
  readonly export: boolean
  /** Lowest version it may be used with: 0x0300, 0x0303 for AEAD and SHA-2, 0x0304 for those of TLS 1.3. */
  readonly since: number
}

/** Takes the name of a suite apart; undefined where it has a part that is not known here. */
export function readParts(id: number, name: string): SuiteParts | undefined {
  const [keys, protection] = split(name.replace(/^(?:TLS|SSL)_/, '').replace(/_OLD$/, ''))
  const exchange = exchanges.get(keys.replace(/_(?:EXPORT(?:1024)?|FIPS|OLDFIPS)$/, ''))
  const { encryption, hash } = readProtection(protection)
  const bits = countBits(encryption)
  if (!exchange || bits === undefined) return undefined
  const mode = readMode(encryption)
  const mac = mode === 'aead' ? 'AEAD' : hash === 'SHA' ? 'SHA1' : hash
  const [by, authentication] = encryption.includes('_MGM') ? tls13 : exchange
  return {
    exchange: by,
    authentication,
    encryption,
    bits,
    mode,
    mac,
    export: name.includes('_EXPORT'),
    since: readSince(id, by, encryption, mac),
  }
}

const tls13 = ['tls13', 'tls13'] as const

const exchanges = new Map<string, readonly [SuiteParts['exchange'], SuiteParts['authentication']]>([
  ['', tls13],
  ['NULL', ['null', 'null']],
  ['RSA', ['rsa', 'rsa']],
  ['DH_RSA', ['dh', 'rsa']],
  ['DH_DSS', ['dh', 'dss']],
  ['DHE_RSA', ['dhe', 'rsa']],
  ['DHE_DSS', ['dhe', 'dss']],
  ['DH_anon', ['dhe', 'anon']],
  ['ECDH_RSA', ['ecdh', 'rsa']],
  ['ECDH_ECDSA', ['ecdh', 'ecdsa']],
  ['ECDHE_RSA', ['ecdhe', 'rsa']],
  ['ECDHE_ECDSA', ['ecdhe', 'ecdsa']],
  ['ECDH_anon', ['ecdhe', 'anon']],
  ['PSK', ['psk', 'psk']],
  ['DHE_PSK', ['dhe-psk', 'psk']],
  ['PSK_DHE', ['dhe-psk', 'psk']],
  ['ECDHE_PSK', ['ecdhe-psk', 'psk']],
  // RFC 4279 4: here the server has a certificate as well
  ['RSA_PSK', ['rsa-psk', 'rsa']],
  ['SRP_SHA', ['srp', 'srp']],
  ['SRP_SHA_RSA', ['srp', 'rsa']],
  ['SRP_SHA_DSS', ['srp', 'dss']],
  ['KRB5', ['krb5', 'krb5']],
  ['GOSTR341094', ['gost', 'gost']],
  ['GOSTR341094_RSA', ['gost', 'rsa']],
  ['GOSTR341001', ['gost', 'gost']],
  ['GOSTR341112_256', ['gost', 'gost']],
  ['ECCPWD', ['eccpwd', 'eccpwd']],
  ['CECPQ1_RSA', ['ecdhe', 'rsa']],
  ['CECPQ1_ECDSA', ['ecdhe', 'ecdsa']],
  ['ECDHE', ['ecdhe', 'sm2']],
  ['ECC', ['sm2', 'sm2']],
  ['IBSDH', ['ibc', 'ibc']],
  ['IBC', ['ibc', 'ibc']],
  ['FORTEZZA_KEA', ['kea', 'kea']],
])

function split(name: string): readonly [keys: string, protection: string] {
  const found = /^(.*)_WITH_(.*)$/.exec(name) ?? /^([A-Z]+)_(SM4_.*)$/.exec(name)
  return [found?.[1] ?? '', found?.[2] ?? name]
}

const macs = /^(.*?)_(SHA|SHA1|SHA256|SHA384|SHA512|MD5|SM3|IMIT|OMAC|GOST94|GOSTR3411|ASCONHASH256|NULL)$/

function readProtection(protection: string): { readonly encryption: string; readonly hash: string } {
  const [, encryption, hash] = macs.exec(protection) ?? []
  // RFC 9150: TLS_SHA256_SHA256 protects integrity alone
  if (encryption && /^SHA\d+$/.test(encryption)) return { encryption: 'NULL', hash: encryption }
  return { encryption: encryption ?? protection, hash: hash ?? '' }
}

/** Where the name gives no number. */
const lengths: readonly (readonly [start: string, bits: number])[] = [
  ['NULL', 0],
  ['3DES', 112],
  ['DES40', 40],
  ['FORTEZZA', 80],
  ['28147', 256],
  ['KUZNYECHIK', 256],
  ['MAGMA', 256],
  ['CHACHA20', 256],
  ['SALSA20', 256],
  ['ESTREAM_SALSA20', 256],
  ['IDEA', 128],
  ['SEED', 128],
  ['SM4', 128],
  ['ASCONAEAD128', 128],
]

function countBits(encryption: string): number | undefined {
  const known = lengths.find(([start]) => encryption.startsWith(start))
  if (known) return known[1]
  const written = /^(?:AES|AEGIS|ARIA|CAMELLIA|RC4)_(\d+)|^(?:RC2|DES)_CBC_(\d+)$/.exec(encryption)
  if (written) return Number(written[1] ?? written[2])
  return encryption === 'DES_CBC' ? 56 : encryption === 'RC2_CBC' ? 128 : undefined
}

function readMode(encryption: string): SuiteParts['mode'] {
  if (encryption === 'NULL') return 'none'
  if (/_GCM|_CCM|POLY1305|_MGM|^AEGIS|^ASCON/.test(encryption)) return 'aead'
  return encryption.includes('CBC') ? 'cbc' : 'stream'
}

function readSince(id: number, exchange: SuiteParts['exchange'], encryption: string, mac: string): number {
  if (exchange === 'tls13') return 0x0304
  // RFC 9189: for TLS 1.2; the same names were used since TLS 1.0 under other numbers
  if (exchange === 'gost') return id >= 0xc100 && id <= 0xc102 ? 0x0303 : 0x0301
  if (mac === 'AEAD' || encryption.startsWith('SM4')) return 0x0303
  if (mac !== 'SHA256' && mac !== 'SHA384') return 0x0300
  // OpenSSL takes PSK with SHA-2 and CBC from TLS 1.0 on (`openssl ciphers -V`)
  return exchange.endsWith('psk') ? 0x0301 : 0x0303
}
