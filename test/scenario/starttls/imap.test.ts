import { expect, it } from 'vitest'
import { findExtension } from '../../../src/smtp/index.ts'
import { examineMail } from '../../support/mailHop.ts'
import { close } from '../../support/mailServer.ts'

it('case 42: a greeting with its capabilities offers STARTTLS, and nothing is asked twice', async () => {
  const { hop, judgement, server, transcript } = await examineMail({ protocol: 'imap' })
  expect(judgement).toMatchObject({ verdict: 'authenticated', cause: 'user-named' })
  expect(hop.record.capabilities?.extensions.map(({ keyword }) => keyword)).toEqual(['IMAP4REV2', 'STARTTLS', 'LOGINDISABLED'])
  expect(hop.record.oddities).toEqual([])
  expect(server.connections[0]).toEqual({ clear: ['a1 STARTTLS'], secure: ['a1 CAPABILITY', 'a2 LOGOUT'], handshakes: 1 })
  expect(transcript.slice(1, 4)).toEqual([
    'server: * OK [CAPABILITY IMAP4rev2 STARTTLS LOGINDISABLED] ready',
    'client: a1 STARTTLS',
    'server: a1 OK Begin TLS negotiation now',
  ])
})

it('a greeting without capabilities is asked for them', async () => {
  const { hop, judgement, server } = await examineMail({ protocol: 'imap', greeting: '* OK hello\r\n' })
  expect(judgement.verdict).toBe('authenticated')
  expect(hop.record.offered).toBe(true)
  expect(server.connections[0]?.clear).toEqual(['a1 CAPABILITY', 'a2 STARTTLS'])
})

it('case 42: PREAUTH makes STARTTLS impossible: plaintext, and it is not tried', async () => {
  const { hop, judgement, server } = await examineMail({
    protocol: 'imap',
    greeting: '* PREAUTH [CAPABILITY IMAP4rev1 STARTTLS] logged in as ada\r\n',
  })
  expect(judgement).toMatchObject({ verdict: 'plaintext', cause: 'preauth' })
  expect(hop.record.oddities).toEqual(['preauth'])
  expect(server.connections[0]).toMatchObject({ clear: ['a1 LOGOUT'], handshakes: 0 })
})

it('case 42: BYE as a greeting is a refusal for now', async () => {
  const { judgement } = await examineMail({ protocol: 'imap', greeting: '* BYE [UNAVAILABLE] overloaded\r\n' })
  expect(judgement).toMatchObject({ verdict: 'refused', cause: 'rate-limited', quote: '* BYE [UNAVAILABLE] overloaded' })
})

it('case 43: capabilities said in the clear are not believed inside TLS, not even those of the consent', async () => {
  const { hop, server } = await examineMail({
    protocol: 'imap',
    greeting: '* OK [CAPABILITY IMAP4rev2 STARTTLS AUTH=EVIL] hello\r\n',
    answer: ({ verb, tag, secure }) =>
      verb === 'STARTTLS' && !secure ? `${tag} OK [CAPABILITY IMAP4rev2 AUTH=EVIL] go\r\n` : undefined,
  })
  expect(hop.end).toEqual({ kind: 'secure' })
  expect(hop.record.inside?.extensions.map(({ keyword }) => keyword)).toEqual(['IMAP4REV2', 'AUTH=PLAIN'])
  expect(server.connections[0]?.secure[0]).toBe('a1 CAPABILITY')
})

it.each([
  ['NO', 'a1 NO not today\r\n', 'broken', 'starttls-refused'],
  ['BAD', 'a1 BAD what\r\n', 'broken', 'starttls-refused'],
  ['NO [UNAVAILABLE]', 'a1 NO [UNAVAILABLE] no key\r\n', 'temporary', 'starttls-4xx'],
  ['a continuation', '+ go on\r\n', 'broken', 'starttls-answer'],
  ['BYE', '* BYE\r\n', 'refused', 'rate-limited'],
  ["another's tag", 'zz OK go\r\n', 'broken', 'malformed'],
  ['words', 'what?\r\n', 'broken', 'malformed'],
  ['a close', close, 'broken', 'closed'],
])('case 44: STARTTLS answered by %s is no consent, and no ClientHello is sent', async (_, said, verdict, cause) => {
  const { hop, judgement, server } = await examineMail({
    protocol: 'imap',
    answer: ({ verb }) => (verb === 'STARTTLS' ? said : undefined),
  })
  expect(judgement).toMatchObject({ verdict, cause })
  expect(hop.record.tls).toBeUndefined()
  expect(server.connections[0]?.handshakes).toBe(0)
})

it('case 44: untagged responses before the consent are tolerated, noted and not believed', async () => {
  const { hop, judgement } = await examineMail({
    protocol: 'imap',
    answer: ({ verb, tag, secure }) =>
      verb === 'STARTTLS' && !secure ? `* 3 EXISTS\r\n* LIST () "/" {5}\r\nINBOX\r\n${tag} OK go\r\n` : undefined,
  })
  expect(judgement.verdict).toBe('authenticated')
  expect(hop.record.oddities).toEqual(['untagged-before-ok'])
})

it.each(['* OK [ALERT] log in at evil.test\r\n', 'a', '\x16'])(
  'case 44: OK and %j behind it end the connection, as case 26',
  async (extra) => {
    const { hop, judgement, server } = await examineMail({ protocol: 'imap', behindConsent: extra })
    expect(judgement).toMatchObject({ verdict: 'broken', cause: 'injected', quote: extra })
    expect(hop.record.inside).toBeUndefined()
    expect(server.connections[0]?.handshakes).toBe(0)
  },
)

it('case 45: LOGINDISABLED is read from the capabilities, and no log-in is ever tried', async () => {
  const open = await examineMail({ protocol: 'imap', greeting: '* OK [CAPABILITY IMAP4rev1 STARTTLS] hi\r\n' })
  const closed = await examineMail({ protocol: 'imap' })
  const disabled = [open, closed].map(
    ({ hop }) => hop.record.capabilities && findExtension(hop.record.capabilities, 'LOGINDISABLED'),
  )
  expect(disabled).toEqual([undefined, { keyword: 'LOGINDISABLED', params: [] }])
  for (const { server } of [open, closed]) expect(server.connections[0]?.clear).toEqual(['a1 STARTTLS'])
})

it('without STARTTLS it is plaintext; what works though unlisted is hidden', async () => {
  const greeting = '* OK [CAPABILITY IMAP4rev1] hi\r\n'
  const hidden = await examineMail({ protocol: 'imap', greeting })
  expect(hidden.judgement).toMatchObject({ verdict: 'plaintext', cause: 'hidden' })
  const none = await examineMail({
    protocol: 'imap',
    greeting,
    answer: ({ verb, tag }) => (verb === 'STARTTLS' ? `${tag} BAD unknown\r\n` : undefined),
  })
  expect(none.judgement).toMatchObject({ verdict: 'plaintext', cause: 'not-offered' })
})

it('CAPABILITY refused is broken, and the server is not blamed for our name', async () => {
  const { judgement } = await examineMail({
    protocol: 'imap',
    greeting: '* OK hi\r\n',
    answer: ({ verb, tag }) => (verb === 'CAPABILITY' ? `${tag} BAD what\r\n` : undefined),
  })
  expect(judgement).toMatchObject({ verdict: 'broken', cause: 'capabilities-refused', quote: 'a1 BAD what' })
})
