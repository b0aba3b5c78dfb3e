import { expect, test } from 'vitest'
import { assignedSuites } from './assignedSuites.ts'
import { strangeSuites } from './strangeSuites.ts'
import { type CipherSuite, readSuite, signallingValues, suites } from './suite.ts'
import { readParts } from './suiteParts.ts'

// name, exchange, authentication, encryption, bits, mode, mac, since; with `export` where it is one
const golden: readonly (readonly [string, string, string, string, number, string, string, number, 'export'?])[] = [
  ['TLS_NULL_WITH_NULL_NULL', 'null', 'null', 'NULL', 0, 'none', 'NULL', 0x0300],
  ['TLS_RSA_WITH_NULL_MD5', 'rsa', 'rsa', 'NULL', 0, 'none', 'MD5', 0x0300],
  ['TLS_RSA_WITH_NULL_SHA256', 'rsa', 'rsa', 'NULL', 0, 'none', 'SHA256', 0x0303],
  ['TLS_RSA_EXPORT_WITH_RC4_40_MD5', 'rsa', 'rsa', 'RC4_40', 40, 'stream', 'MD5', 0x0300, 'export'],
  ['TLS_RSA_WITH_RC4_128_SHA', 'rsa', 'rsa', 'RC4_128', 128, 'stream', 'SHA1', 0x0300],
  ['TLS_RSA_EXPORT_WITH_RC2_CBC_40_MD5', 'rsa', 'rsa', 'RC2_CBC_40', 40, 'cbc', 'MD5', 0x0300, 'export'],
  ['TLS_DHE_RSA_EXPORT_WITH_DES40_CBC_SHA', 'dhe', 'rsa', 'DES40_CBC', 40, 'cbc', 'SHA1', 0x0300, 'export'],
  ['TLS_RSA_EXPORT1024_WITH_DES_CBC_SHA', 'rsa', 'rsa', 'DES_CBC', 56, 'cbc', 'SHA1', 0x0300, 'export'],
  ['TLS_DHE_DSS_EXPORT1024_WITH_RC4_56_SHA', 'dhe', 'dss', 'RC4_56', 56, 'stream', 'SHA1', 0x0300, 'export'],
  ['TLS_RSA_WITH_IDEA_CBC_SHA', 'rsa', 'rsa', 'IDEA_CBC', 128, 'cbc', 'SHA1', 0x0300],
  ['TLS_RSA_WITH_DES_CBC_SHA', 'rsa', 'rsa', 'DES_CBC', 56, 'cbc', 'SHA1', 0x0300],
  ['TLS_DHE_RSA_WITH_3DES_EDE_CBC_SHA', 'dhe', 'rsa', '3DES_EDE_CBC', 112, 'cbc', 'SHA1', 0x0300],
  ['TLS_DH_DSS_WITH_AES_256_CBC_SHA256', 'dh', 'dss', 'AES_256_CBC', 256, 'cbc', 'SHA256', 0x0303],
  ['TLS_DH_anon_WITH_AES_128_GCM_SHA256', 'dhe', 'anon', 'AES_128_GCM', 128, 'aead', 'AEAD', 0x0303],
  ['TLS_ECDH_anon_WITH_AES_128_CBC_SHA', 'ecdhe', 'anon', 'AES_128_CBC', 128, 'cbc', 'SHA1', 0x0300],
  ['TLS_ECDH_ECDSA_WITH_AES_256_GCM_SHA384', 'ecdh', 'ecdsa', 'AES_256_GCM', 256, 'aead', 'AEAD', 0x0303],
  ['TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384', 'ecdhe', 'rsa', 'AES_256_GCM', 256, 'aead', 'AEAD', 0x0303],
  ['TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA384', 'ecdhe', 'ecdsa', 'AES_256_CBC', 256, 'cbc', 'SHA384', 0x0303],
  ['TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256', 'ecdhe', 'rsa', 'CHACHA20_POLY1305', 256, 'aead', 'AEAD', 0x0303],
  ['TLS_DHE_RSA_WITH_CHACHA20_POLY1305_SHA256_OLD', 'dhe', 'rsa', 'CHACHA20_POLY1305', 256, 'aead', 'AEAD', 0x0303],
  ['TLS_RSA_WITH_AES_128_CCM_8', 'rsa', 'rsa', 'AES_128_CCM_8', 128, 'aead', 'AEAD', 0x0303],
  ['TLS_PSK_DHE_WITH_AES_256_CCM_8', 'dhe-psk', 'psk', 'AES_256_CCM_8', 256, 'aead', 'AEAD', 0x0303],
  ['TLS_RSA_PSK_WITH_AES_128_CBC_SHA', 'rsa-psk', 'rsa', 'AES_128_CBC', 128, 'cbc', 'SHA1', 0x0300],
  ['TLS_ECDHE_PSK_WITH_NULL_SHA384', 'ecdhe-psk', 'psk', 'NULL', 0, 'none', 'SHA384', 0x0301],
  ['TLS_SRP_SHA_DSS_WITH_AES_256_CBC_SHA', 'srp', 'dss', 'AES_256_CBC', 256, 'cbc', 'SHA1', 0x0300],
  ['TLS_SRP_SHA_WITH_3DES_EDE_CBC_SHA', 'srp', 'srp', '3DES_EDE_CBC', 112, 'cbc', 'SHA1', 0x0300],
  ['TLS_KRB5_EXPORT_WITH_DES_CBC_40_MD5', 'krb5', 'krb5', 'DES_CBC_40', 40, 'cbc', 'MD5', 0x0300, 'export'],
  ['TLS_DHE_DSS_WITH_SEED_CBC_SHA', 'dhe', 'dss', 'SEED_CBC', 128, 'cbc', 'SHA1', 0x0300],
  ['TLS_RSA_WITH_CAMELLIA_256_CBC_SHA', 'rsa', 'rsa', 'CAMELLIA_256_CBC', 256, 'cbc', 'SHA1', 0x0300],
  ['TLS_ECDHE_RSA_WITH_ARIA_128_GCM_SHA256', 'ecdhe', 'rsa', 'ARIA_128_GCM', 128, 'aead', 'AEAD', 0x0303],
  ['TLS_ECCPWD_WITH_AES_128_GCM_SHA256', 'eccpwd', 'eccpwd', 'AES_128_GCM', 128, 'aead', 'AEAD', 0x0303],
  ['TLS_AES_128_GCM_SHA256', 'tls13', 'tls13', 'AES_128_GCM', 128, 'aead', 'AEAD', 0x0304],
  ['TLS_AES_128_CCM_8_SHA256', 'tls13', 'tls13', 'AES_128_CCM_8', 128, 'aead', 'AEAD', 0x0304],
  ['TLS_CHACHA20_POLY1305_SHA256', 'tls13', 'tls13', 'CHACHA20_POLY1305', 256, 'aead', 'AEAD', 0x0304],
  ['TLS_SHA256_SHA256', 'tls13', 'tls13', 'NULL', 0, 'none', 'SHA256', 0x0304],
  ['TLS_SM4_GCM_SM3', 'tls13', 'tls13', 'SM4_GCM', 128, 'aead', 'AEAD', 0x0304],
  ['TLS_AEGIS_128L_SHA256', 'tls13', 'tls13', 'AEGIS_128L', 128, 'aead', 'AEAD', 0x0304],
  ['TLS_ASCONAEAD128_ASCONHASH256', 'tls13', 'tls13', 'ASCONAEAD128', 128, 'aead', 'AEAD', 0x0304],
  ['TLS_GOSTR341001_WITH_28147_CNT_IMIT', 'gost', 'gost', '28147_CNT', 256, 'stream', 'IMIT', 0x0301],
  ['TLS_GOSTR341112_256_WITH_KUZNYECHIK_CTR_OMAC', 'gost', 'gost', 'KUZNYECHIK_CTR', 256, 'stream', 'OMAC', 0x0303],
  ['TLS_GOSTR341112_256_WITH_KUZNYECHIK_MGM_L', 'tls13', 'tls13', 'KUZNYECHIK_MGM_L', 256, 'aead', 'AEAD', 0x0304],
  ['TLS_ECC_SM4_CBC_SM3', 'sm2', 'sm2', 'SM4_CBC', 128, 'cbc', 'SM3', 0x0303],
  ['TLS_ECDHE_RSA_WITH_ESTREAM_SALSA20_SHA1', 'ecdhe', 'rsa', 'ESTREAM_SALSA20', 256, 'stream', 'SHA1', 0x0300],
  ['SSL_RSA_FIPS_WITH_3DES_EDE_CBC_SHA', 'rsa', 'rsa', '3DES_EDE_CBC', 112, 'cbc', 'SHA1', 0x0300],
  ['SSL_FORTEZZA_KEA_WITH_FORTEZZA_CBC_SHA', 'kea', 'kea', 'FORTEZZA_CBC', 80, 'cbc', 'SHA1', 0x0300],
]

test.each(golden)('%s', (name, exchange, authentication, encryption, bits, mode, mac, since, weakened) => {
  const suite = suites.find((suite) => suite.name === name)
  expect(suite).toMatchObject({ exchange, authentication, encryption, bits, mode, mac, since, export: weakened === 'export' })
})

test('every row of both tables is understood, and none is there twice', () => {
  // 356 assignments less the two signalling values
  expect(assignedSuites.length + signallingValues.size).toBe(356)
  expect(suites).toHaveLength(assignedSuites.length + strangeSuites.length)
  expect(new Set(suites.map(({ id }) => id)).size).toBe(suites.length)
  expect(new Set(suites.map(({ name }) => name)).size).toBe(suites.length)
  const named = suites.flatMap(({ openssl }) => openssl ?? [])
  expect(new Set(named).size).toBe(named.length)
})

test.each(suites.map((suite) => [suite.name, suite] as const))('%s makes sense', (name, suite) => {
  expect(suite.id).toBeGreaterThanOrEqual(0)
  expect(suite.id).toBeLessThanOrEqual(0xffff)
  expect(readSuite(suite.id)).toBe(suite)
  expect(contradictions(suite)).toEqual([])
  // The encryption is a part of the name, so nothing was lost between it and the rest.
  expect(name.includes(suite.encryption) || (suite.encryption === 'NULL' && /SHA\d+_SHA\d+$/.test(name))).toBe(true)
})

function contradictions(suite: CipherSuite): string[] {
  const rules: readonly (readonly [string, boolean])[] = [
    ['TLS 1.3 on one side only', (suite.exchange === 'tls13') !== (suite.authentication === 'tls13')],
    ['TLS 1.3 by exchange or by version only', (suite.exchange === 'tls13') !== (suite.since === 0x0304)],
    ['NULL with a key', (suite.encryption === 'NULL') !== (suite.bits === 0)],
    ['NULL with a mode', (suite.encryption === 'NULL') !== (suite.mode === 'none')],
    ['AEAD and a MAC', (suite.mode === 'aead') !== (suite.mac === 'AEAD')],
    ['AEAD before TLS 1.2', suite.mode === 'aead' && suite.since < 0x0303],
    ['no integrity', suite.mac === ''],
    ['a strong export cipher', suite.export && suite.bits > 56],
    ['a weak cipher that is no export', !suite.export && suite.bits > 0 && suite.bits < 56],
    ['a strange length', ![0, 40, 56, 80, 112, 128, 256].includes(suite.bits)],
    ['export after TLS 1.0', suite.export && suite.since > 0x0301],
  ]
  return rules.filter(([, broken]) => broken).map(([rule]) => rule)
}

test('a name with an unknown part is not understood', () => {
  expect(readParts(0x1234, 'TLS_QUANTUM_WITH_AES_128_GCM_SHA256')).toBeUndefined()
  expect(readParts(0x1234, 'TLS_RSA_WITH_ENIGMA_CBC_SHA')).toBeUndefined()
  expect(readParts(0x1234, '')).toBeUndefined()
})
