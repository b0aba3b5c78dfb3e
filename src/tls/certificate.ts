import { X509Certificate, createHash } from 'node:crypto'
import { foldAddress } from './name.ts'

/** What is read from a certificate, as plain data. Text in it comes from the peer and is hostile. */
export interface CertificateFacts {
  readonly subject: string
  readonly issuer: string
  /** DNS names of the subjectAltName, A-labels, lower case. The common name is never one (RFC 9525 2). */
  readonly names: readonly string[]
  /** IP addresses of the subjectAltName, as RFC 5952 spells them. */
  readonly addresses: readonly string[]
  /** ISO 8601. */
  readonly notBefore: string
  readonly notAfter: string
  /** Hex, lower case. */
  readonly serial: string
  /** SHA-256 of the whole certificate in DER, hex. */
  readonly sha256: string
  /** SHA-256 of its SubjectPublicKeyInfo, hex: what TLSA 3 1 1 holds (RFC 6698 2.1). */
  readonly spkiSha256: string
  readonly keyType: string
  /** RSA modulus or curve size in bits, where it is known. */
  readonly keyBits: number | undefined
  readonly selfSigned: boolean
}

const curveBits: Readonly<Record<string, number>> = {
  prime256v1: 256,
  secp384r1: 384,
  secp521r1: 521,
  secp224r1: 224,
  secp256k1: 256,
}

/** Reads one certificate in DER. Undefined where it cannot be read: that is a finding, not a fault of ours. */
export function readCertificate(der: Buffer): CertificateFacts | undefined {
  try {
    const certificate = new X509Certificate(der)
    const key = certificate.publicKey
    const details = key.asymmetricKeyDetails
    return {
      subject: oneLine(certificate.subject),
      issuer: oneLine(certificate.issuer),
      ...alternativeNames(certificate.subjectAltName),
      notBefore: certificate.validFromDate.toISOString(),
      notAfter: certificate.validToDate.toISOString(),
      serial: certificate.serialNumber.toLowerCase(),
      sha256: sha256(certificate.raw),
      spkiSha256: sha256(key.export({ type: 'spki', format: 'der' })),
      keyType: key.asymmetricKeyType ?? 'unknown',
      keyBits: details?.modulusLength ?? curveBits[details?.namedCurve ?? ''],
      // Not checkIssued: it is false where the key may not sign certificates, which few self-signed ones say it may.
      selfSigned: certificate.issuer === certificate.subject && certificate.verify(key),
    }
  } catch {
    return undefined
  }
}

function sha256(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex')
}

function oneLine(name: string | undefined): string {
  return (name ?? '').slice(0, 1000).replaceAll('\n', ', ')
}

/**
 * Node prints a name that holds a comma or a quote as a JSON string, its commas escaped, so that it cannot pass for two
 * (CVE-2021-44532); such a name is no DNS name and is left out.
 */
function alternativeNames(text: string | undefined): { names: string[]; addresses: string[] } {
  const names: string[] = []
  const addresses: string[] = []
  for (const entry of (text ?? '').split(', ')) {
    if (entry.startsWith('DNS:') && !entry.includes('"')) names.push(entry.slice(4).toLowerCase())
    if (entry.startsWith('IP Address:')) addresses.push(foldAddress(entry.slice(11)))
  }
  return { names, addresses }
}
