import { X509Certificate, createPublicKey, type KeyObject } from 'node:crypto'
import { type Link, describeLink, openLink, readDer } from '../tls/index.ts'

/** Opens the certificate that a record with matching type 0 holds. */
export function openAnchor(data: Buffer): Link | undefined {
  try {
    const link = describeLink(new X509Certificate(data))
    // OpenSSL reads PEM as well, and leaves alone what follows.
    return link?.certificate.raw.equals(data) ? link : undefined
  } catch {
    return undefined
  }
}

/** Opens the bare key of one; undefined where it is no SubjectPublicKeyInfo, or of a kind that we cannot verify with. */
export function openKey(data: Buffer): KeyObject | undefined {
  try {
    // OpenSSL leaves alone what follows the key.
    return readDer(data) && createPublicKey({ key: data, format: 'der', type: 'spki' })
  } catch {
    return undefined
  }
}

/** Certificates looked at. OpenSSL stops at about as many; real chains have two to five. */
const maxSent = 10

/** Opens what a server sent, the leaf first. What cannot be read is left out, and leads nowhere. */
export function openChain(sent: readonly Buffer[]): readonly Link[] {
  return sent.slice(0, maxSent).flatMap((der, index) => {
    const link = openLink(der, index)
    return link?.certificate.raw.equals(der) ? link : []
  })
}
