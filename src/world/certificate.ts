import { createHash, randomBytes, sign, type KeyObject } from 'node:crypto'
import { isIP } from 'node:net'
import { bitString, encode, integer, nothing, objectId, octetString, sequence, time, utf8String, yes } from './der.ts'

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
export function signCertificate(content: CertificateContent): string {
  const algorithm = describeSignature(content.issuerKey)
  const body = sequence(
    encode(0xa0, integer(Buffer.of(2))), // version 3
    integer(createSerial()),
    algorithm,
    encodeName(content.issuer),
    sequence(time(content.notBefore), time(content.notAfter)),
    encodeName(content.subject),
    encodeKey(content.publicKey),
    encode(0xa3, sequence(...listExtensions(content))),
  )
  const certificate = sequence(body, algorithm, bitString(sign('sha256', body, content.issuerKey)))
  const lines = certificate.toString('base64').match(/.{1,64}/g) ?? []
  return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`
}

function describeSignature(key: KeyObject): Buffer {
  // RFC 5758 3.2: ECDSA has no parameters; RFC 4055 5: RSA has NULL.
  if (key.asymmetricKeyType === 'ec') return sequence(objectId('1.2.840.10045.4.3.2'))
  return sequence(objectId('1.2.840.113549.1.1.11'), nothing)
}

function createSerial(): Buffer {
  const serial = randomBytes(16)
  // RFC 5280 4.1.2.2: positive; DER wants the shortest form, so the first byte is not zero either.
  serial[0] = ((serial[0] ?? 0) & 0x7f) | 0x40
  return serial
}

function encodeName(commonName: string): Buffer {
  return sequence(encode(0x31, sequence(objectId('2.5.4.3'), utf8String(commonName))))
}

function encodeKey(key: KeyObject): Buffer {
  return key.export({ type: 'spki', format: 'der' })
}

function identifyKey(key: KeyObject): Buffer {
  return createHash('sha256').update(encodeKey(key)).digest().subarray(0, 20)
}

function listExtensions(content: CertificateContent): Buffer[] {
  const extensions = [
    encodeExtension('2.5.29.14', octetString(identifyKey(content.publicKey))),
    encodeExtension('2.5.29.35', sequence(encode(0x80, identifyKey(content.issuerPublicKey)))),
  ]
  if (content.authority) {
    extensions.push(encodeExtension('2.5.29.19', sequence(yes), true))
    extensions.push(encodeExtension('2.5.29.15', bitString(Buffer.of(0x06), 1), true)) // keyCertSign, cRLSign
  } else {
    extensions.push(encodeExtension('2.5.29.19', sequence(), true))
    extensions.push(encodeExtension('2.5.29.15', bitString(Buffer.of(0xa0), 5), true)) // digitalSignature, keyEncipherment
    extensions.push(encodeExtension('2.5.29.37', sequence(objectId('1.3.6.1.5.5.7.3.1'), objectId('1.3.6.1.5.5.7.3.2'))))
  }
  if (content.names.length > 0) extensions.push(encodeExtension('2.5.29.17', sequence(...content.names.map(encodeAltName))))
  return extensions
}

function encodeExtension(id: string, value: Buffer, critical = false): Buffer {
  return sequence(objectId(id), ...(critical ? [yes] : []), octetString(value))
}

function encodeAltName(name: string): Buffer {
  return isIP(name) === 0 ? encode(0x82, Buffer.from(name)) : encode(0x87, encodeAddress(name))
}

function encodeAddress(address: string): Buffer {
  if (isIP(address) === 4) return Buffer.from(address.split('.').map(Number))
  // The URL parser knows every spelling of an IPv6 address and writes one of them, without a dotted tail.
  const [head = '', tail] = new URL(`http://[${address}]`).hostname.slice(1, -1).split('::')
  const before = head.split(':').filter(Boolean)
  const after = (tail ?? '').split(':').filter(Boolean)
  const zeros = Array.from({ length: 8 - before.length - after.length }, () => '0')
  return Buffer.from([...before, ...zeros, ...after].map((group) => group.padStart(4, '0')).join(''), 'hex')
}
