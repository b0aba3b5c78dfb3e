import { once } from 'node:events'
import { type AddressInfo, connect as dial } from 'node:net'
import { Duplex } from 'node:stream'
import { type TlsOptions, type TLSSocket, connect, createServer } from 'node:tls'
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { createAuthority } from '../../world/index.ts'
import { countRetries, readWatched } from './watched.ts'

const authority = await createAuthority()
const identity = await authority.issue({ names: ['mx.example.test'] })

/** A handshake with a real server, and the octets that the server sent. */
async function watch(options: TlsOptions, ciphers?: string) {
  const server = createServer({ key: identity.key, cert: identity.cert + authority.pem, ...options }, (socket) => {
    socket.on('error', () => undefined)
    socket.end()
  })
  server.on('tlsClientError', () => undefined)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const inner = dial({ port: (server.address() as AddressInfo).port, host: '127.0.0.1' })
  const chunks: Buffer[] = []
  const tap = new Duplex({
    read: () => undefined,
    write: (chunk: Buffer, _encoding, done) => {
      inner.write(chunk, done)
    },
  })
  inner.on('data', (chunk: Buffer) => {
    chunks.push(chunk)
    tap.push(chunk)
  })
  inner.on('error', () => undefined)
  const socket: TLSSocket = connect({ socket: tap, rejectUnauthorized: false, ...(ciphers === undefined ? {} : { ciphers }) })
  let secret: Buffer | undefined
  socket.on('keylog', (line: Buffer) => {
    const match = /^SERVER_HANDSHAKE_TRAFFIC_SECRET \S+ ([0-9a-f]+)/.exec(line.toString('latin1'))
    if (match?.[1] !== undefined) secret = Buffer.from(match[1], 'hex')
  })
  await once(socket, 'secureConnect')
  const { cipher, leaf } = { cipher: socket.getCipher().standardName, leaf: socket.getPeerCertificate().raw }
  inner.destroy()
  server.close()
  return { bytes: Buffer.concat(chunks), secret, cipher, leaf }
}

test.each([
  'TLS_AES_128_GCM_SHA256',
  'TLS_AES_256_GCM_SHA384',
  'TLS_CHACHA20_POLY1305_SHA256',
  'TLS_AES_128_CCM_SHA256',
  'TLS_AES_128_CCM_8_SHA256',
])('TLS 1.3 with %s shows its chain as sent', async (suite) => {
  const { bytes, secret, cipher, leaf } = await watch({ ciphers: `${suite}:HIGH:@SECLEVEL=0` }, `${suite}:HIGH:@SECLEVEL=0`)
  expect(cipher).toBe(suite)
  const seen = readWatched(bytes, secret)
  expect(seen?.hello.version).toBe(0x0304)
  expect(seen?.sent?.length).toBe(2)
  expect(seen?.sent?.[0]).toEqual(leaf)
  expect(seen?.retries).toBe(0)
  expect(seen?.certificateRequest).toBeUndefined()
  expect(readWatched(bytes, undefined)?.sent).toBeUndefined()
  expect(readWatched(bytes, Buffer.alloc(secret?.length ?? 0))?.sent).toBeUndefined()
})

test('TLS 1.2 shows it in the clear', async () => {
  const { bytes, secret, leaf } = await watch({ maxVersion: 'TLSv1.2' })
  expect(secret).toBeUndefined()
  const seen = readWatched(bytes, secret)
  expect(seen?.hello.version).toBe(0x0303)
  expect(seen?.sent?.[0]).toEqual(leaf)
})

test('case 58: a client certificate that is asked for is told, in either version', async () => {
  for (const maxVersion of ['TLSv1.2', 'TLSv1.3'] as const) {
    const { bytes, secret } = await watch({ maxVersion, requestCert: true, rejectUnauthorized: false, ca: authority.pem })
    expect(readWatched(bytes, secret)?.certificateRequest).toMatchObject({ authorities: 1 })
  }
})

test('case 57: a HelloRetryRequest is counted', async () => {
  const { bytes, secret, leaf } = await watch({ ecdhCurve: 'P-521' })
  const seen = readWatched(bytes, secret)
  expect(seen?.retries).toBe(1)
  expect(seen?.hello.group).toBe(25)
  expect(seen?.sent?.[0]).toEqual(leaf)
  const again = bytes.subarray(0, bytes.readUInt16BE(3) + 5)
  expect(countRetries(Buffer.concat([again, again]))).toBe(2)
  expect(readWatched(Buffer.concat([again, again]), secret)).toBeUndefined()
})

test('octets of any kind make it throw nothing', async () => {
  const { bytes, secret } = await watch({})
  for (let end = 0; end < bytes.length; end += 7) readWatched(bytes.subarray(0, end), secret)
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 400 }), fc.nat(bytes.length), (noise, at) => {
      const spoilt = Buffer.from(bytes)
      spoilt.set(noise.subarray(0, bytes.length - at), at)
      readWatched(spoilt, secret)
      countRetries(spoilt)
    }),
  )
})
