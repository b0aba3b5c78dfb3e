/*
 * The threat is that of beforeTls.test.ts, in the other protocols: that a server lures us, by whatever it answers to
 * whatever we ask, into a word in the clear that is no greeting, no request for TLS and no farewell, or into believing
 * what was not said inside TLS.
 */
import { describe, expect, it } from 'vitest'
import { MailConnection } from '../../src/smtpclient/index.ts'
import { type ReplyChannel, type SecureChannel, openHop, probeInjection, protocols, reachTls } from '../../src/starttls/index.ts'
import { endpointOf, hopOptions, identity } from '../support/mailHop.ts'
import { type MailScript, close, startMailServer } from '../support/mailServer.ts'

/** All that may be written in the clear; the command slipped in is the probe's alone. */
const allowed = {
  smtp: /^(?:EHLO client\.test|HELO client\.test|STARTTLS|QUIT)$/,
  lmtp: /^(?:LHLO client\.test|STARTTLS|QUIT)$/,
  imap: /^a\d (?:CAPABILITY|STARTTLS|LOGOUT)$/,
  pop3: /^(?:CAPA|STLS|QUIT)$/,
  sieve: /^(?:CAPABILITY|STARTTLS|LOGOUT)$/,
}
const slipped = /^(?:(?:EHLO|LHLO) sp[0-9a-f]{16}\.invalid|sp[0-9a-f]{16} NOOP|CAPA|NOOP "sp[0-9a-f]{16}")$/

const answers = [
  '220 go\r\n',
  '250 ok\r\n',
  '334 VXNlcm5hbWU6\r\n',
  '354 go ahead\r\n',
  '* OK go\r\n',
  '* PREAUTH hi\r\n',
  '* BYE\r\n',
  '+ VXNlcm5hbWU6\r\n',
  '+OK\r\n',
  '-ERR\r\n',
  'OK\r\n',
  'NO\r\n',
  'BYE\r\n',
  '"SASL" "PLAIN"\r\nOK\r\n',
  'TAG OK done\r\n',
  'TAG NO no\r\n',
  '\r\n',
  close,
]

describe.each(protocols)('%s: whatever the server answers', (protocol) => {
  it.each([['openHop'], ['reachTls'], ['probeInjection']] as const)('%s writes nothing else in the clear', async (which) => {
    for (const said of answers) {
      for (const moment of ['greeting', 'EHLO', 'HELO', 'LHLO', 'CAPABILITY', 'CAPA', 'STARTTLS', 'STLS']) {
        const script: MailScript = {
          protocol,
          identity,
          ...(moment === 'greeting' ? { greeting: said === close ? '' : said } : {}),
          answer: ({ verb, tag, secure }) => (!secure && verb === moment ? said.replace('TAG', tag) : undefined),
        }
        await using server = await startMailServer(script)
        const timeouts = { connect: 1_000, greeting: 1_000, command: 1_000, handshake: 1_000 }
        const options = hopOptions(protocol, { timeouts })
        if (which === 'openHop') await (await openHop(endpointOf(server), options)).leave()
        if (which === 'reachTls') (await reachTls(endpointOf(server), options)).stream?.destroy()
        if (which === 'probeInjection') await probeInjection(endpointOf(server), options)
        const { clear = [] } = server.connections[0] ?? {}
        // To a server that did not mean to begin TLS, the ClientHello is a line like others; it ends what is in the clear.
        const hello = clear.findIndex((line) => line.startsWith('\x16\x03'))
        const written = hello < 0 ? clear : clear.slice(0, hello)
        for (const line of written) {
          if (which !== 'probeInjection' || !slipped.test(line)) expect(line).toMatch(allowed[protocol])
        }
      }
    }
  })
})

it('no message can be given to anything but SMTP and LMTP inside TLS, and the compiler says so', async () => {
  const timeouts = { command: 1_000, data: 1_000, block: 1_000, dot: 1_000 }
  const write = (plain: ReplyChannel): MailConnection =>
    // @ts-expect-error -- a channel in the clear
    MailConnection.overTls(plain, { greeting: '', extensions: [] }, { timeouts })
  expect(write).toBeTypeOf('function')
  for (const protocol of protocols) {
    await using server = await startMailServer({ protocol, identity })
    const hop = await openHop(endpointOf(server), hopOptions(protocol))
    const channel: SecureChannel | undefined = hop.channel
    expect([hop.end.kind, channel !== undefined]).toEqual(['secure', protocol === 'smtp' || protocol === 'lmtp'])
    await hop.leave()
  }
})
