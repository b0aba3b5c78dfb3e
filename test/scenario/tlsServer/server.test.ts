import { once } from 'node:events'
import { createConnection } from 'node:net'
import { duplexPair } from 'node:stream'
import { connect } from 'node:tls'
import { expect, it } from 'vitest'
import { createAuthority } from '../../../src/world/index.ts'
import { startTlsServer, type TlsServer } from '../../support/tlsServer/index.ts'

async function greet({ host, port }: TlsServer, commands: string, until: RegExp) {
  const socket = createConnection({ host, port })
  let text = ''
  socket.write(commands)
  while (!until.test(text)) text += String((await once(socket, 'data'))[0])
  return { socket, text }
}

it('SMTP goes up to the 220 of STARTTLS, and TLS from there', async () => {
  await using server = await startTlsServer({ versions: [0x0303] })
  const { socket, text } = await greet(server, 'EHLO client.test\r\nMAIL FROM:<>\r\nSTARTTLS\r\n', /Ready/)
  expect(text.split('\r\n')).toEqual([
    '220 mx.example.test ESMTP',
    '250-mx.example.test',
    '250-STARTTLS',
    '250 8BITMIME',
    '530 5.7.0 Must issue a STARTTLS command first',
    '220 2.0.0 Ready to start TLS',
    '',
  ])
  const [error] = (await once(connect({ socket, rejectUnauthorized: false }), 'error')) as [Error]
  expect(error.message).toMatch(/bad record mac/)
  const [connection] = server.connections
  expect(connection?.plaintext).toBe('EHLO client.test\r\nMAIL FROM:<>\r\nSTARTTLS\r\n')
  expect(connection?.seen.hellos).toHaveLength(1)
})

it('QUIT is answered and noted', async () => {
  await using server = await startTlsServer()
  const { socket } = await greet(server, 'QUIT\r\n', /221/)
  await once(socket, 'close')
  await server.connections[0]?.over
  expect(server.connections[0]?.seen).toMatchObject({ hellos: [], end: { kind: 'client' } })
})

it('connections are served at the same time, each by its own behaviour', async () => {
  const versions = [0x0301, 0x0302, 0x0303]
  await using server = await startTlsServer((number) => ({ versions: versions.slice(number - 1, number), suites: [0xc013] }), {
    dialogue: 'none',
  })
  const { host, port } = server
  const options = { host, port, rejectUnauthorized: false, minVersion: 'TLSv1', ciphers: 'ALL:@SECLEVEL=0' } as const
  const sockets = versions.map(() => connect(options))
  await Promise.all(sockets.map((socket) => once(socket, 'error')))
  expect(server.connections.map(({ number, seen }) => [number, seen.chosen?.version])).toEqual([
    [1, 0x0301],
    [2, 0x0302],
    [3, 0x0303],
  ])
})

it('OpenSSL may answer some, to the end of the handshake and SMTP inside, and the weak server the others', async () => {
  const context = await createAuthority().then((authority) => authority.issue({ names: ['mx.example.test'] }))
  const accepts = ({ servername }: { servername: string | undefined }) => servername === 'mx.example.test'
  await using server = await startTlsServer({ versions: [0x0301], suites: [0x002f] }, { genuine: { accepts, context } })
  const upgrade = async (servername: string) => {
    const { socket } = await greet(server, 'EHLO client.test\r\nSTARTTLS\r\n', /Ready/)
    return connect({ socket, servername, rejectUnauthorized: false, minVersion: 'TLSv1', ciphers: 'ALL:@SECLEVEL=0' })
  }
  const whole = await upgrade('mx.example.test')
  await once(whole, 'secureConnect')
  expect(whole.getProtocol()).toBe('TLSv1.3')
  whole.write('EHLO inside.test\r\nQUIT\r\n')
  const text: string[] = []
  for await (const chunk of whole) text.push(String(chunk))
  expect(text.join('')).toBe('250-mx.example.test\r\n250 8BITMIME\r\n221 2.0.0 Bye\r\n')
  const weak = await upgrade('other.example.test')
  await once(weak, 'error')
  await Promise.all(server.connections.map(({ over }) => over))
  expect(server.connections.map(({ inside, seen }) => [inside, seen.chosen?.version, seen.hellos.length])).toEqual([
    ['EHLO inside.test\r\nQUIT\r\n', undefined, 1],
    ['', 0x0301, 1],
  ])
})

it('OpenSSL answers at once on implicit TLS, however the hello is cut', async () => {
  const context = await createAuthority().then((authority) => authority.issue({ names: ['mx.example.test'] }))
  const genuine = { accepts: (_: unknown, number: number) => number === 1, context }
  await using server = await startTlsServer({}, { dialogue: 'none', genuine })
  const raw = createConnection({ host: server.host, port: server.port, noDelay: true })
  const [near, far] = duplexPair()
  raw.on('data', (chunk) => far.write(chunk))
  far.on('data', (chunk: Buffer) => {
    for (const octet of chunk) raw.write(Buffer.from([octet]))
  })
  const socket = connect({ socket: near, rejectUnauthorized: false })
  const [line] = await once(socket, 'data')
  expect(String(line)).toBe('220 mx.example.test ESMTP\r\n')
  socket.destroy()
  raw.destroy()
})
