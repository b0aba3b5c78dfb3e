import { X509Certificate, createHash } from 'node:crypto'
import { type CertificateExtensions, describeExtensions } from './certificateExtensions.ts'
import { readFields } from './certificateFields.ts'
import { readCommonName } from './certificateName.ts'
import { isRocaModulus } from './certificateRoca.ts'
import type { SignatureAlgorithm } from './certificateSignature.ts'
import { readChildren, readDer, readInteger } from './der.ts'
import { foldAddress } from './name.ts'

/** What is read from a certificate, as plain data. Text in it comes from the peer and is hostile. */
export interface CertificateFacts extends CertificateExtensions {
  readonly subject: string
  readonly issuer: string
  /** The last of the subject. It names no host (RFC 9525 2), but for DANE-TA where there is no other name (RFC 7672 3.2.3). */
  readonly commonName: string | undefined
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
  /** The public exponent of an RSA key, decimal. */
  readonly keyExponent: string | undefined
  /** The key has the mark of a chip whose keys can be factored (CVE-2017-15361). */
  readonly roca: boolean
  readonly selfSigned: boolean
  /** With what its issuer signed it; undefined where that cannot be read. */
  readonly signature: SignatureAlgorithm | undefined
}

const curveBits: Readonly<Record<string, number>> = {
  prime192v1: 192,
  secp192k1: 192,
  prime256v1: 256,
  secp384r1: 384,
  secp521r1: 521,
  secp224r1: 224,
  secp224k1: 224,
  secp256k1: 256,
  brainpoolP256r1: 256,
  brainpoolP384r1: 384,
  brainpoolP512r1: 512,
}

/** A list's servers share few certificates, and reading one costs more than a handshake's own work. The oldest leave first. */
const known = new Map<string, CertificateFacts>()
const maxKnown = 500

/** Reads one certificate in DER. Undefined where it cannot be read: that is a finding, not a fault of ours. */
export function readCertificate(der: Buffer): CertificateFacts | undefined {
  const seen = known.get(sha256(der))
  if (seen) return seen
  try {
    return describeCertificate(new X509Certificate(der))
  } catch {
    return undefined
  }
}

/** @throws where OpenSSL can make nothing of the key */
export function describeCertificate(certificate: X509Certificate): CertificateFacts {
  const id = sha256(certificate.raw)
  const seen = known.get(id)
  if (seen) return seen
  const facts = readFacts(certificate, id)
  known.set(id, facts)
  if (known.size > maxKnown) known.delete(known.keys().next().value ?? id)
  return facts
}

function readFacts(certificate: X509Certificate, id: string): CertificateFacts {
  const key = certificate.publicKey
  const details = key.asymmetricKeyDetails
  // OpenSSL reads more than DER; what it alone can read has the facts that it gives, and no others.
  const fields = readFields(certificate.raw)
  const extensions = describeExtensions(fields?.extensions ?? new Map<string, Buffer>())
  const keyType = key.asymmetricKeyType ?? 'unknown'
  return {
    subject: oneLine(certificate.subject),
    issuer: oneLine(certificate.issuer),
    commonName: fields && readCommonName(fields.subject),
    ...alternativeNames(certificate.subjectAltName),
    notBefore: certificate.validFromDate.toISOString(),
    notAfter: certificate.validToDate.toISOString(),
    serial: certificate.serialNumber.toLowerCase(),
    sha256: id,
    spkiSha256: sha256(fields?.keyInfo ?? key.export({ type: 'spki', format: 'der' })),
    keyType,
    keyBits: details?.modulusLength ?? curveBits[details?.namedCurve ?? ''],
    keyExponent: details?.publicExponent?.toString(),
    roca: keyType === 'rsa' && isRocaModulus(readModulus(fields?.publicKey)),
    // Not checkIssued: it is false where the key may not sign certificates, which few self-signed ones say it may.
    selfSigned: certificate.issuer === certificate.subject && certificate.verify(key),
    signature: fields?.signature,
    ...extensions,
    authority: fields ? extensions.authority : certificate.ca,
  }
}

/** RFC 8017 A.1.1: an RSA public key is a sequence of modulus and exponent. */
function readModulus(publicKey: Buffer | undefined): bigint {
  return readInteger(readChildren(readDer(publicKey ?? Buffer.alloc(0)))?.[0]) ?? 0n
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
