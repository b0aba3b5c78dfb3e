import { X509Certificate } from 'node:crypto'
import { once } from 'node:events'
import { connect, createServer } from 'node:tls'
import { expect, test } from 'vitest'
import { createAuthority, type Identity } from './authority.ts'

const day = 86_400_000
const authority = await createAuthority()

/** Shakes hands with a server that has this identity; says `verified`, or why OpenSSL or the name check refused. */
async function verify(identity: Identity, client: { host?: string; servername?: string; ca?: string } = {}): Promise<string> {
  const host = client.host ?? '127.0.0.1'
  const server = createServer(identity, (socket) => socket.end()).listen(0, host)
  await once(server, 'listening')
  const address = server.address()
  const port = typeof address === 'object' && address ? address.port : 0
  const socket = connect({ port, ca: authority.pem, servername: 'mx.example.test', ...client, host })
  server.on('tlsClientError', () => undefined)
  const outcome = await new Promise<string>((resolve) => {
    socket.once('secureConnect', () => {
      resolve('verified')
    })
    socket.once('error', (error: NodeJS.ErrnoException) => {
      resolve(error.code ?? error.message)
    })
  })
  socket.destroy()
  server.close()
  return outcome
}

const names = ['mx.example.test', 'other.example.test']

test('a certificate of the authority verifies for each of its names, and for no other', async () => {
  const identity = await authority.issue({ names })
  expect(await verify(identity)).toBe('verified')
  expect(await verify(identity, { servername: 'other.example.test' })).toBe('verified')
  expect(await verify(identity, { servername: 'third.example.test' })).toBe('ERR_TLS_CERT_ALTNAME_INVALID')
})

test('addresses are names too', async () => {
  const identity = await authority.issue({ names: ['127.0.0.1', '::1', '2001:db8::ffff:7'] })
  expect(await verify(identity, { servername: '' })).toBe('verified')
  expect(await verify(identity, { servername: '', host: '::1' })).toBe('verified')
  expect(await verify(identity, { servername: '', host: '127.0.0.2' })).toBe('ERR_TLS_CERT_ALTNAME_INVALID')
  expect(new X509Certificate(identity.cert).checkIP('2001:db8::ffff:7')).toBeDefined()
})

test('RSA keys are made on request', async () => {
  const identity = await authority.issue({ names, keyType: 'rsa' })
  expect(new X509Certificate(identity.cert).publicKey.asymmetricKeyType).toBe('rsa')
  expect(await verify(identity)).toBe('verified')
})

test('an intermediate authority is sent along, and without it the chain is incomplete (case 53)', async () => {
  const identity = await authority.issue({ names, intermediate: true })
  expect(await verify(identity)).toBe('verified')
  const [leaf = ''] = identity.cert.split(/(?<=-----END CERTIFICATE-----\n)/)
  expect(await verify({ ...identity, cert: leaf })).toBe('UNABLE_TO_VERIFY_LEAF_SIGNATURE')
})

test('faults come one at a time: expired, not yet valid, self-signed, of another authority (cases 51, 52)', async () => {
  const faulty = async (options: object) => verify(await authority.issue({ names, ...options }))
  expect(await faulty({ notAfter: new Date(Date.now() - day) })).toBe('CERT_HAS_EXPIRED')
  expect(await faulty({ notBefore: new Date(Date.now() + day) })).toBe('CERT_NOT_YET_VALID')
  expect(await faulty({ selfSigned: true })).toBe('DEPTH_ZERO_SELF_SIGNED_CERT')
  const past = new X509Certificate((await authority.issue({ names, notAfter: new Date(Date.now() - 200 * day) })).cert)
  expect(new Date(past.validTo).getTime() - new Date(past.validFrom).getTime()).toBe(90 * day)
  const other = await createAuthority('Another authority')
  expect(await verify(await other.issue({ names }))).toBe('UNABLE_TO_VERIFY_LEAF_SIGNATURE')
})

test('a certificate without names has a common name only, which PKIX does not accept (case 50)', async () => {
  const identity = await authority.issue({ names: [], commonName: 'mx.example.test' })
  const certificate = new X509Certificate(identity.cert)
  expect(certificate.subject).toBe('CN=mx.example.test')
  expect(certificate.subjectAltName).toBeUndefined()
  expect(certificate.checkHost('mx.example.test', { subject: 'never' })).toBeUndefined()
})

test('times before and after 2050 are written as RFC 5280 wants them', async () => {
  const [notBefore, notAfter] = [new Date('2049-12-31T23:59:59Z'), new Date('2050-01-01T00:00:00Z')]
  const identity = await authority.issue({ names, notBefore, notAfter })
  const certificate = new X509Certificate(identity.cert)
  expect(new Date(certificate.validFrom)).toEqual(notBefore)
  expect(new Date(certificate.validTo)).toEqual(notAfter)
})
