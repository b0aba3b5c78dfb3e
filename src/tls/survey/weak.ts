import { type CipherSuite, suites } from '../registry/index.ts'

/** Why a suite should not be used, gravest first; undefined for one that is fine. */
export type Weakness = 'null' | 'anon' | 'export' | 'rc4' | 'des' | '3des'

/**
 * The flaw of a suite: no encryption, no authentication, keys that were weakened for export (RFC 4346 A.5), RC4
 * (RFC 7465), DES and RC2, 3DES with its short block (CVE-2016-2183).
 */
export function findWeakness(suite: CipherSuite): Weakness | undefined {
  if (suite.encryption.startsWith('NULL')) return 'null'
  if (suite.export) return 'export'
  if (suite.authentication === 'anon') return 'anon'
  if (suite.encryption.startsWith('RC4')) return 'rc4'
  if (suite.encryption.startsWith('3DES')) return '3des'
  return /^(?:DES|RC2|DES40)/.test(suite.encryption) ? 'des' : undefined
}

/** Every suite with a flaw that TLS 1.2 and before could choose. */
export const weakSuites: readonly number[] = suites
  .filter((suite) => suite.since < 0x0304 && findWeakness(suite) !== undefined)
  .map(({ id }) => id)
