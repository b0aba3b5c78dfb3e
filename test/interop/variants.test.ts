/** What is wrong with a server is what it was told to do, and nothing else (cases.md 55, 56). */
import { expect } from 'vitest'
import { examineTarget, listRules } from './lab/examination.ts'
import { type OpensslVariant, opensslPort, opensslVariants } from './lab/front.ts'
import { createWorkplace } from './lab/sealpost.ts'
import { testIn } from './lab/test.ts'

/** The rules that hold, but for remarks. */
const wrong: Readonly<Record<OpensslVariant, readonly string[]>> = {
  modern: [],
  'two-keys': [],
  'tls1.0': ['suite-cbc-tls10', 'tls-old-offered', 'tls-version-old'],
  'tls1.1': ['tls-old-offered', 'tls-version-old'],
  'tls1.3': [],
  'static-rsa': ['forward-secrecy-missing', 'suite-cbc-tls10', 'tls-old-offered'],
  // Node's OpenSSL neither sends in the clear nor to nobody in particular, so no handshake comes about.
  'no-encryption': ['handshake-failed', 'suite-null', 'tls-old-offered'],
  'no-certificate': ['dh-short', 'handshake-failed', 'suite-anonymous', 'suite-cbc-tls10', 'tls-old-offered'],
  'short-prime': ['dh-short', 'suite-cbc-tls10', 'tls-old-offered'],
  everything: ['dh-short', 'suite-anonymous', 'suite-cbc-tls10', 'suite-null', 'tls-old-offered'],
}

const test = testIn({ servers: ['openssl'] })

test.for(opensslVariants)('%s', async (variant, { lab }) => {
  const target = `smtp://mx.openssl.test:${opensslPort(variant)}`
  const { outcome, host } = await examineTarget(lab, createWorkplace(lab), target, '--deep')
  expect(listRules(host, 'high', 'medium', 'low').toSorted()).toEqual(wrong[variant])
  const broken = wrong[variant].includes('handshake-failed')
  expect(host.verdict).toBe(broken ? 'broken' : 'authenticated')
  expect(outcome.status, outcome.stderr).toBe(broken ? 1 : 0)
})
