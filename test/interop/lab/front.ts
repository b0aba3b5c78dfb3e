/** Programs that speak TLS and nothing else, openssl and gnutls-serv, with a mail server's dialogue before them. */
import { type DiffieHellmanGroup, getDiffieHellman } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Identity } from './certificate.ts'
import { repository } from './requirement.ts'
import type { Software } from './server.ts'

/** One way to speak TLS. */
export interface Variant {
  readonly name: string
  /** Where it is reached. */
  readonly port: number
  /** Where its program listens. */
  readonly backend: number
  readonly command: readonly string[]
}

export interface FrontPlan {
  readonly name: string
  readonly address: string
  readonly variants: readonly Variant[]
}

interface Material {
  readonly ec: Identity
  readonly rsa: Identity
  /** Parameters for Diffie-Hellman with the prime of 1024 bits that many servers share (RFC 2409 6.2). */
  readonly shortPrime: string
}

type Options = (material: Material) => readonly string[]

const serve = ({ certificate, key }: Identity) => ['-cert', certificate, '-key', key]
const serveBoth = ({ ec, rsa }: Material) => [...serve(ec), '-dcert', rsa.certificate, '-dkey', rsa.key]
const certify = ({ certificate, key }: Identity) => ['--x509certfile', certificate, '--x509keyfile', key]

const shortKeys = ['-no_tls1_3', '-cipher', 'kDHE:!aNULL:@SECLEVEL=0']

/** What OpenSSL 3.0 can still be brought to do: `@SECLEVEL=0` lets TLS 1.0, SHA-1 and short keys in. */
const openssl = {
  modern: ({ ec }) => serve(ec),
  'two-keys': serveBoth,
  'tls1.0': ({ rsa }) => [...serve(rsa), '-tls1', '-cipher', 'ALL:!aNULL:@SECLEVEL=0'],
  'tls1.1': ({ rsa }) => [...serve(rsa), '-tls1_1', '-cipher', 'ALL:!aNULL:@SECLEVEL=0'],
  'tls1.3': ({ ec }) => [...serve(ec), '-tls1_3'],
  'static-rsa': ({ rsa }) => [...serve(rsa), '-no_tls1_3', '-cipher', 'kRSA:!eNULL:@SECLEVEL=0'],
  'no-encryption': ({ rsa }) => [...serve(rsa), '-no_tls1_3', '-cipher', 'eNULL:@SECLEVEL=0'],
  'no-certificate': () => ['-nocert', '-no_tls1_3', '-cipher', 'aNULL:!eNULL:@SECLEVEL=0'],
  'short-prime': ({ rsa, shortPrime }) => [...serve(rsa), ...shortKeys, '-dhparam', shortPrime],
  everything: (material) => [...serveBoth(material), '-serverpref', '-cipher', 'ALL:COMPLEMENTOFALL:@SECLEVEL=0'],
} as const satisfies Readonly<Record<string, Options>>

const gnutls = {
  modern: ({ ec }) => ['--priority=NORMAL', ...certify(ec)],
  // RFC 6520: to offer it is no weakness; what made it known is one of another library.
  heartbeat: ({ ec }) => ['--priority=NORMAL', '--heartbeat', ...certify(ec)],
  old: ({ rsa }) => ['--priority=NORMAL:+VERS-TLS1.0:+VERS-TLS1.1:+3DES-CBC:+ARCFOUR-128:+SHA1:+MD5', ...certify(rsa)],
  'no-certificate': () => ['--priority=NORMAL:-VERS-TLS1.3:+ANON-ECDH:+ANON-DH', '--disable-client-cert'],
} as const satisfies Readonly<Record<string, Options>>

export type OpensslVariant = keyof typeof openssl

export const opensslVariants = Object.keys(openssl) as OpensslVariant[]

export type GnutlsVariant = keyof typeof gnutls

export const gnutlsVariants = Object.keys(gnutls) as GnutlsVariant[]

const firstPort = 3000
const behind = 1000

/** Where a variant of `mx.openssl.test` listens, with STARTTLS. */
export function opensslPort(variant: OpensslVariant): number {
  return firstPort + opensslVariants.indexOf(variant)
}

/** Where the program of a variant of `mx.gnutls.test` listens itself: inside TLS nobody answers as a mail server would. */
export function gnutlsPort(variant: GnutlsVariant): number {
  return firstPort + behind + gnutlsVariants.indexOf(variant)
}

/** It shows what it decrypts, so that the front can answer inside TLS. One connection at a time. */
export const opensslServer = createFront(openssl, (port) => ['openssl', 's_server', '-quiet', '-accept', `127.0.0.1:${port}`])

/** It repeats what it decrypts: a peer for the handshake and what is before it. */
export const gnutlsServer = createFront(gnutls, (port) => ['gnutls-serv', '--quiet', '--echo', '--port', String(port)])

function createFront(list: Readonly<Record<string, Options>>, start: (port: number) => readonly string[]): Software {
  return {
    program: undefined,
    command: ({ folder }) => [process.execPath, join(repository, 'test/interop/serveTls.ts'), join(folder, 'front.json')],
    greeting: { port: firstPort, begins: '220' },
    async configure({ folder, host }, { name, identity, second }) {
      if (!identity || !second) throw new Error(`${name} wants a certificate of each kind`)
      const shortPrime = join(folder, 'prime.pem')
      await writeFile(shortPrime, printParameters(getDiffieHellman('modp2')))
      const material = { ec: identity, rsa: second, shortPrime }
      const variants = Object.entries(list).map(([variant, options], index): Variant => {
        const port = firstPort + index
        const backend = port + behind
        return { name: variant, port, backend, command: [...start(backend), ...options(material)] }
      })
      const plan: FrontPlan = { name, address: host.address, variants }
      await writeFile(join(folder, 'front.json'), JSON.stringify(plan))
    },
  }
}

/** PKCS #3 9: a sequence of prime and generator, in DER. */
function printParameters(group: DiffieHellmanGroup): string {
  const prime = printInteger(group.getPrime())
  const generator = printInteger(group.getGenerator())
  const content = Buffer.concat([prime, generator])
  const der = Buffer.concat([Buffer.from([0x30, 0x81, content.length]), content])
  return `-----BEGIN DH PARAMETERS-----\n${der.toString('base64')}\n-----END DH PARAMETERS-----\n`
}

/** At most 254 octets; one in front keeps it from being negative. */
function printInteger(magnitude: Buffer): Buffer {
  const length = magnitude.length + 1
  return Buffer.concat([Buffer.from(length < 128 ? [2, length, 0] : [2, 0x81, length, 0]), magnitude])
}
