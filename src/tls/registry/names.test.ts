import fc from 'fast-check'
import { expect, test } from 'vitest'
import { alertName, readAlert } from './alert.ts'
import { groups, readGroup } from './group.ts'
import { extensionName, groupName, schemeName, suiteName } from './names.ts'
import { readScheme, signatureSchemes } from './signature.ts'
import { ssl2KindName, ssl2Kinds } from './ssl2.ts'
import { versionName } from './version.ts'

test('numbers have the names of their registries', () => {
  expect(suiteName(0xc030)).toBe('TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384')
  expect(suiteName(0x00ff)).toBe('TLS_EMPTY_RENEGOTIATION_INFO_SCSV')
  expect(suiteName(0x5600)).toBe('TLS_FALLBACK_SCSV')
  expect(groupName(4588)).toBe('X25519MLKEM768')
  expect(groupName(0xff01)).toBe('arbitrary_explicit_prime_curves')
  expect(schemeName(0x0804)).toBe('rsa_pss_rsae_sha256')
  expect(schemeName(0x0101)).toBe('rsa_pkcs1_md5')
  expect(alertName(40)).toBe('handshake_failure')
  expect(extensionName(0xff01)).toBe('renegotiation_info')
  expect(extensionName(23)).toBe('extended_master_secret')
  expect([0x0300, 0x0301, 0x0302, 0x0303, 0x0304].map(versionName)).toEqual(['SSLv3', 'TLSv1', 'TLSv1.1', 'TLSv1.2', 'TLSv1.3'])
  expect(versionName(0x0002)).toBe('SSLv2')
  expect(ssl2KindName(0x010080)).toBe('SSL_CK_RC4_128_WITH_MD5')
})

test('a number without a name is shown as it is', () => {
  expect(suiteName(0x0a0a)).toBe('0x0a0a')
  expect(groupName(0x2a2a)).toBe('0x2a2a')
  expect(schemeName(0)).toBe('0x0000')
  expect(alertName(255)).toBe('0x00ff')
  expect(extensionName(0xfafa)).toBe('0xfafa')
  expect(versionName(0x0305)).toBeUndefined()
  expect(ssl2KindName(0x123456)).toBe('0x123456')
  const naming = [suiteName, groupName, schemeName, alertName, extensionName]
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 0xffff }), (number) =>
      naming.every((name) => /^(?:[A-Za-z][\w.]+|0x[0-9a-f]{4})$/.test(name(number))),
    ),
  )
})

test('groups and signature schemes stand once each, under one name', () => {
  for (const table of [groups, signatureSchemes, ssl2Kinds]) {
    expect(new Set(table.map(({ id }) => id)).size).toBe(table.length)
    expect(new Set(table.map(({ name }) => name)).size).toBe(table.length)
  }
  // 59 assignments, two of them obsolete
  expect(groups.filter(({ obsolete }) => !obsolete)).toHaveLength(57)
})

test('a group has a share where TLS 1.3 has the group', () => {
  for (const group of groups) {
    expect(group.tls13 || group.tls12, group.name).toBe(true)
    expect(group.shareSize !== undefined, group.name).toBe(group.tls13)
    expect(group.kind === 'kem' || group.kind === 'hybrid', group.name).toBe(group.bits === 0 && group.tls13)
    if (group.kind === 'ff') expect(group.shareSize, group.name).toBe(group.bits / 8)
  }
  expect(readGroup(0x11ec)).toMatchObject({ kind: 'hybrid', tls13: true, tls12: false, shareSize: 1216, obsolete: false })
  expect(readGroup(0x6399)).toMatchObject({ shareSize: 1216, obsolete: true })
  expect(readGroup(26)).toMatchObject({ bits: 256, tls13: false, tls12: true, shareSize: undefined })
})

test('the hash of a scheme is the one in its name', () => {
  for (const { name, hash } of signatureSchemes) {
    const said = /_(md5|sha1|sha224|sha256|sha384|sha512)(?:_legacy)?$/.exec(name)?.[1]
    if (said) expect(hash, name).toBe(said.toUpperCase())
  }
  expect(readScheme(0x0809)).toMatchObject({ key: 'rsa-pss', hash: 'SHA256' })
})

test('the usual alerts are explained, in a clause', () => {
  for (const number of [10, 20, 40, 42, 45, 46, 47, 48, 50, 70, 71, 80, 86, 112, 116]) {
    expect(readAlert(number)?.meaning, alertName(number)).toMatch(/^[a-z].*[^.]$/)
  }
  expect(readAlert(22)).toEqual({ number: 22, name: 'record_overflow', meaning: undefined })
  expect(readAlert(200)).toBeUndefined()
})
