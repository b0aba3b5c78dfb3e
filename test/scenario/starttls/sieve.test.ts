import { expect, it } from 'vitest'
import { VirtualClock } from '../../support/clock.ts'
import { examineMail } from '../../support/mailHop.ts'

const literals =
  '"IMPLEMENTATION" {7}\r\nExample\r\n{5+}\r\nSIEVE "fileinto"\r\n"StartTLS"\r\n{4}\r\nSASL ""\r\nok {5}\r\nhello\r\n'

it('case 47: the greeting lists the capabilities, in mixed case; they come again after TLS and are no injection', async () => {
  const { hop, judgement, server } = await examineMail({ protocol: 'sieve' })
  expect(judgement).toMatchObject({ verdict: 'authenticated', cause: 'user-named' })
  expect(hop.record).toMatchObject({ offered: true, oddities: [] })
  expect(hop.record.capabilities?.greeting).toBe('Example')
  expect(hop.record.inside?.extensions.find(({ keyword }) => keyword === 'SASL')?.params).toEqual(['PLAIN', 'LOGIN'])
  expect(server.connections[0]).toEqual({ clear: ['STARTTLS'], secure: ['NOOP "SYNC"', 'LOGOUT'], handshakes: 1 })
})

it('case 47: names and values may be literals', async () => {
  const { hop, judgement } = await examineMail({ protocol: 'sieve', greeting: literals })
  expect(judgement.verdict).toBe('authenticated')
  expect(hop.record.capabilities).toEqual({
    greeting: 'Example',
    extensions: [
      { keyword: 'IMPLEMENTATION', params: ['Example'] },
      { keyword: 'SIEVE', params: ['fileinto'] },
      { keyword: 'STARTTLS', params: [] },
      { keyword: 'SASL', params: [] },
    ],
  })
})

it('case 47: capabilities that do not come again are noted and asked for, without waiting for them', async () => {
  const clock = new VirtualClock()
  const { hop, judgement, server } = await examineMail({ protocol: 'sieve', afterTls: '' }, { clock })
  expect(judgement.verdict).toBe('authenticated')
  expect(hop.record.oddities).toEqual(['capabilities-not-resent'])
  expect(hop.record.inside?.extensions.map(({ keyword }) => keyword)).toContain('SASL')
  expect(server.connections[0]?.secure).toEqual(['NOOP "SYNC"', 'CAPABILITY', 'LOGOUT'])
  expect(clock.elapsed).toBe(0)
})

it('case 47: a server that sends them late is waited for', async () => {
  const clock = new VirtualClock()
  const { hop } = await examineMail({ protocol: 'sieve', delayMs: 4_000, clock }, { clock })
  expect(hop.end).toEqual({ kind: 'secure' })
  expect(hop.record.oddities).toEqual([])
})

it.each(['', '"x"\r\n'])('case 47: a server that knows no NOOP is understood all the same (%j)', async (extra) => {
  const afterTls = extra === '' ? '' : '"SASL" "PLAIN"\r\nOK\r\n'
  const { hop } = await examineMail({
    protocol: 'sieve',
    afterTls,
    answer: ({ verb }) => (verb === 'NOOP' ? 'NO "Unknown"\r\n' : undefined),
  })
  expect(hop.end).toEqual({ kind: 'secure' })
  expect(hop.record.oddities).toEqual(afterTls === '' ? ['capabilities-not-resent'] : [])
  expect(hop.record.inside?.extensions.map(({ keyword }) => keyword)).toContain('SASL')
})

it.each([
  ['NO "no key"', 'broken', 'starttls-refused'],
  ['NO (TRYLATER) "busy"', 'temporary', 'starttls-4xx'],
  ['BYE (TRYLATER) "busy"', 'refused', 'rate-limited'],
  ['220 go', 'broken', 'malformed'],
])('STARTTLS answered by %s is no consent', async (said, verdict, cause) => {
  const { judgement, server } = await examineMail({
    protocol: 'sieve',
    answer: ({ verb }) => (verb === 'STARTTLS' ? `${said}\r\n` : undefined),
  })
  expect(judgement).toMatchObject({ verdict, cause })
  expect(server.connections[0]?.handshakes).toBe(0)
})

it.each([
  ['NO "go away"\r\n', 'refused', 'greeting-refused'],
  ['NO (TRYLATER) {5}\r\nlater\r\n', 'temporary', 'greeting-4xx'],
  ['BYE "go away"\r\n', 'refused', 'rate-limited'],
  ['"IMPLEMENTATION" "x" "y"\r\nOK\r\n', 'broken', 'malformed'],
  ['"SIEVE\r\nOK\r\n', 'broken', 'malformed'],
  ['* OK IMAP4rev1\r\n', 'broken', 'malformed'],
])('a greeting of %j', async (greeting, verdict, cause) => {
  expect((await examineMail({ protocol: 'sieve', greeting })).judgement).toMatchObject({ verdict, cause })
})

it('without STARTTLS it is plaintext', async () => {
  const { judgement } = await examineMail({
    protocol: 'sieve',
    greeting: '"IMPLEMENTATION" "x"\r\nOK\r\n',
    answer: ({ verb }) => (verb === 'STARTTLS' ? 'NO "what"\r\n' : undefined),
  })
  expect(judgement).toMatchObject({ verdict: 'plaintext', cause: 'not-offered' })
})

it('capabilities slipped in between STARTTLS and OK are noted and not believed; behind OK they are an attack', async () => {
  const before = await examineMail({
    protocol: 'sieve',
    answer: ({ verb, secure }) => (verb === 'STARTTLS' && !secure ? '"SASL" "EVIL"\r\nOK\r\n' : undefined),
  })
  // The test's server takes only an OK at once for a consent; ours is what the client made of it.
  expect(before.hop.record.starttls?.standing).toBe('yes')
  expect(before.hop.record.oddities).toContain('untagged-before-ok')
  const behind = await examineMail({ protocol: 'sieve', behindConsent: '"SASL" "EVIL"\r\nOK\r\n' })
  expect(behind.judgement).toMatchObject({ verdict: 'broken', cause: 'injected' })
  expect(behind.server.connections[0]?.handshakes).toBe(0)
})
