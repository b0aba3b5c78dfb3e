import { createTransport } from 'nodemailer'
import { describe, expect, test } from 'vitest'
import { createAuthority } from './authority.ts'
import { openClient, openGreeted } from './client.ts'
import { createMailbox } from './mailbox.ts'
import { spellReply, type Script } from './script.ts'
import { startScriptedServer, type ScriptedServerOptions } from './scripted.ts'

const authority = await createAuthority()
const identity = await authority.issue({ names: ['mx.scripted.test'] })
const trusting = { ca: authority.pem, servername: 'mx.scripted.test' }

async function start(script: Partial<Script> = {}, options: ScriptedServerOptions = {}) {
  return startScriptedServer({ tls: { identity }, ...script }, options)
}

const transaction = ['MAIL FROM:<a@b.test>', 'RCPT TO:<c@d.test>', 'DATA']

describe('a happy server', () => {
  test('takes mail from nodemailer over TLS, and tells what it saw (case 1)', async () => {
    const mailbox = createMailbox('ids')
    await using server = await start({}, { mailbox })
    const { host, port } = server
    const tls = { ca: authority.pem, servername: 'mx.scripted.test' }
    const transport = createTransport({ host, port, name: 'client.test', requireTLS: true, tls })
    await transport.sendMail({ from: 'a@b.test', to: ['c@d.test', 'e@f.test'], text: '.dot\n..', messageId: '<1@b.test>' })
    await server.connections[0]?.closed
    expect(server.messages).toMatchObject([
      {
        from: 'a@b.test',
        to: ['c@d.test', 'e@f.test'],
        helo: 'client.test',
        secure: true,
        tlsVersion: 'TLSv1.3',
        accepted: true,
      },
    ])
    expect(server.messages[0]?.raw.toString()).toMatch(/\r\n\r\n\.dot\r\n\.\.\r\n$/)
    expect(server.connections[0]).toMatchObject({
      number: 1,
      sni: 'mx.scripted.test',
      handshakeCompleted: true,
      secureLines: ['EHLO client.test', 'MAIL FROM:<a@b.test>', 'RCPT TO:<c@d.test>', 'RCPT TO:<e@f.test>', 'DATA'],
    })
    expect(server.connections[0]?.plaintext.toString()).toBe('EHLO client.test\r\nSTARTTLS\r\n')
    expect(mailbox).toMatchObject({ count: 1, plaintext: 0, ids: ['<1@b.test>'] })
  })

  test('keeps the order of commands, and forgets everything over STARTTLS (RFC 3207 4.2)', async () => {
    await using server = await start()
    using client = await openClient(server)
    await client.reply()
    expect(await client.say('MAIL FROM:<a@b.test>')).toMatch(/^503 /)
    expect(await client.say('HELO client.test')).toBe('250 mx.scripted.test\r\n')
    expect(await client.say('RCPT TO:<c@d.test>')).toMatch(/^503 /)
    expect(await client.say('DATA')).toMatch(/^503 /)
    expect(await client.say('NOOP')).toMatch(/^250 /)
    expect(await client.say('VRFY x')).toMatch(/^502 /)
    expect(await client.say('MAIL FROM:<a@b.test>')).toMatch(/^250 /)
    await client.say('STARTTLS')
    await client.upgrade(trusting)
    expect(await client.say('RCPT TO:<c@d.test>')).toMatch(/^503 /)
    expect(await client.say('MAIL FROM:<a@b.test>')).toMatch(/^503 /)
    expect(await client.say('EHLO client.test')).not.toContain('STARTTLS')
    expect(await client.say('STARTTLS')).toMatch(/^503 /)
    expect(await client.say('MAIL FROM:<a@b.test>')).toMatch(/^250 /)
    expect(await client.say('RSET')).toMatch(/^250 /)
    expect(await client.say('RCPT TO:<c@d.test>')).toMatch(/^503 /)
    expect(await client.say('QUIT')).toMatch(/^221 /)
    expect(await client.rest()).toBe('')
  })

  test('answers commands that come in one segment, and ends a message at CRLF dot CRLF only', async () => {
    await using server = await start()
    using client = await openClient(server)
    await client.reply()
    expect(await client.say('EHLO c', ...transaction)).toMatch(/^250-/)
    expect([await client.reply(), await client.reply(), await client.reply()].map((reply) => reply.slice(0, 3)).join()).toBe(
      '250,250,354',
    )
    client.write('a\n.\r\n.\nb\r\n')
    expect(await client.say('..', '.')).toMatch(/^250 /)
    expect(server.messages[0]).toMatchObject({
      secure: false,
      raw: Buffer.from('a\n.\r\n\nb\r\n.\r\n'.replace('.\r\n\n', '\r\n\n')),
    })
  })

  test('listens on any address of the machine', async () => {
    for (const host of ['127.0.0.9', '::1']) {
      await using server = await start({}, { host })
      using client = await openClient(server)
      expect(await client.reply()).toBe('220 mx.scripted.test ESMTP\r\n')
    }
  })
})

test('the server closes at once, whatever its connections are doing', async () => {
  const server = await start({ noop: { silence: true } })
  const direct = await start({ implicitTls: true })
  const clients = await Promise.all([openGreeted(server), openGreeted(server), openGreeted(server), openClient(direct)])
  clients[0].write('NOOP\r\n')
  await clients[1].say('STARTTLS')
  clients[1].write('\x16\x03\x01\x02\x00')
  await clients[2].say('STARTTLS')
  await clients[2].upgrade(trusting)
  clients[3].write('\x16\x03\x01\x02\x00')
  const ended = Promise.all([...server.connections, ...direct.connections].map(async ({ closed }) => closed))
  await Promise.all([server[Symbol.asyncDispose](), direct[Symbol.asyncDispose]()])
  expect(await ended).toHaveLength(4)
})

test('replies are spelled with their line ends', () => {
  expect(spellReply(250, 'mx.example.test', 'STARTTLS')).toBe('250-mx.example.test\r\n250 STARTTLS\r\n')
})
