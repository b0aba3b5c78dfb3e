import { expect, it } from 'vitest'
import { examineMail } from '../../support/mailHop.ts'

it('STLS listed by CAPA is asked for, and CAPA again inside TLS', async () => {
  const { hop, judgement, server } = await examineMail({ protocol: 'pop3' })
  expect(judgement).toMatchObject({ verdict: 'authenticated', cause: 'user-named' })
  expect(server.connections[0]).toEqual({ clear: ['CAPA', 'STLS'], secure: ['CAPA', 'QUIT'], handshakes: 1 })
  expect(hop.record.capabilities?.extensions).toEqual([
    { keyword: 'UIDL', params: [] },
    { keyword: 'STLS', params: [] },
  ])
  expect(hop.record.inside?.extensions.at(-1)).toEqual({ keyword: 'SASL', params: ['PLAIN'] })
  expect(hop.record.oddities).toEqual([])
})

it('case 46: STLS that CAPA does not list and the server takes is offered, with a note', async () => {
  const { hop, judgement } = await examineMail({
    protocol: 'pop3',
    answer: ({ verb }) => (verb === 'CAPA' ? '+OK\r\nUIDL\r\n.\r\n' : undefined),
  })
  expect(judgement.verdict).toBe('authenticated')
  expect(hop.record).toMatchObject({ offered: true, oddities: ['stls-unlisted'] })
})

it('case 46: without CAPA, STLS that works is offered, with a note', async () => {
  const { hop, judgement, server } = await examineMail({
    protocol: 'pop3',
    answer: ({ verb }) => (verb === 'CAPA' ? '-ERR unknown command\r\n' : undefined),
  })
  expect(judgement.verdict).toBe('authenticated')
  expect(hop.record).toMatchObject({ offered: true, oddities: ['capa-unsupported'] })
  expect(hop.record.capabilities).toBeUndefined()
  expect(server.connections[0]?.secure).toEqual(['CAPA', 'QUIT'])
})

it.each(['CAPA without STLS', 'no CAPA'])('case 46: %s, and STLS refused, is plaintext', async (what) => {
  const { judgement, server } = await examineMail({
    protocol: 'pop3',
    answer: ({ verb }) =>
      verb === 'CAPA' ? (what === 'no CAPA' ? '-ERR what\r\n' : '+OK\r\n.\r\n') : verb === 'STLS' ? '-ERR what\r\n' : undefined,
  })
  expect(judgement).toMatchObject({ verdict: 'plaintext', cause: 'not-offered', words: 'the server does not offer STLS' })
  expect(server.connections[0]?.clear).toEqual(['CAPA', 'STLS', 'QUIT'])
})

it('case 46: a line of CAPA that begins with a dot has it doubled', async () => {
  const { hop, judgement } = await examineMail({
    protocol: 'pop3',
    answer: ({ verb, secure }) => (verb === 'CAPA' && !secure ? '+OK\r\n..X-DOT\r\nSTLS\r\n.\r\n' : undefined),
  })
  expect(judgement.verdict).toBe('authenticated')
  expect(hop.record.capabilities?.extensions.map(({ keyword }) => keyword)).toEqual(['.X-DOT', 'STLS'])
})

it.each([
  ['-ERR no key', 'broken', 'starttls-refused'],
  ['-ERR [SYS/TEMP] no key', 'temporary', 'starttls-4xx'],
  ['-ERR [IN-USE] no key', 'temporary', 'starttls-4xx'],
  ['+ go on', 'broken', 'starttls-answer'],
  ['OK', 'broken', 'malformed'],
])('STLS offered and answered %j', async (said, verdict, cause) => {
  const { judgement, server } = await examineMail({
    protocol: 'pop3',
    answer: ({ verb }) => (verb === 'STLS' ? `${said}\r\n` : undefined),
  })
  expect(judgement).toMatchObject({ verdict, cause })
  expect(judgement.words).toMatch(cause === 'malformed' ? /POP3/ : /^STLS /)
  expect(server.connections[0]?.handshakes).toBe(0)
})

it('a greeting of -ERR refuses us', async () => {
  const never = await examineMail({ protocol: 'pop3', greeting: '-ERR go away\r\n' })
  expect(never.judgement).toMatchObject({ verdict: 'refused', cause: 'greeting-refused', quote: '-ERR go away' })
  const later = await examineMail({ protocol: 'pop3', greeting: '-ERR [SYS/TEMP] later\r\n' })
  expect(later.judgement).toMatchObject({ verdict: 'temporary' })
})

it('words in the clear behind the consent end the connection, as case 26', async () => {
  const { judgement, server } = await examineMail({ protocol: 'pop3', behindConsent: '+OK 3 messages\r\n' })
  expect(judgement).toMatchObject({ verdict: 'broken', cause: 'injected', quote: '+OK 3 messages\r\n' })
  expect(server.connections[0]?.handshakes).toBe(0)
})

it('case 6: lines that end in LF alone are read, and noted', async () => {
  const { hop, judgement } = await examineMail({ protocol: 'pop3', greeting: '+OK ready\n' })
  expect(judgement.verdict).toBe('authenticated')
  expect(hop.record.oddities).toEqual(['bare-lf'])
})
