import { duplexPair } from 'node:stream'
import { connect, type ConnectionOptions, getCiphers } from 'node:tls'
import { expect, test } from 'vitest'
import { groups } from './group.ts'
import { signatureSchemes } from './signature.ts'
import { suites } from './suite.ts'

// OpenSSL knows most of these numbers by itself: it is asked for a name, and its ClientHello shows the number.

const before13 = getCiphers().filter((name) => !name.startsWith('tls_'))

test('OpenSSL gives every suite up to TLS 1.2 the number that the table has for its name', async () => {
  expect(before13.length).toBeGreaterThan(40)
  const known = before13.map((name) => suites.find(({ openssl }) => openssl?.toLowerCase() === name))
  expect(before13.filter((_name, at) => !known[at])).toEqual([])
  const ciphers = known.map((suite) => suite?.openssl).join(':')
  const hello = await catchHello({ ciphers: `${ciphers}:@SECLEVEL=0`, minVersion: 'TLSv1', maxVersion: 'TLSv1.2' })
  // What OpenSSL leaves out for want of a key (PSK, SRP) is not there; the rest is, in our order.
  const offered = hello.suites.filter((id) => id !== 0x00ff)
  const ours = known.map((suite) => suite?.id ?? -1)
  expect(offered.length).toBeGreaterThan(20)
  expect(ours.filter((id) => offered.includes(id))).toEqual(offered)
})

test.each(['TLS_AES_128_GCM_SHA256', 'TLS_AES_256_GCM_SHA384', 'TLS_CHACHA20_POLY1305_SHA256', 'TLS_AES_128_CCM_SHA256'])(
  '%s of TLS 1.3 has OpenSSL’s number',
  async (name) => {
    const hello = await catchHello({ ciphers: name, minVersion: 'TLSv1.3' })
    expect(hello.suites.filter((id) => id !== 0x00ff)).toEqual([suites.find((suite) => suite.name === name)?.id])
  },
)

const shared = [
  ['x25519', 'X25519'],
  ['x448', 'X448'],
  ['secp256r1', 'P-256'],
  ['secp384r1', 'P-384'],
  ['secp521r1', 'P-521'],
  ['brainpoolP256r1tls13', 'brainpoolP256r1tls13'],
  ['brainpoolP384r1tls13', 'brainpoolP384r1tls13'],
  ['brainpoolP512r1tls13', 'brainpoolP512r1tls13'],
  ['ffdhe2048', 'ffdhe2048'],
  ['ffdhe3072', 'ffdhe3072'],
  ['ffdhe8192', 'ffdhe8192'],
  ['MLKEM512', 'MLKEM512'],
  ['MLKEM768', 'MLKEM768'],
  ['MLKEM1024', 'MLKEM1024'],
  ['SecP256r1MLKEM768', 'SecP256r1MLKEM768'],
  ['X25519MLKEM768', 'X25519MLKEM768'],
  ['SecP384r1MLKEM1024', 'SecP384r1MLKEM1024'],
] as const

test.each(shared)('the share of %s is as long as OpenSSL’s', async (name, ecdhCurve) => {
  const hello = await catchHello({ ecdhCurve, minVersion: 'TLSv1.3' })
  const group = groups.find((group) => group.name === name)
  expect(hello.shares).toEqual([[group?.id, group?.shareSize]])
})

test('curves that TLS 1.2 alone has stand under OpenSSL’s numbers', async () => {
  const names = ['secp256k1', 'brainpoolP256r1', 'brainpoolP384r1', 'brainpoolP512r1', 'secp224r1', 'sect571r1']
  const hello = await catchHello({ ecdhCurve: names.join(':'), ciphers: 'ECDHE:@SECLEVEL=0', maxVersion: 'TLSv1.2' })
  expect(hello.groups).toEqual(names.map((name) => groups.find((group) => group.name === name)?.id))
})

test('signature schemes stand under OpenSSL’s numbers', async () => {
  const names = signatureSchemes
    .map(({ name }) => name)
    .filter((name) => /^(?:rsa_pss|ecdsa_\w+_|ed|mldsa|rsa_pkcs1_sha\d+$)/.test(name))
  expect(names.length).toBeGreaterThan(18)
  const hello = await catchHello({ sigalgs: names.join(':'), ciphers: 'DEFAULT:@SECLEVEL=0' })
  expect(hello.schemes).toEqual(names.map((name) => signatureSchemes.find((scheme) => scheme.name === name)?.id))
})

interface Hello {
  readonly suites: readonly number[]
  readonly groups: readonly number[]
  readonly schemes: readonly number[]
  readonly shares: readonly (readonly [group: number, size: number])[]
}

/** The ClientHello that OpenSSL writes: nobody answers it. */
async function catchHello(options: ConnectionOptions): Promise<Hello> {
  const [client, server] = duplexPair()
  const secure = connect({ socket: client, ...options })
  secure.on('error', () => {}) // the connection is dropped on purpose
  const record = await new Promise<Buffer>((resolve) => {
    let got = Buffer.alloc(0)
    server.on('data', (chunk: Buffer) => {
      got = Buffer.concat([got, chunk])
      if (got.length >= 5 && got.length >= 5 + got.readUInt16BE(3)) resolve(got)
    })
  })
  secure.destroy()
  server.destroy()
  // RFC 8446 4.1.2 and 4.2.8; 5 octets of record, 4 of handshake, 2 of version, 32 random
  let at = 43
  at += 1 + record.readUInt8(at)
  const suites = numbers(record.subarray(at + 2, at + 2 + record.readUInt16BE(at)))
  at += 2 + record.readUInt16BE(at)
  at += 1 + record.readUInt8(at) + 2
  const extensions = new Map<number, Buffer>()
  while (at < record.length) {
    const size = record.readUInt16BE(at + 2)
    extensions.set(record.readUInt16BE(at), record.subarray(at + 4, at + 4 + size))
    at += 4 + size
  }
  const list = (type: number) => numbers(extensions.get(type)?.subarray(2) ?? Buffer.alloc(0))
  const shares: [number, number][] = []
  let rest = extensions.get(51)?.subarray(2) ?? Buffer.alloc(0)
  while (rest.length > 0) {
    shares.push([rest.readUInt16BE(0), rest.readUInt16BE(2)])
    rest = rest.subarray(4 + rest.readUInt16BE(2))
  }
  return { suites, groups: list(10), schemes: list(13), shares }
}

function numbers(octets: Buffer): number[] {
  return Array.from({ length: octets.length / 2 }, (_, at) => octets.readUInt16BE(2 * at))
}
