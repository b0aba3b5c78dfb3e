import { createPrivateKey, type KeyObject } from 'node:crypto'
import { createAuthority, type Identity } from '../../../src/world/index.ts'

/** A key and the certificates that are sent with it: in which order, and whether they fit, is the test's choice. */
export interface TlsIdentity {
  readonly key: KeyObject
  /** DER, as they are sent. */
  readonly chain: readonly Buffer[]
}

/** Takes a PEM identity of the world apart, so that a test can send its chain as it likes. */
export function openIdentity({ key, cert }: Identity): TlsIdentity {
  return { key: createPrivateKey(key), chain: readPem(cert) }
}

/** Certificates of a PEM text, in DER. */
export function readPem(pem: string): Buffer[] {
  return [...pem.matchAll(/-----BEGIN CERTIFICATE-----([^-]+)-----END/g)].map(([, text = '']) => Buffer.from(text, 'base64'))
}

let own: Promise<readonly TlsIdentity[]> | undefined

/** The server's own where a test names none: ECDSA on P-256 and RSA with 2048 bits, for `mx.example.test`. */
export async function takeOwnIdentities(): Promise<readonly TlsIdentity[]> {
  own ??= issueOwn()
  return own
}

async function issueOwn(): Promise<readonly TlsIdentity[]> {
  const authority = await createAuthority('Authority of the TLS server')
  const issue = async (keyType: 'ec' | 'rsa') => openIdentity(await authority.issue({ names: ['mx.example.test'], keyType }))
  return Promise.all([issue('ec'), issue('rsa')])
}
