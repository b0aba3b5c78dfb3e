import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseDomain } from '../smtp/index.ts'
import { findMailboxProvider, mailboxProviders } from './index.ts'

describe('the directory of mailbox providers', () => {
  it('has 72 entries, each with an id of its own, and no suffix twice', () => {
    expect(mailboxProviders).toHaveLength(72)
    expect(new Set(mailboxProviders.map(({ id }) => id)).size).toBe(72)
    const suffixes = mailboxProviders.flatMap(({ mxSuffixes }) => mxSuffixes)
    expect(new Set(suffixes).size).toBe(suffixes.length)
  })

  it('names domains as the DNS answers are spelt', () => {
    for (const { mxSuffixes, consumerDomains } of mailboxProviders)
      for (const name of [...mxSuffixes, ...consumerDomains]) {
        expect(parseDomain(name)).toBe(name)
        expect(name).toContain('.')
      }
  })
})

describe('findMailboxProvider', () => {
  it.each([
    ['aspmx.l.google.com', 'google'],
    ['ALT1.GMAIL-SMTP-IN.L.GOOGLE.COM.', 'google'],
    ['example-org.mail.protection.outlook.com', 'microsoft'],
    ['contoso-com.a1b2.mx.microsoft', 'microsoft'],
    ['hotmail-com.olc.protection.outlook.com', 'microsoft'],
    ['mx00.emig.gmx.net', 'gmx-webde'],
    ['mx1.pub.mailpod5-cph3.one.com', 'one-com'],
    ['inbound-smtp.eu-west-1.amazonaws.com', 'amazon-inbound'],
    ['eu-smtp-inbound-1.mimecast.com', 'mimecast'],
    ['posteo.de', 'posteo'],
  ])('%s belongs to %s', (mx, id) => {
    expect(findMailboxProvider(mx)?.id).toBe(id)
  })

  it.each(['mx.notgoogle.com', 'google.com.example.org', 'ec2-1-2-3-4.compute.amazonaws.com', 'com', '', '.', 'localhost'])(
    '"%s" belongs to nobody known',
    (mx) => {
      expect(findMailboxProvider(mx)).toBeUndefined()
    },
  )

  it('finds a suffix below whatever labels, and never in the middle of one', () => {
    const known = fc.constantFrom(...mailboxProviders.flatMap((one) => one.mxSuffixes.map((suffix) => [suffix, one.id] as const)))
    const label = fc.stringMatching(/^[a-z0-9-]{1,12}$/)
    fc.assert(
      fc.property(known, label, ([suffix, id], label) => {
        expect(findMailboxProvider(`${label}.${suffix}`)?.id).toBe(id)
        const glued = findMailboxProvider(`x${label}${suffix}`)
        // Glued to the first label it is another name, though one that may lie in a shorter suffix of somebody.
        if (glued) expect(glued.mxSuffixes.some((one) => `x${label}${suffix}`.endsWith(`.${one}`))).toBe(true)
      }),
    )
  })

  it('throws for no text', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 400 }), (text) => {
        findMailboxProvider(text)
      }),
    )
  })
})
