/** The examination of what people log in to, and of LMTP: findings, where test/scenario/starttls has the dialogues. */
import { expect, it } from 'vitest'
import { findingsOf } from '../../support/checkWith.ts'
import { authority, mx, startLab } from '../../support/lab.ts'
import { type MailScript, startMailServer } from '../../support/mailServer.ts'
import { publicAddress } from '../../support/network.ts'

const ports = { smtp: 587, lmtp: 24, imap: 143, pop3: 110, sieve: 4190 } as const
const protocols = Object.keys(ports) as (keyof typeof ports)[]
const schemes = { smtp: 'submission', lmtp: 'lmtp', imap: 'imap', pop3: 'pop3', sieve: 'sieve' } as const
const authenticated = { verdict: 'authenticated', cause: 'user-named' }
const identity = await authority.issue({ names: [mx] })

/** Checks a server that the user names, a good one but for the script. */
async function checkNamed(
  script: Partial<MailScript> & { readonly protocol: keyof typeof ports },
  named: { readonly target?: string; readonly port?: number } = {},
) {
  await using lab = await startLab()
  await using server = await startMailServer({ identity, clock: lab.clock, ...script })
  const { target = `${schemes[script.protocol]}://${mx}`, port = ports[script.protocol] } = named
  lab.network.put(publicAddress, port, server)
  const result = await lab.check(target)
  const [host] = result.hosts
  if (!host) throw new Error(`no host was looked at: ${result.words}`)
  return { host, findings: findingsOf(result), connections: server.connections, dialed: lab.network.dialed }
}

it.each(protocols)('cases 42, 46, 47, 48: a good server of %s is examined to the end, and has no finding', async (protocol) => {
  const { host, findings, connections, dialed } = await checkNamed({ protocol })
  expect(host).toMatchObject({ ...authenticated, protocol, security: 'starttls', stopped: undefined, grade: 'A' })
  expect(findings).toEqual({})
  expect(host.passed).toEqual(expect.arrayContaining(['command-injection', 'sslv2-offered', 'suite-rc4', 'tls-old-offered']))
  expect(dialed.length).toBeLessThanOrEqual(8)
  expect(connections).toHaveLength(dialed.length)
  // No log-in, and no mail, in the clear or inside.
  const lines = connections.flatMap(({ clear, secure }) => [...clear, ...secure])
  expect(lines.filter((line) => /\b(?:LOGIN|AUTHENTICATE|AUTH|USER|PASS|MAIL|RCPT|DATA)\b/i.test(line))).toEqual([])
})

it.each(protocols)('case 34: a command that a server of %s runs inside TLS is found', async (protocol) => {
  const { host, findings } = await checkNamed({ protocol, behindStarttls: 'run' })
  expect(host.verdict).toBe('authenticated')
  expect(findings['command-injection']).toMatch(/^high: /)
})

it('case 42: PREAUTH makes STARTTLS impossible', async () => {
  const { host, findings, connections } = await checkNamed({
    protocol: 'imap',
    greeting: '* PREAUTH [CAPABILITY IMAP4rev1] ada\r\n',
  })
  expect(host).toMatchObject({ verdict: 'plaintext', cause: 'preauth', grade: 'F' })
  expect(findings['imap-preauth']).toMatch(/^high: /)
  expect(connections).toHaveLength(1)
})

it('case 42: BYE refuses us for now', async () => {
  const { host, findings } = await checkNamed({ protocol: 'imap', greeting: '* BYE [UNAVAILABLE] overloaded\r\n' })
  expect(host).toMatchObject({ verdict: 'refused', cause: 'rate-limited', grade: '–' })
  expect(findings).toEqual({ 'rate-limited': 'info: * BYE [UNAVAILABLE] overloaded' })
})

it.each(['NO not today', 'BAD what'])('case 44: STARTTLS answered %s is refused', async (said) => {
  const { host, findings } = await checkNamed({
    protocol: 'imap',
    answer: ({ verb, tag }) => (verb === 'STARTTLS' ? `${tag} ${said}\r\n` : undefined),
  })
  expect(host).toMatchObject({ verdict: 'broken', cause: 'starttls-refused' })
  expect(Object.keys(findings)).toEqual(['starttls-refused'])
})

it('case 44: untagged responses before the consent are noted; words behind it are an attack', async () => {
  const { host, findings } = await checkNamed({
    protocol: 'imap',
    answer: ({ verb, tag, secure }) => (verb === 'STARTTLS' && !secure ? `* 3 EXISTS\r\n${tag} OK go\r\n` : undefined),
  })
  expect(host).toMatchObject(authenticated)
  expect(Object.keys(findings)).toEqual(['untagged-before-ok'])
  const injected = await checkNamed({ protocol: 'imap', behindConsent: '* OK [ALERT] log in at evil.test\r\n' })
  expect(injected.host).toMatchObject({ verdict: 'broken', cause: 'injected' })
  expect(injected.findings['plaintext-injected']).toMatch(/^high: /)
})

it('case 45: IMAP without LOGINDISABLED would take a password in the clear; none is tried', async () => {
  const { host, findings, connections } = await checkNamed({
    protocol: 'imap',
    greeting: '* OK [CAPABILITY IMAP4rev1 STARTTLS AUTH=PLAIN] hi\r\n',
  })
  expect(host).toMatchObject({ ...authenticated, grade: 'D' })
  expect(findings).toEqual({ 'auth-in-clear': 'high: no LOGINDISABLED before TLS' })
  expect(connections.flatMap(({ clear }) => clear).filter((line) => /LOGIN|AUTHENTICATE/i.test(line))).toEqual([])
})

it('case 46: STLS that CAPA does not list, and STLS without CAPA', async () => {
  const capa =
    (said: string): NonNullable<MailScript['answer']> =>
    ({ verb, secure }) =>
      verb === 'CAPA' && !secure ? said : undefined
  const unlisted = await checkNamed({ protocol: 'pop3', answer: capa('+OK\r\nUIDL\r\n.\r\n') })
  expect(unlisted.host).toMatchObject(authenticated)
  expect(Object.keys(unlisted.findings)).toEqual(['stls-unlisted'])
  const unsupported = await checkNamed({ protocol: 'pop3', answer: capa('-ERR unknown\r\n') })
  expect(unsupported.host).toMatchObject(authenticated)
  expect(Object.keys(unsupported.findings)).toEqual(['capa-unsupported'])
})

it('case 47: capabilities that ManageSieve does not send again after TLS are noted', async () => {
  const { host, findings } = await checkNamed({ protocol: 'sieve', afterTls: '' })
  expect(host).toMatchObject(authenticated)
  expect(Object.keys(findings)).toEqual(['capabilities-not-resent'])
})

it('case 48: an SMTP server asked by LHLO refuses it', async () => {
  const { host } = await checkNamed({
    protocol: 'lmtp',
    answer: ({ verb }) => (verb === 'LHLO' ? '500 5.5.1 What?\r\n' : undefined),
  })
  expect(host.verdict).not.toBe('authenticated')
  expect(host.tls).toBeUndefined()
})

it.each([
  ['smtp', 'smtps', 465],
  ['imap', 'imaps', 993],
  ['pop3', 'pop3s', 995],
] as const)('case 49: %s with TLS from the first octet', async (protocol, scheme, port) => {
  const { host, findings } = await checkNamed({ protocol, implicit: true }, { target: `${scheme}://${mx}`, port })
  expect(host).toMatchObject({ ...authenticated, security: 'implicit', port, connections: { probes: 0 }, stopped: undefined })
  expect(findings).toEqual({})
})

it('case 49: a greeting in the clear on port 465 is not implicit TLS, and is shown', async () => {
  const { host } = await checkNamed({ protocol: 'smtp' }, { target: `smtps://${mx}`, port: 465 })
  expect(host).toMatchObject({ verdict: 'broken', cause: 'not-implicit-tls', quote: '220 mx.example.test ESMTP\r\n' })
})

it('case 49: TLS from the first octet on port 587 is named', async () => {
  const { host, findings } = await checkNamed({ protocol: 'smtp', implicit: true })
  expect(findings['implicit-tls-instead']).toBe('medium: port 587 is silent until a ClientHello')
  expect(host.verdict).not.toBe('plaintext')
})
