import { describe, expect, it } from 'vitest'
import { MailConnection, type Envelope } from '../../../src/smtpclient/index.ts'
import { ReplyChannel } from '../../../src/starttls/index.ts'
import { PassThrough } from 'node:stream'
import { VirtualClock } from '../../support/clock.ts'
import { deliverWith, everything, letter, transactionTimeouts } from '../../support/deliverWith.ts'

const small = letter(1).message
const without = (keyword: string): string[] => everything.filter((offer) => !offer.startsWith(keyword))

async function commandsFor(envelope: Partial<Envelope>, message = small, offers = everything): Promise<string[]> {
  await using delivery = await deliverWith({ offers })
  const outcomes = await delivery.connection.send({
    envelope: { from: 'a@sender.test', to: ['b@example.test'], ...envelope },
    message,
  })
  expect(outcomes).toMatchObject([{ kind: 'accepted' }])
  return delivery.seen.said.filter((line) => /^(?:MAIL|RCPT)/.test(line))
}

async function lackOf(envelope: Partial<Envelope>, message: Buffer, offers: readonly string[]): Promise<unknown> {
  await using delivery = await deliverWith({ offers })
  const [outcome] = await delivery.connection.send({
    envelope: { from: 'a@sender.test', to: ['b@example.test'], ...envelope },
    message,
  })
  expect(delivery.seen.said, 'nothing was written').toHaveLength(1)
  expect(delivery.connection.usable).toBe(true)
  return outcome
}

describe('what a message needs and a server offers', () => {
  it('SIZE is told where it is offered, and a message beyond the limit is not begun (RFC 1870 6.1)', async () => {
    expect(await commandsFor({ from: '' })).toEqual([`MAIL FROM:<> SIZE=${small.length}`, 'RCPT TO:<b@example.test>'])
    expect(await commandsFor({}, small, without('SIZE'))).toContain('MAIL FROM:<a@sender.test>')
    for (const offer of ['SIZE', 'SIZE 0', `SIZE ${small.length}`, 'SIZE many', 'SIZE -1'])
      expect(await commandsFor({}, small, [offer])).toHaveLength(2)
    expect(await lackOf({}, small, [`SIZE ${small.length - 1}`])).toMatchObject({ kind: 'unsupported', need: 'size' })
  })

  it('octets outside ASCII need 8BITMIME (RFC 6152 3)', async () => {
    const message = Buffer.from('Subject: x\r\n\r\ngrün\r\n')
    expect((await commandsFor({}, message))[0]).toBe(`MAIL FROM:<a@sender.test> SIZE=${message.length} BODY=8BITMIME`)
    expect(await lackOf({}, message, without('8BITMIME'))).toMatchObject({ kind: 'unsupported', need: '8bitmime' })
  })

  it('an address or a header outside ASCII needs SMTPUTF8 (RFC 6531 3.4, RFC 6532 3)', async () => {
    const header = Buffer.from('Subject: grün\r\n\r\nx\r\n')
    expect((await commandsFor({}, header))[0]).toMatch(/ BODY=8BITMIME SMTPUTF8$/)
    const [mail, rcpt] = await commandsFor({ to: ['jürgen@example.test'] })
    expect(mail).toMatch(/ SMTPUTF8$/)
    expect(Buffer.from(rcpt ?? '', 'latin1').toString()).toBe('RCPT TO:<jürgen@example.test>')
    expect(await lackOf({}, header, without('SMTPUTF8'))).toMatchObject({ need: 'smtputf8' })
    expect(await lackOf({ from: 'jürgen@example.test' }, small, without('SMTPUTF8'))).toMatchObject({ need: 'smtputf8' })
  })

  it('REQUIRETLS is passed on, or the message does not go (RFC 8689 4.2.1)', async () => {
    expect((await commandsFor({ requireTls: true }))[0]).toBe(`MAIL FROM:<a@sender.test> SIZE=${small.length} REQUIRETLS`)
    expect(await lackOf({ requireTls: true }, small, without('REQUIRETLS'))).toMatchObject({ need: 'requiretls' })
  })

  it('REQUIRETLS that is offered in the clear does not count (RFC 8689 4.1)', async () => {
    const channel = new ReplyChannel(new PassThrough(), new VirtualClock())
    const capabilities = { greeting: 'mx', extensions: [{ keyword: 'REQUIRETLS', params: [] }] }
    const connection = MailConnection.inTheClear(channel, capabilities, { timeouts: transactionTimeouts })
    const { envelope, message } = letter(1)
    const outcomes = await connection.send({ envelope: { ...envelope, requireTls: true }, message })
    expect(outcomes).toMatchObject([{ kind: 'unsupported', need: 'requiretls' }])
    connection.destroy()
  })
})

describe('reports of delivery (RFC 3461 4)', () => {
  const dsn = { ret: 'HDRS', envid: 'a+b=c d', notify: ['FAILURE', 'DELAY', 'FAILURE'] } as const

  it('are asked for in xtext, and the outcome says so', async () => {
    expect(await commandsFor({ dsn, to: ['b+news=1@example.test'] })).toEqual([
      `MAIL FROM:<a@sender.test> SIZE=${small.length} RET=HDRS ENVID=a+2Bb+3Dc+20d`,
      'RCPT TO:<b+news=1@example.test> NOTIFY=FAILURE,DELAY ORCPT=rfc822;b+2Bnews+3D1@example.test',
    ])
    await using delivery = await deliverWith()
    const { envelope, message } = letter(1)
    expect(await delivery.connection.send({ envelope: { ...envelope, dsn }, message })).toMatchObject([{ dsn: 'passed-on' }])
    const [plain] = await delivery.connection.send({ envelope, message })
    expect(plain).not.toHaveProperty('dsn')
  })

  it('NEVER stands alone (RFC 3461 4.1), and an ENVID that is too long is left out (4.4)', async () => {
    const commands = await commandsFor({ dsn: { notify: ['SUCCESS', 'NEVER'], envid: 'x'.repeat(101) } })
    expect(commands.join('\n')).not.toContain('ENVID')
    expect(commands[1]).toBe('RCPT TO:<b@example.test> NOTIFY=NEVER ORCPT=rfc822;b@example.test')
  })

  it('an address outside ASCII is named as utf-8 (RFC 6533 3)', async () => {
    const [, rcpt] = await commandsFor({ dsn: {}, to: ['jürgen+x@example.test'] })
    expect(Buffer.from(rcpt ?? '', 'latin1').toString()).toBe(
      'RCPT TO:<jürgen+x@example.test> ORCPT=utf-8;jürgen\\x{2B}x@example.test',
    )
  })

  it('are not asked for where the server has none, and the outcome says so', async () => {
    await using delivery = await deliverWith({ offers: without('DSN') })
    const { envelope, message } = letter(1)
    const outcomes = await delivery.connection.send({ envelope: { ...envelope, dsn }, message })
    expect(outcomes).toMatchObject([{ kind: 'accepted', dsn: 'not-offered' }])
    expect(delivery.seen.said.join('\n')).not.toMatch(/RET=|ENVID|NOTIFY|ORCPT/)
  })
})

it.each(['a\r\nDATA', 'a\nb@example.test', 'a\0@example.test'])(
  'an address such as %j is refused before a byte is written',
  async (to) => {
    await using delivery = await deliverWith()
    await expect(delivery.connection.send(letter(1, to))).rejects.toMatchObject({ code: 'SP_COMMAND_UNSAFE' })
    expect(delivery.seen.said).toHaveLength(1)
    expect(await delivery.connection.send(letter(1))).toMatchObject([{ kind: 'accepted' }])
  },
)
