import { expect, it } from 'vitest'
import { exitOf } from '../../../src/cli/check.ts'
import { createAuthority } from '../../../src/world/index.ts'
import { checkIn, checkWith, expectWritten, say } from '../../support/checkWith.ts'
import { authority, mx, startLab } from '../../support/lab.ts'
import { publicAddress } from '../../support/network.ts'

const upgrade = say('EHLO client.test', 'STARTTLS')
const valid = { verdict: 'valid', cause: 'pkix', grade: 'B' }
const unauthenticated = { verdict: 'unauthenticated', grade: 'C' }
const day = 86_400_000

it('case 31: with and without SNI the certificates differ, and both are told', async () => {
  const identity = await authority.issue({ names: [mx] })
  const identityWithoutSni = await authority.issue({ names: ['default.example.test'] })
  const { host, findings, exit, server } = await checkWith({ tls: { identity, identityWithoutSni } })
  // As a sender and with a command slipped in; then a hello that names nobody, and one that does again.
  expect(server.connections.map(({ sni }) => sni).slice(0, 4)).toEqual([mx, mx, undefined, mx])
  expect(host).toMatchObject({ ...valid, tls: { servername: mx, chain: [{ names: [mx] }, {}] } })
  expect(Object.keys(findings)).toEqual(['sni-certificate'])
  expect(findings['sni-certificate']).toMatch(
    /^info: with SNI CN=mx\.example\.test \([0-9a-f]{16}\), without CN=default\.example\.test \([0-9a-f]{16}\)$/,
  )
  expect(exit).toBe(0)
})

it('case 31: SNI is the name of the MX, not of the domain nor of the alias it stands for', async () => {
  const zone = { [mx]: { CNAME: 'node7.example.test' }, 'node7.example.test': { A: [publicAddress] } }
  const { host, server } = await checkWith({}, { zone })
  expect(server.connections[0]?.sni).toBe(mx)
  expect(host).toMatchObject(valid)
})

it('case 50: a certificate for another name is encrypted and not valid', async () => {
  const { host, findings, exit, written } = await checkWith({}, { certificate: { names: ['mail.elsewhere.test'] } })
  expect(host).toMatchObject({ ...unauthenticated, cause: 'name-mismatch' })
  expect(findings).toEqual({
    'certificate-name': 'medium: the host is mx.example.test, the certificate names mail.elsewhere.test',
  })
  expect(exit).toBe(0)
  expectWritten(written, [upgrade])
})

it('case 50: below the level that is asked for is exit status 1', async () => {
  const { result } = await checkWith({}, { certificate: { names: ['mail.elsewhere.test'] } })
  expect([exitOf([result], 'encrypted'), exitOf([result], 'valid')]).toEqual([0, 1])
  const { result: good } = await checkWith()
  expect([exitOf([good], 'valid'), exitOf([good], 'authenticated')]).toEqual([0, 1])
})

it('case 50: the domain instead of the host is another name too', async () => {
  const { host } = await checkWith({}, { certificate: { names: ['example.test'] } })
  expect(host).toMatchObject({ ...unauthenticated, cause: 'name-mismatch' })
})

it('case 50: a common name alone names no host', async () => {
  const { host, findings, exit } = await checkWith({}, { certificate: { names: [], commonName: mx } })
  expect(host).toMatchObject({ ...unauthenticated, cause: 'name-mismatch' })
  expect(findings).toEqual({
    'certificate-name': 'medium: the host is mx.example.test, the certificate names no host',
    'certificate-common-name': 'low: CN=mx.example.test, no subjectAltName',
  })
  expect(exit).toBe(0)
})

it('case 50: a wildcard stands for one label', async () => {
  const { host, findings } = await checkWith({}, { certificate: { names: ['*.example.test'] } })
  expect(host).toMatchObject(valid)
  expect(findings).toEqual({})
})

it.each(['*.test', '*.mx.example.test', 'm*.example.test', '*', '*.*.test', 'mx.*.test'])(
  'case 50: but %s does not stand for mx.example.test',
  async (name) => {
    const { host } = await checkWith({}, { certificate: { names: [name] } })
    expect(host).toMatchObject({ ...unauthenticated, cause: 'name-mismatch' })
  },
)

it('case 50: a wildcard for a whole top-level domain stands for nothing', async () => {
  const zone = { 'example.test': { A: [publicAddress] } }
  const { host } = await checkWith({}, { zone, certificate: { names: ['*.test'] } })
  expect(host).toMatchObject({ ...unauthenticated, mx: 'example.test', cause: 'name-mismatch' })
})

it('case 50: a wildcard does not stand for two labels', async () => {
  const zone = {
    'example.test': { MX: [{ preference: 10, exchange: 'a.mx.example.test' }] },
    'a.mx.example.test': { A: [publicAddress] },
  }
  const { host } = await checkWith({}, { zone, certificate: { names: ['*.example.test'] } })
  expect(host).toMatchObject({ ...unauthenticated, cause: 'name-mismatch' })
})

it('case 50: an internationalised name is compared in A-labels', async () => {
  const name = 'mx.xn--bcher-kva.test'
  const zone = { 'xn--bcher-kva.test': { MX: [{ preference: 10, exchange: name }] }, [name]: { A: [publicAddress] } }
  const { host } = await checkWith({}, { zone, target: 'Bücher.test', certificate: { names: [name] } })
  expect(host).toMatchObject({ ...valid, mx: name })
})

it('case 50: an address that the user names is compared with the IP addresses of the certificate', async () => {
  const target = `smtp://${publicAddress}:25`
  const named = await checkWith({}, { target, certificate: { names: [publicAddress] } })
  expect(named.host).toMatchObject({ verdict: 'authenticated', cause: 'user-named', grade: 'A', mx: publicAddress })
  // RFC 6066 3: an address is never sent as SNI.
  expect(named.server.connections.length).toBeGreaterThan(1)
  expect(new Set(named.server.connections.map(({ sni }) => sni))).toEqual(new Set([undefined]))
  expect(named.findings).toEqual({})
  const other = await checkWith({}, { target, certificate: { names: ['5.45.25.2', mx] } })
  expect(other.host).toMatchObject({ ...unauthenticated, cause: 'name-mismatch' })
})

it.each(['2a00:1450:0:0::25', '2A00:1450::25'])(
  'case 50: an IPv6 address is the same however it is written (%s)',
  async (address) => {
    await using lab = await startLab()
    const server = await lab.addServer(address, { certificate: { names: ['2a00:1450::25'] } })
    const { host } = await checkIn(lab, server, `smtp://[${address}]:25`)
    expect(host).toMatchObject({ verdict: 'authenticated', cause: 'user-named', grade: 'A' })
  },
)

it('verdict words: a host that the user names is authenticated by its certificate', async () => {
  const { result, host, findings } = await checkWith({}, { target: `smtp://${mx}:25` })
  expect(host).toMatchObject({ verdict: 'authenticated', cause: 'user-named', grade: 'A' })
  expect(result).toMatchObject({ verdict: 'authenticated', grade: 'A', domain: undefined })
  expect(findings).toEqual({})
  expect(exitOf([result], 'authenticated')).toBe(0)
})

it('verdict words: implicit TLS on the port that the user names is authenticated alike', async () => {
  await using lab = await startLab()
  const server = await lab.addServer(publicAddress, { port: 465, script: { implicitTls: true } })
  const { host, findings, written } = await checkIn(lab, server, `smtps://${mx}`)
  expect(host).toMatchObject({ verdict: 'authenticated', cause: 'user-named', grade: 'A', port: 465 })
  expect(findings).toEqual({})
  // From the first octet on it is TLS; there is no STARTTLS to slip anything in behind.
  expect(written).toEqual(['', '', '', '', '', ''])
  expect(host).toMatchObject({ connections: { survey: 6, probes: 0 }, stopped: undefined })
})

it('case 51: an expired certificate', async () => {
  const notAfter = new Date(Math.floor(Date.now() / 1000) * 1000 - day)
  const { host, findings, exit } = await checkWith({}, { certificate: { notAfter } })
  expect(host).toMatchObject({ ...unauthenticated, cause: 'expired' })
  expect(findings).toEqual({ 'certificate-expired': `medium: valid until ${notAfter.toISOString()}` })
  expect(exit).toBe(0)
})

it('case 51: a certificate that is not valid yet', async () => {
  const notBefore = new Date(Math.floor(Date.now() / 1000) * 1000 + day)
  const { host, findings, exit } = await checkWith({}, { certificate: { notBefore } })
  expect(host).toMatchObject({ ...unauthenticated, cause: 'not-yet-valid' })
  expect(findings).toEqual({ 'certificate-not-yet-valid': `medium: valid from ${notBefore.toISOString()}` })
  expect(exit).toBe(0)
})

it('case 51: the dates are held against our own clock, which is a parameter', async () => {
  await using lab = await startLab()
  const server = await lab.addServer(publicAddress, { certificate: { notAfter: new Date(Date.now() + day) } })
  await lab.clock.sleep(2 * day)
  expect((await checkIn(lab, server)).host).toMatchObject({ ...unauthenticated, cause: 'expired' })
})

it('case 52: a self-signed certificate', async () => {
  const { host, findings, exit } = await checkWith({}, { certificate: { selfSigned: true } })
  expect(host).toMatchObject({ ...unauthenticated, cause: 'self-signed' })
  expect(findings).toEqual({
    'certificate-self-signed': 'medium: issued by CN=mx.example.test (DEPTH_ZERO_SELF_SIGNED_CERT)',
  })
  expect(exit).toBe(0)
})

it('case 52: a private authority', async () => {
  const stranger = await createAuthority('Private authority')
  const identity = await stranger.issue({ names: [mx] })
  const { host, findings } = await checkWith({ tls: { identity } })
  expect(host).toMatchObject({ ...unauthenticated, cause: 'untrusted' })
  expect(Object.keys(findings)).toEqual(['certificate-untrusted'])
  expect(findings['certificate-untrusted']).toMatch(/^medium: issued by CN=Private authority \([A-Z_]+\)$/)
})

it('case 52: each flaw is its own finding', async () => {
  const notAfter = new Date(Date.now() - day)
  const { host, findings } = await checkWith({}, { certificate: { selfSigned: true, notAfter, names: ['mail.elsewhere.test'] } })
  expect(host).toMatchObject({ ...unauthenticated, cause: 'self-signed' })
  expect(Object.keys(findings).toSorted()).toEqual(['certificate-expired', 'certificate-name', 'certificate-self-signed'])
})

it('case 53: a chain with its intermediate is valid, without it is not', async () => {
  const whole = await authority.issue({ names: [mx], intermediate: true })
  expect((await checkWith({ tls: { identity: whole } })).host).toMatchObject(valid)
  const [leaf = ''] = whole.cert.split(/(?<=-----END CERTIFICATE-----\n)/)
  const { host, findings } = await checkWith({ tls: { identity: { ...whole, cert: leaf } } })
  expect(host).toMatchObject({ ...unauthenticated, cause: 'untrusted' })
  expect(findings['certificate-untrusted']).toMatch(/UNABLE_TO_VERIFY_LEAF_SIGNATURE/)
})

it('case 55: TLS 1.1 at the most is named as old', async () => {
  const identity = await authority.issue({ names: [mx] })
  const tls = { identity, minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT:@SECLEVEL=0' } as const
  const { host, findings } = await checkWith({ tls })
  expect(host).toMatchObject({ verdict: 'valid', grade: 'D', tls: { version: 'TLSv1.1' } })
  expect(findings).toMatchObject({ 'tls-version-old': 'high: TLSv1.1' })
})

it('case 55: a key exchange without forward secrecy is named', async () => {
  const identity = await authority.issue({ names: [mx], keyType: 'rsa' })
  const { host, findings } = await checkWith({ tls: { identity, maxVersion: 'TLSv1.2', ciphers: 'AES128-GCM-SHA256' } })
  expect(host).toMatchObject({ verdict: 'valid', grade: 'B', tls: { version: 'TLSv1.2', forwardSecrecy: false } })
  expect(findings).toEqual({
    'forward-secrecy-missing': 'medium: TLSv1.2 TLS_RSA_WITH_AES_128_GCM_SHA256',
    'suite-no-forward-secrecy': 'info: TLSv1.2 TLS_RSA_WITH_AES_128_GCM_SHA256',
  })
})

it.each(['TLSv1.2', 'TLSv1.3'] as const)('case 56: %s alone is enough', async (version) => {
  const identity = await authority.issue({ names: [mx] })
  const { host, findings } = await checkWith({ tls: { identity, minVersion: version, maxVersion: version } })
  expect(host).toMatchObject({ ...valid, tls: { version, forwardSecrecy: true } })
  expect(findings).toEqual({})
})
