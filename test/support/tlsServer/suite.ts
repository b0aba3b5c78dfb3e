/** How a suite agrees on keys; `psk` and `none` need no message of the server. */
type Exchange = 'rsa' | 'rsa-export' | 'dh' | 'dhe' | 'dhe-export' | 'ecdh' | 'ecdhe' | 'tls13' | 'psk' | 'none'

export interface Suite {
  readonly id: number
  readonly exchange: Exchange
  /** Type of the server's certificate key; undefined where it shows none, or where TLS 1.3 lets other fields decide. */
  readonly key: 'rsa' | 'ec' | 'dsa' | undefined
  /** The server signs its part of the key exchange. */
  readonly signed: boolean
  /** Lowest version that has it. */
  readonly since: number
  readonly cbc: boolean
}

type Row = readonly [Exchange, key: Suite['key'], ids: string]

// Numbers of the IANA registry "TLS Cipher Suites" by the exchange in their names, from the RFCs that define them
// (2246, 4132, 4162, 4279, 4346, 4492, 4785, 5246, 5288, 5289, 5932, 6209, 6367, 6655, 7251, 7905, 8446, 8998);
// 0060-0066 of draft-ietf-tls-56-bit-ciphersuites, CC13-CC15 of draft-agl-tls-chacha20poly1305. Static DH and ECDH go
// by the key of the certificate.
const rows: readonly Row[] = [
  ['none', undefined, '0000'],
  ['rsa', 'rsa', '0001 0002 0004 0005 0007 0009 000a 002f 0035 003b 003c 003d 0041 0084 0096 009c 009d 00ba 00c0'],
  ['rsa', 'rsa', 'c03c c03d c050 c051 c07a c07b c09c c09d c0a0 c0a1 feff fefe'],
  ['rsa-export', 'rsa', '0003 0006 0008 0060 0061 0062 0064'],
  ['dhe-export', 'dsa', '0011 0063 0065'],
  ['dhe', 'dsa', '0012 0013 0032 0038 0040 0044 0066 006a 0087 0099 00a2 00a3 00bd 00c3'],
  ['dhe-export', 'rsa', '0014'],
  ['dhe', 'rsa', '0015 0016 0033 0039 0045 0067 006b 0088 009a 009e 009f 00be 00c4 c044 c045 c052 c053 c07c c07d'],
  ['dhe', 'rsa', 'c09e c09f c0a2 c0a3 ccaa cc15'],
  ['dh', 'rsa', '000b 000c 000d 000e 000f 0010 0030 0031 0036 0037 003e 003f 0068 0069 00a0 00a1 00a4 00a5'],
  ['dhe-export', undefined, '0017 0019'],
  ['dhe', undefined, '0018 001a 001b 0034 003a 0046 006c 006d 0089 009b 00a6 00a7 00bf 00c5'],
  ['ecdh', 'ec', 'c001 c002 c003 c004 c005 c00b c00c c00d c00e c00f c025 c026 c029 c02a c02d c02e c031 c032'],
  ['ecdhe', 'ec', 'c006 c007 c008 c009 c00a c023 c024 c02b c02c c048 c049 c05c c05d c072 c073 c086 c087 c0ac c0ad'],
  ['ecdhe', 'ec', 'c0ae c0af cca9 cc14'],
  ['ecdhe', 'rsa', 'c010 c011 c012 c013 c014 c027 c028 c02f c030 c04c c04d c060 c061 c076 c077 c08a c08b cca8 cc13'],
  ['ecdhe', undefined, 'c015 c016 c017 c018 c019'],
  ['psk', undefined, '002c 008a 008b 008c 008d 00a8 00a9'],
  ['tls13', undefined, '1301 1302 1303 1304 1305 00c6 00c7 c0b4 c0b5'],
]

// AES and Camellia in CBC with SHA-2, ARIA likewise: of TLS 1.2 though no AEAD.
const cbcOfTls12 = '003c-0040 0067-006d 00ba-00c5 c023-c02a c03c-c03d c044-c045 c048-c04d c072-c079'
const othersOfTls12 = '003b 009c-00a9 c02b-c032 c050-c053 c05c-c063 c07a-c08b c09c-c0af cca8-ccaa cc13-cc15'
const streams = '0000-0005 0017-0018 002c 003b 0060 0064-0066 008a c001-c002 c006-c007 c00b-c00c c010-c011 c015-c016'

const suites = new Map(rows.flatMap(([exchange, key, ids]) => ids.split(' ').map((id) => describe(exchange, key, id))))

/** All that this server can do, in no order of worth. */
export const everySuite: readonly number[] = [...suites.keys()]

/** Facts on a suite. A test that asks for one this server never heard of is wrong. */
export function findSuite(id: number): Suite {
  const suite = suites.get(id)
  if (!suite) throw new Error(`the tests' TLS server has no suite 0x${id.toString(16).padStart(4, '0')}`)
  return suite
}

function describe(exchange: Exchange, key: Suite['key'], hex: string): [number, Suite] {
  const id = Number.parseInt(hex, 16)
  const isOf12 = isAmong(id, cbcOfTls12) || isAmong(id, othersOfTls12)
  const since = exchange === 'tls13' ? 0x0304 : isOf12 ? 0x0303 : 0x0300
  const cbc = since < 0x0304 && !isAmong(id, othersOfTls12) && !isAmong(id, streams)
  const signed = key !== undefined && ['rsa-export', 'dhe', 'dhe-export', 'ecdhe'].includes(exchange)
  return [id, { id, exchange, key, signed, since, cbc }]
}

function isAmong(id: number, ranges: string): boolean {
  return ranges.split(' ').some((range) => {
    const [from = '', to = from] = range.split('-')
    return id >= Number.parseInt(from, 16) && id <= Number.parseInt(to, 16)
  })
}
