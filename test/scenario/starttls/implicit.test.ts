import { expect, it } from 'vitest'
import { protocols } from '../../../src/starttls/index.ts'
import { examineMail } from '../../support/mailHop.ts'

it.each(protocols)('case 49: %s with TLS from the first octet', async (protocol) => {
  const { hop, judgement, server } = await examineMail({ protocol, implicit: true })
  expect(judgement).toMatchObject({ verdict: 'authenticated', cause: 'user-named' })
  expect(hop.record.greeting?.standing).toBe('yes')
  expect(hop.record.inside?.extensions.length).toBeGreaterThan(0)
  expect(hop.record.capabilities).toBeUndefined()
  expect(hop.record.oddities).toEqual([])
  expect(server.connections[0]).toMatchObject({ clear: [], handshakes: 1 })
  expect(server.connections[0]?.secure.at(-1)).toMatch(/QUIT|LOGOUT/)
})

it.each([
  ['smtp', '220 mx.example.test ESMTP'],
  ['lmtp', '220 mx.example.test LMTP'],
  ['imap', '* OK [CAPABILITY IMAP4rev2 STARTTLS LOGINDISABLED] ready'],
  ['pop3', '+OK ready'],
  ['sieve', '"IMPLEMENTATION" "Example"'],
] as const)('case 49: a greeting of %s in the clear is not implicit TLS, and is shown', async (protocol, shown) => {
  const { judgement } = await examineMail({ protocol }, { security: 'implicit' })
  expect(judgement).toMatchObject({ verdict: 'broken', cause: 'not-implicit-tls' })
  expect(judgement.words).toMatch(/^this is not implicit TLS: the port speaks/)
  expect(judgement.quote).toContain(shown)
})

it.each(['* BYE no\r\n', '* OK [CAPABILITY'])('a greeting inside TLS of %j is judged as one', async (greeting) => {
  const { judgement } = await examineMail({ protocol: 'imap', implicit: true, greeting })
  expect(judgement.verdict).toBe(greeting.startsWith('* BYE') ? 'refused' : 'unreachable')
})

it('PREAUTH inside TLS takes nothing away', async () => {
  const { judgement } = await examineMail({ protocol: 'imap', implicit: true, greeting: '* PREAUTH hello\r\n' })
  expect(judgement.verdict).toBe('authenticated')
})
