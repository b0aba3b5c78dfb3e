import 'reflect-metadata'
import { type KeyObject, KeyObject as Keys, X509Certificate, sign, webcrypto } from 'node:crypto'
import {
  BasicConstraintsExtension,
  ExtendedKeyUsageExtension,
  type Extension,
  KeyUsageFlags,
  KeyUsagesExtension,
  SubjectAlternativeNameExtension,
  X509CertificateGenerator,
} from '@peculiar/x509'
import { readChildren, readDer } from '../../src/tls/der.ts'
import type { Identity } from '../../src/world/index.ts'
import { printDer, printOid } from './der.ts'

const day = 86_400_000
const serverAuth = '1.3.6.1.5.5.7.3.1'

export interface PartyOptions {
  /** Signed by itself unless given. */
  readonly issuer?: Party
  /** An authority unless it has names. */
  readonly names?: readonly string[]
  readonly authority?: boolean
  readonly pathLength?: number
  /** The key of another party, or a kind. */
  readonly key?: Party | 'ec' | 'rsa' | 'rsa-1024'
  /** A public key alone: nobody has the private one. */
  readonly publicKey?: webcrypto.CryptoKey
  readonly notBefore?: number
  readonly notAfter?: number
  readonly uses?: KeyUsageFlags | null
  readonly purposes?: readonly string[] | null
  readonly extensions?: readonly Extension[]
}

/** Somebody with a key and a certificate: a server or an authority, as careless as the test wants it. */
export interface Party {
  readonly subject: string
  readonly der: Buffer
  readonly pem: string
  readonly keys: webcrypto.CryptoKeyPair
  readonly privateKey: KeyObject
}

const algorithms = {
  ec: { name: 'ECDSA', namedCurve: 'P-256' },
  rsa: { name: 'RSASSA-PKCS1-v1_5', modulusLength: 2048, publicExponent: new Uint8Array([1, 0, 1]), hash: 'SHA-256' },
  'rsa-1024': { name: 'RSASSA-PKCS1-v1_5', modulusLength: 1024, publicExponent: new Uint8Array([1, 0, 1]), hash: 'SHA-256' },
} as const

/** @param subject a name such as `CN=mx.example.test` */
export async function createParty(subject: string, options: PartyOptions = {}): Promise<Party> {
  const { issuer, names = [], authority = names.length === 0, key = 'ec', publicKey } = options
  const keys = typeof key === 'string' ? await generateKeys(key) : key.keys
  const { name } = (issuer?.keys ?? keys).privateKey.algorithm
  const certificate = await X509CertificateGenerator.create(
    {
      subject,
      issuer: issuer?.subject ?? subject,
      notBefore: new Date(options.notBefore ?? Date.now() - day),
      notAfter: new Date(options.notAfter ?? Date.now() + 60 * day),
      publicKey: publicKey ?? keys.publicKey,
      signingKey: (issuer?.keys ?? keys).privateKey,
      signingAlgorithm: { name, hash: 'SHA-256' },
      extensions: listExtensions(names, authority, options),
    },
    webcrypto,
  )
  return {
    subject,
    der: Buffer.from(certificate.rawData),
    pem: `${certificate.toString('pem')}\n`,
    keys,
    privateKey: Keys.from(keys.privateKey),
  }
}

function listExtensions(names: readonly string[], authority: boolean, options: PartyOptions): Extension[] {
  const { uses, purposes = authority ? null : [serverAuth], pathLength, extensions = [] } = options
  const flags = uses === undefined ? (authority ? KeyUsageFlags.keyCertSign : KeyUsageFlags.digitalSignature) : uses
  return [
    ...(authority ? [new BasicConstraintsExtension(true, pathLength, true)] : []),
    ...(flags === null ? [] : [new KeyUsagesExtension(flags, true)]),
    ...(purposes === null ? [] : [new ExtendedKeyUsageExtension([...purposes])]),
    ...(names.length === 0 ? [] : [new SubjectAlternativeNameExtension(names.map((value) => ({ type: 'dns', value })))]),
    ...extensions,
  ]
}

async function generateKeys(kind: keyof typeof algorithms): Promise<webcrypto.CryptoKeyPair> {
  return webcrypto.subtle.generateKey(algorithms[kind], true, ['sign', 'verify'])
}

/** What node:tls takes: the party's key, and the certificates in the order they shall be sent. */
export function identityOf(party: Party, ...chain: readonly Party[]): Identity {
  const key = party.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
  return { key, cert: [party, ...chain].map(({ pem }) => pem).join('') }
}

/** The same certificate, signed anew by an RSA key with a hash that Web Crypto will not touch. */
export function resignWith(party: Party, issuer: Party, oid: string, hash: string): Party {
  const algorithm = printDer(0x30, printOid(oid), printDer(0x05))
  const [tbs, old] = readChildren(readDer(party.der)) ?? []
  const parts = readChildren(tbs)?.map(({ raw }) => (old && raw.equals(old.raw) ? algorithm : raw)) ?? []
  const signed = printDer(0x30, ...parts)
  const signature = sign(hash, signed, issuer.privateKey)
  const der = printDer(0x30, signed, algorithm, printDer(0x03, Buffer.of(0), signature))
  return { ...party, der, pem: new X509Certificate(der).toString() }
}
