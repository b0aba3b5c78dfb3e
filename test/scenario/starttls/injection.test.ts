import { expect, it } from 'vitest'
import { type InjectionProbe, type Protocol, probeInjection, protocols } from '../../../src/starttls/index.ts'
import { VirtualClock } from '../../support/clock.ts'
import { endpointOf, hopOptions, identity } from '../../support/mailHop.ts'
import { type MailScript, type MailServer, close, startMailServer } from '../../support/mailServer.ts'

interface Probed extends InjectionProbe {
  readonly server: MailServer
  readonly clock: VirtualClock
}

async function probe(script: Partial<MailScript> & { readonly protocol: Protocol }): Promise<Probed> {
  const clock = new VirtualClock()
  await using server = await startMailServer({ identity, clock, ...script })
  return { ...(await probeInjection(endpointOf(server), hopOptions(script.protocol, { clock }))), server, clock }
}

it.each(protocols)('case 34: %s: a command run inside TLS is found', async (protocol) => {
  const { injection, end, server } = await probe({ protocol, behindStarttls: 'run' })
  expect(injection).toMatchObject({ kind: 'executed' })
  expect(injection.kind === 'executed' && injection.shown).not.toBe('')
  expect(end).toEqual({ kind: 'secure' })
  // One write had both; nothing else in the clear is new.
  expect(server.connections[0]?.clear.at(-1)).toMatch(
    /^(?:(?:EHLO|LHLO) sp[0-9a-f]{16}\.invalid|sp[0-9a-f]{16} NOOP|CAPA|NOOP "sp[0-9a-f]{16}")$/,
  )
})

it.each(protocols)('case 34: %s: a server that drops what is behind STARTTLS is safe', async (protocol) => {
  const { injection, end, server } = await probe({ protocol })
  expect(injection).toEqual({ kind: 'safe', how: 'ignored' })
  expect(end).toEqual({ kind: 'secure' })
  expect(server.connections[0]?.secure.at(-1)).toMatch(/QUIT|LOGOUT/)
})

it.each(protocols)('case 35: %s: a command answered in the clear before the handshake is not injection', async (protocol) => {
  const { injection } = await probe({ protocol, behindStarttls: 'answer' })
  expect(injection).toMatchObject({ kind: 'answered-in-clear' })
})

it.each(protocols)('case 36: %s: a server that refuses or hangs up is safe', async (protocol) => {
  expect((await probe({ protocol, behindStarttls: 'refuse' })).injection).toEqual({ kind: 'safe', how: 'refused' })
  expect((await probe({ protocol, behindStarttls: 'close' })).injection).toEqual({ kind: 'safe', how: 'closed' })
})

it.each(protocols)(
  'case 37: %s: a server that takes 5 s for each answer is no false positive, and no false negative',
  async (protocol) => {
    const safe = await probe({ protocol, delayMs: 5_000 })
    expect(safe.injection).toEqual({ kind: 'safe', how: 'ignored' })
    expect(safe.clock.elapsed).toBeGreaterThan(15_000)
    const executed = await probe({ protocol, delayMs: 5_000, behindStarttls: 'run' })
    expect(executed.injection).toMatchObject({ kind: 'executed' })
  },
)

it('case 47: capabilities that ManageSieve sends again are no injection, with NOOP or without', async () => {
  for (const afterTls of ['"SASL" "PLAIN"\r\nOK\r\n', '']) {
    for (const known of [true, false]) {
      const answer: NonNullable<MailScript['answer']> = ({ verb }) => (verb === 'NOOP' && !known ? 'NO "Unknown"\r\n' : undefined)
      const safe = await probe({ protocol: 'sieve', afterTls, answer })
      expect(safe.injection).toEqual({ kind: 'safe', how: 'ignored' })
      const executed = await probe({ protocol: 'sieve', afterTls, answer, behindStarttls: 'run' })
      expect(executed.injection).toMatchObject({ kind: 'executed' })
    }
  }
})

it('case 34: servers whose answers to QUIT are odd are judged by their answers, not by their number alone', async () => {
  const odd =
    (said: string): NonNullable<MailScript['answer']> =>
    ({ verb }) =>
      verb === 'QUIT' ? said : undefined
  for (const said of ['250 Bye\r\n', '500 What?\r\n', close, '421 4.3.2 Bye\r\n']) {
    const { injection } = await probe({ protocol: 'smtp', answer: odd(said) })
    expect(injection).toMatchObject(said === close ? { kind: 'not-tested' } : { kind: 'safe', how: 'ignored' })
    expect((await probe({ protocol: 'smtp', answer: odd(said), behindStarttls: 'run' })).injection).toMatchObject({
      kind: 'executed',
    })
  }
})

it('case 34: a POP3 server without CAPA is judged, too', async () => {
  const answer: NonNullable<MailScript['answer']> = ({ verb }) => (verb === 'CAPA' ? '-ERR what\r\n' : undefined)
  expect((await probe({ protocol: 'pop3', answer })).injection).toEqual({ kind: 'safe', how: 'ignored' })
  expect((await probe({ protocol: 'pop3', answer, behindStarttls: 'run' })).injection).toMatchObject({ kind: 'executed' })
})

it('case 59: what dies or falls silent in the middle is not tested, never safe', async () => {
  const closes = await probe({ protocol: 'smtp', answer: ({ secure }) => (secure ? close : undefined) })
  expect(closes.injection).toMatchObject({ kind: 'not-tested' })
  const silent = await probe({ protocol: 'smtp', answer: ({ secure, verb }) => (secure && verb === 'QUIT' ? ' ' : undefined) })
  expect(silent.injection).toMatchObject({ kind: 'not-tested' })
  const early = await probe({ protocol: 'smtp', greeting: '421 Busy\r\n' })
  expect(early).toMatchObject({ injection: { kind: 'not-tested' }, end: { kind: 'answered', stage: 'greeting' } })
  for (const said of ['454 4.7.0 Later\r\n', '421 4.3.2 Busy\r\n', '354 Go\r\n']) {
    const { injection } = await probe({ protocol: 'smtp', answer: ({ verb }) => (verb === 'STARTTLS' ? said : undefined) })
    expect(injection).toMatchObject({ kind: 'not-tested' })
  }
  const none = await probe({
    protocol: 'smtp',
    answer: ({ verb }) => (verb === 'EHLO' ? '250 mx\r\n' : verb === 'STARTTLS' ? '502 No\r\n' : undefined),
  })
  expect(none.injection).toMatchObject({ kind: 'not-tested' })
  const mute = await probe({ protocol: 'imap', answer: ({ verb }) => (verb === 'STARTTLS' ? ' ' : undefined) })
  expect(mute.injection).toMatchObject({ kind: 'not-tested' })
})

it('implicit TLS has no STARTTLS to slip behind, so nobody is asked', async () => {
  await using server = await startMailServer({ protocol: 'imap', identity, implicit: true })
  const { injection } = await probeInjection(endpointOf(server), hopOptions('imap', { security: 'implicit' }))
  expect(injection).toMatchObject({ kind: 'not-tested' })
  expect(server.connections).toEqual([])
})
