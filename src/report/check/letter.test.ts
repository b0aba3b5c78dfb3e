import { expect, it } from 'vitest'
import { exampleHost, exampleResult } from '../../../test/support/examined.ts'
import { domainRules, hostRules, standingRules } from '../../check/index.ts'
import { writeLetter } from './letter.ts'

it('asks the provider for what is grave, and says where', () => {
  expect(writeLetter(exampleResult())).toBe(`Subject: Encryption of mail to example.org

Hello,

we send mail to example.org. On 2026-11-24 we examined whether it can travel encrypted, and found:

1. The key of the certificate is too short.
   Where: mx.example.org (192.0.2.1 port 25)
   Seen: RSA 1024 bits
   We ask for a certificate with an ECDSA key, or RSA of 2,048 bits or more.

2. The server gives away its memory (Heartbleed).
   Where: mx.example.org (192.0.2.1 port 25)
   Seen: asked for 1 octet, got 16
   We ask you to bring the server up to date, and to make new keys.

3. The key exchange has no forward secrecy.
   Where: mx.example.org (192.0.2.1 port 25)
   Seen: TLS_RSA_WITH_AES_128_CBC_SHA
   We ask you to prefer ECDHE cipher suites.

Could you look into this, and tell us when it is mended? We hold mail back where it cannot be sent safely.

Thank you`)
})

it('is not written where there is nothing to ask for, nor for what is ours to mend', () => {
  const withFinding = (rule: string) =>
    writeLetter(
      exampleResult({
        hosts: [
          exampleHost({
            findings: exampleHost()
              .findings.slice(0, 1)
              .map((finding) => ({ ...finding, rule })),
          }),
        ],
      }),
    )
  expect(writeLetter(exampleResult({ hosts: [] }))).toBeUndefined()
  expect(withFinding('address-refused')).toBeUndefined()
  expect(withFinding('certificate-expired')).toBeDefined()
})

it('asks in the words of each rule, and never speaks of our own machine', () => {
  const rules = [...hostRules, ...standingRules, ...domainRules].filter(({ severity }) => ['high', 'medium'].includes(severity))
  for (const { id, severity, title, why, next } of rules) {
    const finding = { rule: id, severity, title, why, next, evidence: 'seen' }
    const letter = writeLetter(exampleResult({ findings: [], hosts: [exampleHost({ findings: [finding] })] }))
    expect(letter ?? '', id).not.toMatch(/this machine|Ask the provider|the settings|undefined/)
    if (next.startsWith('Ask the ')) expect(letter, id).toMatch(/\n {3}We ask .+\.\n/)
  }
})
