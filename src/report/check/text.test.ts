import fc from 'fast-check'
import { expect, it } from 'vitest'
import { exampleHost, exampleResult } from '../../../test/support/examined.ts'
import { printCheck } from './text.ts'
import { wrap } from '../wrap.ts'

const options = { verbose: false, colour: false, deep: true }

it('says what is wrong, why it matters and what to do, in 80 columns', () => {
  const text = printCheck(exampleResult(), options)
  expect(text.split('\n').filter((line) => line.length > 80)).toEqual([])
  expect(text).toContain(`[D] example.org: valid. Encrypted, with a certificate that is right for the
    server.
    Mail travels encrypted. Nothing yet vouches for the name of the server
    itself, so a campaign of level authenticated is held. A serious weakness
    makes that worth less: see below.
    MX 10 mx.example.org 192.0.2.1 port 25: valid, TLSv1.3
        TLS_AES_256_GCM_SHA384
    DANE: mx.example.org has TLSA records 3 1 1; TLSA 3 1 1 matches
    MTA-STS: policy (enforce) from cache, 58 h left
    MTA-STS: no MTA-STS record; the cached policy still rules
    TLS reports: go to mailto:tls@example.org
  high   The key of the certificate is too short
         seen: RSA 1024 bits
         why it matters: A key of less than 2,048 bits can be broken: somebody
           on the way could answer in the place of the server.
         what to do: Ask the provider for a certificate with an ECDSA key, or
           RSA of 2,048 bits or more.
`)
})

it('lists suites in order and says whose it is, and where the list ends too early', () => {
  expect(printCheck(exampleResult(), options)).toContain(`    TLSv1.2, in the order of the server, which decides
              bits  id      cipher suite
      good     256  0xc030  TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384
      good     256  0xcca9  TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256
      weak     128  0x002f  TLS_RSA_WITH_AES_128_CBC_SHA
      broken   128  0x0004  TLS_RSA_WITH_RC4_128_MD5
      the list is not complete: there may be more
`)
})

it('never tells what was not tested as fine, asked for depth or not', () => {
  for (const deep of [true, false]) {
    const text = printCheck(exampleResult(), { ...options, deep })
    expect(text).toContain(`  not tested, so neither safe nor unsafe: 2 weaknesses
    the budget of 20 connections was used up: robot
    the server gives no session tickets: ticketbleed
`)
    expect(/tested and fine: (.*)/.exec(text)?.[1]).toBe(deep ? 'crime, early-ccs' : undefined)
  }
})

it('tells the same finding of several addresses once', () => {
  const text = printCheck(exampleResult({ hosts: [exampleHost(), exampleHost({ address: '2001:db8::1' })] }), options)
  expect(text.match(/The key of the certificate is too short/g)).toHaveLength(1)
  expect(text).toContain('too short (2 addresses)')
  expect(text).toContain('ticketbleed (2 addresses)')
})

it('breaks lines at spaces alone, and loses no word', () => {
  fc.assert(
    fc.property(fc.string(), fc.nat(20), fc.integer({ min: 20, max: 100 }), (words, indent, width) => {
      const text = words.replaceAll('\n', '')
      const lines = wrap('head: ', text, indent, width)
      const [first = '', ...rest] = lines
      expect([first.slice(6), ...rest.map((line) => line.slice(indent))].join(' ')).toBe(text)
      for (const line of lines) if (line.length > width) expect(line.trim().replace(/^head: /, '')).not.toContain(' ')
    }),
  )
})
