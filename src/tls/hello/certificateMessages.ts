import type { CertificateRequest } from './answer.ts'
import { ByteReader } from './reader.ts'

/** Certificates that one server may send; a chain has three to five. */
const maxCertificates = 100

/** Certificate (RFC 5246 7.4.2): DER in the order sent; words where it is wrong. */
export function readCertificates(body: Buffer): Buffer[] | string {
  const reader = new ByteReader(body)
  const list = new ByteReader(reader.vector(3))
  if (!reader.whole) return 'a Certificate message that breaks its form'
  const certificates: Buffer[] = []
  while (list.left > 0) {
    const certificate = list.vector(3)
    if (list.failed || certificate.length === 0) return 'a Certificate message that breaks its form'
    if (certificates.length === maxCertificates) return `more than ${maxCertificates} certificates`
    certificates.push(certificate)
  }
  return certificates
}

/** CertificateStatus (RFC 6066 8): the OCSPResponse; of several (RFC 6961 2.2) the first. Undefined where it is wrong. */
export function readStaple(body: Buffer): Buffer | undefined {
  const reader = new ByteReader(body)
  const type = reader.uint8()
  const response = reader.vector(3)
  if (!reader.whole || response.length === 0) return undefined
  if (type === 1) return response
  if (type !== 2) return undefined
  const list = new ByteReader(response)
  const first = list.vector(3)
  return list.failed || first.length === 0 ? undefined : first
}

/** CertificateRequest up to TLS 1.2 (RFC 5246 7.4.4). Undefined where it is wrong. */
export function readCertificateRequest(body: Buffer, version: number): CertificateRequest | undefined {
  const reader = new ByteReader(body)
  const types = reader.numbers(1, 1)
  const schemes = version >= 0x0303 ? reader.numbers(2, 2) : []
  const names = new ByteReader(reader.vector(2))
  let authorities = 0
  for (; names.left > 0; authorities++) names.vector(2)
  return reader.whole && !names.failed ? { types, schemes, authorities } : undefined
}
