import { once } from 'node:events'
import { connect } from 'node:net'
import { createTransport } from 'nodemailer'
import { expect, test } from 'vitest'
import { createAuthority } from './authority.ts'
import { ignore, type Place } from './listener.ts'
import { startReceiver, type Receiver, type ReceiverOptions } from './receiver.ts'

const authority = await createAuthority()
const identity = await authority.issue({ names: ['mx.example.test'] })
const mail = { from: 'a@sender.test', to: 'b@example.test', subject: 'Hello', text: '.dot', messageId: '<1@sender.test>' }

async function start(options: Partial<ReceiverOptions> = {}): Promise<Receiver> {
  return startReceiver({ host: '127.0.0.2', port: 0, hostname: 'mx.example.test', identity, keep: true, ...options })
}

/** Sends with nodemailer, which verifies the certificate unless told otherwise. */
async function send(place: Place, options: object = {}, message: object = {}) {
  const { host, port } = place
  const tls = { ca: authority.pem, servername: 'mx.example.test' }
  const transport = createTransport({ host, port, name: 'client.test', tls, ...options })
  return transport.sendMail({ ...mail, ...message })
}

/** Says all of `text` once greeted, and returns everything the server said until it closed. */
async function exchange({ host, port }: Place, text: string): Promise<string> {
  const socket = connect({ host, port })
  await once(socket, 'readable')
  socket.write(text)
  let said = ''
  for await (const chunk of socket) said += String(chunk)
  return said
}

test.concurrent('takes a message over STARTTLS and says what it was', async () => {
  const seen: string[] = []
  await using receiver = await start({ onMessage: ({ from }) => seen.push(from) })
  await send(receiver, { requireTLS: true })
  expect(receiver.messages).toMatchObject([
    { from: 'a@sender.test', to: ['b@example.test'], secure: true, tlsVersion: 'TLSv1.3', helo: 'client.test' },
  ])
  expect(receiver.messages[0]?.raw.toString()).toMatch(/^Subject: Hello\r\n[^]*\r\n\r\n\.dot\r\n$/m)
  expect(receiver).toMatchObject({ count: 1, plaintext: 0, connections: 1, ids: ['<1@sender.test>'] })
  expect(seen).toEqual(['a@sender.test'])
})

test.concurrent('shows its own certificate, also where none was given', async () => {
  await using other = await start({ identity: await authority.issue({ names: ['other.test'] }) })
  await expect(send(other, { requireTLS: true })).rejects.toThrow(/altnames/)
  const { identity: _, ...bare } = { host: '127.0.0.2', port: 0, hostname: 'mx.example.test', identity }
  await using own = await startReceiver(bare)
  await expect(send(own, { requireTLS: true })).rejects.toThrow(/self-signed/)
})

test.concurrent('without STARTTLS nothing is offered, and what comes is counted as plaintext (case 15)', async () => {
  await using receiver = await start({ startTls: false })
  await expect(send(receiver, { requireTLS: true })).rejects.toThrow()
  expect(receiver.count).toBe(0)
  await send(receiver)
  expect(receiver.messages).toMatchObject([{ secure: false, tlsVersion: undefined }])
  expect(receiver).toMatchObject({ count: 1, plaintext: 1, connections: 2 })
  expect(await exchange(receiver, 'EHLO c\r\nSTARTTLS\r\nQUIT\r\n')).toMatch(/\r\n500 [^]*\r\n221 /)
})

test.concurrent('a hidden STARTTLS works without being offered (case 21)', async () => {
  await using receiver = await start({ startTls: 'hidden' })
  expect(await exchange(receiver, 'EHLO c\r\nQUIT\r\n')).not.toContain('STARTTLS')
  await send(receiver, { requireTLS: true })
  expect(receiver).toMatchObject({ count: 1, plaintext: 0 })
})

test.concurrent('a login is asked for, and possible over TLS only (case 33)', async () => {
  await using receiver = await start({ auth: { user: 'sealpost', pass: 'secret' } })
  const clear = await exchange(receiver, 'EHLO c\r\nAUTH PLAIN AHNlYWxwb3N0AHNlY3JldA==\r\nMAIL FROM:<a@b.test>\r\nQUIT\r\n')
  expect(clear).not.toMatch(/250[- ]AUTH|235/)
  expect(clear).toMatch(/500 [^]*530 .*STARTTLS/)
  await expect(send(receiver)).rejects.toMatchObject({ responseCode: 530 })
  await expect(send(receiver, { auth: { user: 'sealpost', pass: 'wrong' } })).rejects.toMatchObject({ responseCode: 535 })
  expect(receiver.count).toBe(0)
  await send(receiver, { auth: { user: 'sealpost', pass: 'secret' } })
  expect(receiver).toMatchObject({ count: 1, plaintext: 0 })
})

test.concurrent('TLS from the first byte, with a login', async () => {
  await using receiver = await start({ implicitTls: true, auth: { user: 'sealpost', pass: 'secret' } })
  await send(receiver, { secure: true, auth: { user: 'sealpost', pass: 'secret' } })
  expect(receiver.messages).toMatchObject([{ secure: true, tlsVersion: 'TLSv1.3' }])
})

test.concurrent('single recipients are refused in the words given (case 11)', async () => {
  await using receiver = await start({
    answer: (recipient) => (recipient.startsWith('grey') ? { code: 451, text: '4.7.1 Greylisted' } : undefined),
  })
  const info = await send(receiver, {}, { to: 'grey@example.test, b@example.test' })
  expect(info.rejected).toEqual(['grey@example.test'])
  expect(info.rejectedErrors?.[0]?.response).toBe('451 4.7.1 Greylisted')
  expect(receiver.messages[0]?.to).toEqual(['b@example.test'])
})

test.concurrent('limits: size, pipelining', async () => {
  await using receiver = await start({ size: 1000, pipelining: false })
  expect(await exchange(receiver, 'EHLO c\r\nQUIT\r\n')).toMatch(/^(?![^]*PIPELINING)[^]*SIZE 1000\r\n/)
  const large = `EHLO c\r\nMAIL FROM:<a@b.test>\r\nRCPT TO:<c@d.test>\r\nDATA\r\n${'x'.repeat(1200)}\r\n.\r\nQUIT\r\n`
  expect(await exchange(receiver, large)).toMatch(/\r\n552 /)
  expect(receiver.count).toBe(0)
})

test.concurrent('keeps no more than it is told', async () => {
  await using nothing = await start({ keep: false })
  await using ids = await start({ keep: 'ids' })
  await Promise.all([send(nothing), send(ids)])
  expect(nothing).toMatchObject({ count: 1, ids: [], messages: [] })
  expect(ids).toMatchObject({ count: 1, ids: ['<1@sender.test>'], messages: [] })
})

test.concurrent('clients that vanish in the middle of a handshake or a message harm nobody', async () => {
  await using receiver = await start()
  const begun = 'EHLO c\r\nMAIL FROM:<a@b.test>\r\nRCPT TO:<c@d.test>\r\nDATA\r\nhalf'
  for (const [text, until] of [
    ['STARTTLS\r\n', '220 2.0.0 '],
    [begun, '354 '],
  ] as const) {
    const socket = connect({ host: receiver.host, port: receiver.port })
    await once(socket, 'readable')
    socket.write(text)
    let said = ''
    for await (const chunk of socket) {
      said += String(chunk)
      if (said.includes(until)) break
    }
    socket.resetAndDestroy()
  }
  await using direct = await start({ implicitTls: true })
  const socket = connect({ host: direct.host, port: direct.port })
  socket.write(Buffer.from('1603010200', 'hex'), () => socket.resetAndDestroy())
  await once(socket, 'close')
  await send(receiver)
  await send(direct, { secure: true })
  expect(receiver).toMatchObject({ count: 1, connections: 3 })
  expect(direct).toMatchObject({ count: 1, connections: 2 })
})

test.concurrent('closes at once, whatever its connections are doing', async () => {
  const receiver = await start()
  const direct = await start({ implicitTls: true })
  const greeted = connect({ host: receiver.host, port: receiver.port })
  const halfway = connect({ host: receiver.host, port: receiver.port })
  const silent = connect({ host: direct.host, port: direct.port })
  const closed = Promise.all(
    [greeted, halfway, silent].map(async (socket) => {
      // Some see a reset, some an end: both are closed.
      socket.on('error', ignore)
      await new Promise((resolve) => socket.once('close', resolve))
    }),
  )
  silent.write(Buffer.from('1603010200', 'hex'))
  await Promise.all([once(greeted, 'data'), once(halfway, 'data'), once(silent, 'connect')])
  halfway.write('STARTTLS\r\n')
  await once(halfway, 'data')
  halfway.write(Buffer.from('1603010200', 'hex'))
  await Promise.all([receiver[Symbol.asyncDispose](), direct[Symbol.asyncDispose]()])
  for (const socket of [greeted, halfway, silent]) socket.resume()
  await closed
})
