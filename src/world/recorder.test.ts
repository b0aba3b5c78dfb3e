import { once } from 'node:events'
import { connect } from 'node:net'
import { createTransport } from 'nodemailer'
import { describe, expect, test } from 'vitest'
import { createAuthority } from './authority.ts'
import { startListener, type Place } from './listener.ts'
import { startReceiver } from './receiver.ts'
import { plaintextOf, startRecorder } from './recorder.ts'

const here: Place = { host: '127.0.0.1', port: 0 }
const authority = await createAuthority()
const identity = await authority.issue({ names: ['mx.example.test'] })
const mail = { from: 'a@b.test', to: 'secret@d.test', text: 'confidential' }
const tls = { ca: authority.pem, servername: 'mx.example.test' }

test('shows that nothing but the upgrade travelled in the clear', async () => {
  await using receiver = await startReceiver({ host: '127.0.0.2', port: 0, hostname: 'mx.example.test', identity })
  await using tap = await startRecorder({ ...here, target: receiver })
  const { host, port } = tap
  await createTransport({ host, port, name: 'client.test', requireTLS: true, tls }).sendMail(mail)
  const [connection] = tap.connections
  await connection?.closed
  expect(plaintextOf(connection?.fromClient ?? Buffer.alloc(0)).toString()).toBe('EHLO client.test\r\nSTARTTLS\r\n')
  expect(connection?.fromClient.length).toBeGreaterThan(500)
  expect(connection?.fromClient.includes('confidential')).toBe(false)
  expect(connection?.fromServer.toString()).toMatch(/^220 mx\.example\.test ESMTP\r\n250-/)
  expect(receiver).toMatchObject({ count: 1, plaintext: 0 })
})

test('shows everything that travelled in the clear', async () => {
  await using receiver = await startReceiver({ host: '127.0.0.2', port: 0, hostname: 'mx.example.test', startTls: false })
  await using tap = await startRecorder({ ...here, target: receiver })
  const { host, port } = tap
  await createTransport({ host, port }).sendMail(mail)
  const clear = plaintextOf(tap.connections[0]?.fromClient ?? Buffer.alloc(0)).toString()
  expect(clear).toContain('RCPT TO:<secret@d.test>')
  expect(clear).toContain('confidential')
})

test('TLS from the first byte leaves nothing in the clear', async () => {
  const options = { host: '127.0.0.2', port: 0, hostname: 'mx.example.test', identity, implicitTls: true }
  await using receiver = await startReceiver(options)
  await using tap = await startRecorder({ ...here, target: receiver })
  const { host, port } = tap
  await createTransport({ host, port, secure: true, tls }).sendMail(mail)
  const [connection] = tap.connections
  await connection?.closed
  expect(connection?.fromClient.length).toBeGreaterThan(500)
  expect(plaintextOf(connection?.fromClient ?? Buffer.from('nothing'))).toHaveLength(0)
})

describe('is transparent', () => {
  test('each side may end its half', async () => {
    await using echo = await startListener(here, (socket) => socket.pipe(socket), true)
    await using tap = await startRecorder({ ...here, target: echo })
    const client = connect({ host: tap.host, port: tap.port, allowHalfOpen: true })
    const bytes = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte))
    client.end(bytes)
    const chunks: Buffer[] = []
    for await (const chunk of client) chunks.push(chunk as Buffer)
    expect(Buffer.concat(chunks)).toEqual(bytes)
    await tap.connections[0]?.closed
    expect(tap.connections[0]?.fromClient).toEqual(bytes)
    expect(tap.connections[0]?.fromServer).toEqual(bytes)
  })

  test('a server that is not there closes the client', async () => {
    const gone = await startListener(here, () => undefined)
    await gone[Symbol.asyncDispose]()
    await using tap = await startRecorder({ ...here, target: gone })
    const client = connect({ host: tap.host, port: tap.port })
    client.resume()
    await once(client, 'close')
    expect(tap.connections).toHaveLength(1)
  })

  test('a client that breaks off closes the server, and the relay goes on', async () => {
    const { promise: closed, resolve } = Promise.withResolvers<void>()
    await using target = await startListener(here, (socket) => {
      socket.once('close', () => resolve())
      socket.write('220 \r\n')
    })
    await using tap = await startRecorder({ ...here, target })
    const client = connect({ host: tap.host, port: tap.port })
    await once(client, 'data')
    client.resetAndDestroy()
    await closed
    const next = connect({ host: tap.host, port: tap.port })
    await once(next, 'data')
    next.destroy()
  })
})

describe('plaintextOf', () => {
  const hello = Buffer.from('16030100050100000102', 'hex')
  const data = Buffer.from('1703030002aabb', 'hex')

  test('ends at the ClientHello, wherever the bytes look like one before', () => {
    const lookalike = Buffer.from('a\x16\x03b\x16\x03\x01\x00\x02\x02\x02\r\n', 'latin1')
    expect(plaintextOf(Buffer.concat([lookalike, hello, data]))).toEqual(lookalike)
    expect(plaintextOf(lookalike)).toEqual(lookalike)
    expect(plaintextOf(Buffer.alloc(0))).toHaveLength(0)
  })

  test('knows what follows TLS without being TLS', () => {
    const after = Buffer.from('MAIL FROM:<a@b.test>\r\n')
    expect(plaintextOf(Buffer.concat([hello, data, after]))).toEqual(after)
  })

  test('does not take a record that was cut off for plaintext', () => {
    expect(plaintextOf(Buffer.concat([hello, data]).subarray(0, -1))).toHaveLength(0)
  })
})
