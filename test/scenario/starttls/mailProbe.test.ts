import { expect, it } from 'vitest'
import { type MailProbe, probeMail } from '../../../src/starttls/index.ts'
import { VirtualClock } from '../../support/clock.ts'
import { endpointOf, hopOptions, identity } from '../../support/mailHop.ts'
import { type MailCommand, type MailServer, close, startMailServer } from '../../support/mailServer.ts'

type Answer = (command: MailCommand) => string | undefined

async function probe(answer: Answer = () => undefined, script = {}): Promise<MailProbe & { readonly server: MailServer }> {
  await using server = await startMailServer({ protocol: 'smtp', identity, answer, ...script })
  const options = { ...hopOptions('smtp', { clock: new VirtualClock() }), recipient: 'postmaster@example.test' }
  return { ...(await probeMail(endpointOf(server), options)), server }
}

const keeps: Answer = ({ verb }) => (verb === 'RCPT' ? '250 2.1.5 Ok\r\n' : undefined)

it('case 38: a recipient taken inside TLS for a sender named before is state kept over STARTTLS', async () => {
  const { state, end, server } = await probe(keeps)
  expect(state).toMatchObject({ kind: 'kept', said: { text: '250 2.1.5 Ok' } })
  expect(end).toEqual({ kind: 'secure' })
  expect(server.connections[0]).toEqual({
    clear: ['EHLO client.test', 'MAIL FROM:<>', 'STARTTLS'],
    secure: ['RCPT TO:<postmaster@example.test>', 'RSET', 'QUIT'],
    handshakes: 1,
  })
})

it('case 38: 503 says that the state was reset', async () => {
  const { state, demand } = await probe()
  expect(state).toMatchObject({ kind: 'reset', said: { text: '503 5.5.1 Say MAIL first' } })
  expect(demand).toBe('none')
})

it('case 38: another refusal of the recipient says neither', async () => {
  const { state } = await probe(({ verb }) => (verb === 'RCPT' ? '450 4.7.1 Greylisted\r\n' : undefined))
  expect(state.kind).toBe('not-tested')
})

it.each([
  ['250 2.1.0 Ok', 'none'],
  ['530 5.7.0 Must issue a STARTTLS command first', 'tls'],
  ['530 No', 'tls'],
  ['530 5.7.0 Authentication required', 'log-in'],
  ['451 4.3.0 Later', 'unknown'],
  ['550 5.7.1 No', 'unknown'],
])('case 39: MAIL in the clear answered %j', async (said, demand) => {
  const probed = await probe(({ verb }) => (verb === 'MAIL' ? `${said}\r\n` : undefined))
  expect(probed).toMatchObject({ demand, mail: { text: said } })
  // Without a transaction there is nothing to be kept, and no recipient is named.
  if (demand !== 'none') expect(probed.state.kind).toBe('not-tested')
  const { clear = [], secure = [] } = probed.server.connections[0] ?? {}
  expect([...clear, ...secure].some((line) => line.startsWith('RCPT'))).toBe(demand === 'none')
})

it('DATA is never said, whatever the server says', async () => {
  for (const said of ['354 go ahead', '250 ok', '220 go', '334 ', '421 no', 'what']) {
    const { server } = await probe(({ verb, secure }) => (verb === 'STARTTLS' && !secure ? undefined : `${said}\r\n`))
    const { clear = [], secure = [] } = server.connections[0] ?? {}
    for (const line of [...clear, ...secure])
      expect(line).toMatch(/^(?:EHLO client\.test|MAIL FROM:<>|STARTTLS|RCPT TO:<postmaster@example\.test>|RSET|QUIT)$/)
  }
})

it('case 26: octets in the clear behind the consent end it', async () => {
  const { end, state } = await probe(keeps, { behindConsent: '250 ok\r\n' })
  expect(end).toEqual({ kind: 'injected', shown: '250 ok\r\n' })
  expect(state.kind).toBe('not-tested')
})

it('case 59: a connection that dies on the way is not tested', async () => {
  const { state } = await probe(({ verb }) => (verb === 'RCPT' ? close : undefined))
  expect(state.kind).toBe('not-tested')
})
