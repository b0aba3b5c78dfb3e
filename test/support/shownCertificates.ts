import 'reflect-metadata'
import { X509Certificate, webcrypto } from 'node:crypto'
import { X509CertificateGenerator } from '@peculiar/x509'

/** A certificate as a server shows it, and its public key as node:crypto takes it out. */
export interface ShownCertificate {
  readonly der: Uint8Array
  readonly spki: Uint8Array
}

const algorithms = {
  ec: { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' },
  rsa: { name: 'RSASSA-PKCS1-v1_5', modulusLength: 2048, publicExponent: Uint8Array.of(1, 0, 1), hash: 'SHA-256' },
} as const

export async function makeShownCertificate(
  kind: keyof typeof algorithms,
  name = 'CN=mx1.example.org',
): Promise<ShownCertificate> {
  const keys = await webcrypto.subtle.generateKey(algorithms[kind], true, ['sign', 'verify'])
  const day = 86_400_000
  const certificate = await X509CertificateGenerator.createSelfSigned(
    {
      name,
      keys,
      signingAlgorithm: algorithms[kind],
      notBefore: new Date(Date.now() - day),
      notAfter: new Date(Date.now() + day),
    },
    webcrypto,
  )
  const der = new Uint8Array(certificate.rawData)
  return { der, spki: new X509Certificate(der).publicKey.export({ type: 'spki', format: 'der' }) }
}
