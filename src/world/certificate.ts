// @peculiar/x509 finds its parts by dependency injection, which needs this first.
import 'reflect-metadata'
import { createHash, type KeyObject, randomBytes, webcrypto } from 'node:crypto'
import { isIP } from 'node:net'
import {
  AuthorityKeyIdentifierExtension,
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  type Extension,
  KeyUsageFlags,
  KeyUsagesExtension,
  Name,
  SubjectAlternativeNameExtension,
  SubjectKeyIdentifierExtension,
  X509CertificateGenerator,
} from '@peculiar/x509'

/** Everything that a certificate says, and the key that vouches for it. */
export interface CertificateContent {
  readonly subject: string
  readonly issuer: string
  /** DNS names and IP addresses of the subjectAltName; none leaves the extension out. */
  readonly names: readonly string[]
  readonly notBefore: Date
  readonly notAfter: Date
  readonly publicKey: KeyObject
  /** May it issue others? */
  readonly authority: boolean
  readonly issuerPublicKey: KeyObject
  readonly issuerKey: KeyObject
}

/** Writes and signs an X.509 certificate (RFC 5280 4.1) with SHA-256; returns it in PEM form. */
export async function signCertificate(content: CertificateContent): Promise<string> {
  const algorithm = (key: KeyObject) =>
    key.asymmetricKeyType === 'ec'
      ? { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' }
      : { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' }
  const certificate = await X509CertificateGenerator.create(
    {
      serialNumber: createSerial(),
      subject: nameOf(content.subject),
      issuer: nameOf(content.issuer),
      notBefore: content.notBefore,
      notAfter: content.notAfter,
      publicKey: content.publicKey.toCryptoKey(algorithm(content.publicKey), true, ['verify']),
      signingKey: content.issuerKey.toCryptoKey(algorithm(content.issuerKey), false, ['sign']),
      signingAlgorithm: algorithm(content.issuerKey),
      extensions: listExtensions(content),
    },
    webcrypto,
  )
  return `${certificate.toString('pem')}\n`
}

function nameOf(commonName: string): Name {
  return new Name([{ CN: [commonName] }])
}

function createSerial(): string {
  const serial = randomBytes(16)
  // RFC 5280 4.1.2.2: positive; DER wants the shortest form, so the first byte is not zero either.
  serial[0] = ((serial[0] ?? 0) & 0x7f) | 0x40
  return serial.toString('hex')
}

function listExtensions({ authority, names, publicKey, issuerPublicKey }: CertificateContent): Extension[] {
  return [
    new SubjectKeyIdentifierExtension(identifyKey(publicKey)),
    new AuthorityKeyIdentifierExtension(identifyKey(issuerPublicKey)),
    new BasicConstraintsExtension(authority, undefined, true),
    ...(authority
      ? [new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, true)]
      : [
          new KeyUsagesExtension(KeyUsageFlags.digitalSignature | KeyUsageFlags.keyEncipherment, true),
          new ExtendedKeyUsageExtension([ExtendedKeyUsage.serverAuth, ExtendedKeyUsage.clientAuth]),
        ]),
    ...(names.length === 0
      ? []
      : [new SubjectAlternativeNameExtension(names.map((value) => ({ type: isIP(value) === 0 ? 'dns' : 'ip', value })))]),
  ]
}

function identifyKey(key: KeyObject): string {
  return createHash('sha256')
    .update(key.export({ type: 'spki', format: 'der' }))
    .digest('hex')
    .slice(0, 40)
}
