/** The servers are what the other tests take them for, in the eyes of clients that are not ours. */
import { X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { describe, expect } from 'vitest'
import { connectWithOpenssl, greetWithSwaks } from './lab/client.ts'
import { offersTls, serverNames } from './lab/lab.ts'
import { testIn } from './lab/test.ts'

const test = testIn({ servers: serverNames })

describe.each(serverNames.filter(offersTls))('%s', (name) => {
  test('offers STARTTLS and upgrades to a connection that swaks verifies', async ({ lab }) => {
    const { status, stdout } = await greetWithSwaks(lab, name, true)
    expect(stdout).toMatch(/<-\s+250.STARTTLS/)
    expect(stdout).toContain('TLS started with cipher TLSv1.3')
    expect(status).toBe(0)
  })

  test('hands openssl the certificate made for it', async ({ lab }) => {
    const { verified, certificate, output } = await connectWithOpenssl(lab, name)
    const made = new X509Certificate(readFileSync(lab.server(name).identity?.certificate ?? ''))
    expect(verified, output).toBe(true)
    expect(certificate?.fingerprint256).toBe(made.fingerprint256)
    expect(made.checkHost(`mx.${name}.test`)).toBe(`mx.${name}.test`)
  })
})

describe.each(serverNames.filter((name) => !offersTls(name)))('%s', (name) => {
  test('does not offer STARTTLS to swaks', async ({ lab }) => {
    const { status, stdout } = await greetWithSwaks(lab, name, false)
    expect(stdout).toMatch(/<-\s+250.PIPELINING/)
    expect(stdout).not.toContain('STARTTLS')
    expect(status).toBe(0)
  })

  test('refuses the upgrade when swaks or openssl insists', async ({ lab }) => {
    const swaks = await greetWithSwaks(lab, name, true)
    expect(swaks.stdout + swaks.stderr).toMatch(/STARTTLS not supported|did not advertise STARTTLS/i)
    expect(swaks.status).toBe(29) // swaks: TLS was asked for and did not come about
    const openssl = await connectWithOpenssl(lab, name)
    expect(openssl.certificate, openssl.output).toBeUndefined()
    expect(openssl.verified).toBe(false)
  })
})
