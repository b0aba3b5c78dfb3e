/*
 * The threat: somebody has a certificate of a trusted authority whose names are made to be misread. Node prints the
 * names of a certificate as one text, "DNS:a.test, DNS:b.test"; a name that holds a comma, a quote or a NUL of its own
 * could pass for two, or end early, in a program that cuts this text (CVE-2021-44532, CVE-2009-2408). And a name of
 * another kind, a URI or a mail address, must not pass for the name of a host.
 */
import { X509Certificate } from 'node:crypto'
import type { JsonGeneralName } from '@peculiar/x509'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { matchName, readCertificate } from '../../src/tls/index.ts'
import { checkWith } from '../support/checkWith.ts'
import { mx } from '../support/lab.ts'
import { createCarelessAuthority } from '../support/oddCertificate.ts'

const authority = await createCarelessAuthority()

async function read(names: readonly JsonGeneralName[], subject?: string) {
  const { cert } = await authority.issue(names, subject)
  return readCertificate(new X509Certificate(cert).raw)
}

const dns = (value: string): JsonGeneralName => ({ type: 'dns', value })

const tricks: Record<string, readonly JsonGeneralName[]> = {
  'a comma in a name, ours last': [dns(`evil.test, DNS:${mx}`)],
  'a comma in a name, ours first': [dns(`${mx}, DNS:evil.test`)],
  'a comma in a name, ours in the middle': [dns(`evil.test, DNS:${mx}, DNS:evil.test`)],
  'a quote in a name': [dns(`evil.test", DNS:${mx}, DNS:"x`)],
  'a quote and a backslash in a name': [dns(`evil.test\\", DNS:${mx}, DNS:\\"x`)],
  'an apostrophe in a name': [dns(`evil.test', DNS:${mx}, DNS:'x`)],
  'two names that make one trick': [dns('evil.test", "'), dns(`, DNS:${mx}, DNS:`)],
  'a line end in a name': [dns(`evil.test\nDNS:${mx}`)],
  'a NUL behind our name': [dns(`${mx}\0.evil.test`)],
  'a NUL before our name': [dns(`evil.test\0${mx}`)],
  'blanks around our name': [dns(` ${mx}`), dns(`${mx} `)],
  'our name as a URI': [{ type: 'url', value: `https://${mx}/` }],
  'our name within a URI': [{ type: 'url', value: `http://evil.test/, DNS:${mx}, DNS:x` }],
  'our name as a mail address': [{ type: 'email', value: `postmaster@${mx}` }],
  'our name within a mail address': [{ type: 'email', value: `"a, DNS:${mx}, DNS:b"@evil.test` }],
  'our name as a directory name': [{ type: 'dn', value: `CN=${mx}` }],
  'our name within a directory name': [{ type: 'dn', value: `CN="evil, DNS:${mx}, DNS:x"` }],
  'our name as that of a realm': [{ type: 'upn', value: `${mx}, DNS:${mx}, DNS:x` }],
  'an empty name': [dns('')],
  'a dot alone': [dns('.')],
  'our name and a second dot': [dns(`${mx}..`)],
  'a wildcard within a label': [dns('m*.example.test'), dns('*x.example.test')],
  'a wildcard over two labels': [dns('*.test')],
}

describe.each(Object.entries(tricks))('%s', (_, names) => {
  it('is not the name of our host', async () => {
    const facts = await read(names)
    expect(facts).toBeDefined()
    expect(facts?.names.filter((name) => matchName(name, mx))).toEqual([])
    expect(facts?.addresses).toEqual([])
  })

  it('is not valid on the wire, though the authority is trusted', async () => {
    const identity = await authority.issue(names)
    const { host } = await checkWith({ tls: { identity } }, { check: { trust: authority.trust } })
    expect(host).toMatchObject({ verdict: 'unauthenticated', cause: 'name-mismatch', grade: 'C' })
  })
})

it('the good name beside a trick still counts', async () => {
  const facts = await read([dns(`evil.test, DNS:other.test, DNS:x`), dns(mx), { type: 'ip', value: '5.45.25.1' }])
  expect(facts?.names).toEqual([mx])
  expect(facts?.addresses).toEqual(['5.45.25.1'])
})

it('our name in the subject names no host', async () => {
  const facts = await read([], `CN=${mx}`)
  expect(facts).toMatchObject({ names: [], addresses: [], subject: `CN=${mx}` })
})

it('an address within a name is no address', async () => {
  const facts = await read([dns('x, IP Address:5.45.25.1, DNS:y'), { type: 'url', value: 'http://x/, IP Address:5.45.25.1, z' }])
  expect(facts).toMatchObject({ names: [], addresses: [] })
})

it('whatever stands in the names, none is read that is not there', async () => {
  const pieces = fc.constantFrom(
    'a.test',
    'DNS:',
    'IP Address:',
    ', ',
    ',',
    '"',
    '\\',
    '\\"',
    "'",
    '\0',
    '\n',
    ' ',
    'é',
    'x',
    ':',
    '5.45.25.1',
    mx,
  )
  const value = fc.array(pieces, { maxLength: 8 }).map((parts) => parts.join(''))
  const kind = fc.constantFrom<JsonGeneralName['type'][]>('dns', 'url', 'email')
  const names = fc.array(fc.record({ type: kind, value }), { minLength: 1, maxLength: 4 })
  await fc.assert(
    fc.asyncProperty(names, async (list) => {
      const facts = await read(list)
      const there = new Set(list.filter(({ type }) => type === 'dns').map(({ value }) => value.toLowerCase()))
      for (const name of facts?.names ?? []) expect(there).toContain(name)
      expect(facts?.addresses ?? []).toEqual([])
    }),
    { numRuns: 300 },
  )
})
