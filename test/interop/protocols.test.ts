/** On every port of each mail server of Debian, `sealpost check` says what openssl says, and sees no weakness that is not there. */
import { describe, expect } from 'vitest'
import { connectWithOpenssl } from './lab/client.ts'
import { examineTarget, listRules } from './lab/examination.ts'
import type { ServerName } from './lab/lab.ts'
import { createWorkplace } from './lab/sealpost.ts'
import { testIn } from './lab/test.ts'

/** Scheme, port, and the dialogue that `openssl s_client -starttls` knows it by. */
const smtp = [
  { scheme: 'smtp', port: 25, starttls: 'smtp' },
  { scheme: 'submission', port: 587, starttls: 'smtp' },
  { scheme: 'smtps', port: 465, starttls: undefined },
] as const

const mailbox = [
  { scheme: 'imap', port: 143, starttls: 'imap' },
  { scheme: 'imaps', port: 993, starttls: undefined },
  { scheme: 'pop3', port: 110, starttls: 'pop3' },
  { scheme: 'pop3s', port: 995, starttls: undefined },
  { scheme: 'sieve', port: 4190, starttls: 'sieve' },
  { scheme: 'lmtp', port: 24, starttls: 'lmtp' },
] as const

const places = (['postfix', 'exim', 'sendmail'] as const)
  .flatMap((name): Place[] => smtp.map((service) => ({ name, ...service })))
  .concat(mailbox.map((service) => ({ name: 'dovecot', ...service })))

interface Place {
  readonly name: ServerName
  readonly scheme: string
  readonly port: number
  readonly starttls: string | undefined
}

/**
 * What is grave about a server as Debian ships it, and true, by port. Anything else would be a false alarm: none of them
 * has a weakness that became known before Debian 12.
 */
const grave: Readonly<Record<string, readonly string[]>> = {
  // Postfix offers anonymous suites, the half of them with a prime of 1024 bits (smtpd_tls_exclude_ciphers takes them out).
  'postfix smtp': ['dh-short'],
  'postfix submission': ['dh-short', 'suite-anonymous-login'],
  'postfix smtps': ['dh-short', 'suite-anonymous-login'],
}

/** What a server keeps to itself, so that it may be left open. */
const untold: Partial<Record<ServerName, readonly string[]>> = {
  // Each of its processes has ticket keys of its own, and it closes the connection before OpenSSL's alert is out.
  dovecot: ['ticketbleed', 'fallback-scsv-ignored'],
}

const test = testIn({ servers: ['postfix', 'exim', 'sendmail', 'dovecot', 'opensmtpd'] })

describe.each(places)('$name, $scheme', ({ name, scheme, port, starttls }) => {
  test('is authenticated, and openssl agrees', async ({ lab }) => {
    const { outcome, host } = await examineTarget(lab, createWorkplace(lab), `${scheme}://mx.${name}.test`)
    expect(host).toMatchObject({ port, verdict: 'authenticated', security: starttls ? 'starttls' : 'implicit' })
    expect(outcome.status, outcome.stderr).toBe(0)
    const openssl = await connectWithOpenssl(lab, name, { port, starttls })
    expect(openssl.verified, openssl.output).toBe(true)
  })

  test('has no weakness that is not there', async ({ lab }) => {
    const { host } = await examineTarget(lab, createWorkplace(lab), `${scheme}://mx.${name}.test`, '--deep')
    expect(listRules(host, 'high', 'medium').toSorted()).toEqual(grave[`${name} ${scheme}`] ?? [])
    expect(host.notTested.filter(({ rule }) => !untold[name]?.includes(rule))).toEqual([])
  })
})

describe.each(smtp)('opensmtpd, $scheme', ({ scheme, port, starttls }) => {
  // Debian 12 has an OpenSMTPD that OpenSSL 3 keeps from signing: it offers TLS and fails at it (case 29).
  test('is broken for check and for openssl, which both name the alert', async ({ lab }) => {
    const { outcome, host } = await examineTarget(lab, createWorkplace(lab), `${scheme}://mx.opensmtpd.test`)
    expect(host).toMatchObject({ port, verdict: 'broken' })
    expect(outcome.stdout).toMatch(/alert internal error/)
    expect(outcome.status, outcome.stderr).toBe(1)
    const openssl = await connectWithOpenssl(lab, 'opensmtpd', { port, starttls })
    expect(openssl.output).toContain('alert internal error')
  })
})
