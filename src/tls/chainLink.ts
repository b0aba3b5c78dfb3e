import { X509Certificate } from 'node:crypto'
import { type CertificateFacts, describeCertificate } from './certificate.ts'
import { readFields } from './certificateFields.ts'
import { foldName } from './certificateName.ts'

/** One certificate of a chain, opened. */
export interface Link {
  /** Its place in what the server sent, the leaf's is 0; undefined for one of our authorities. */
  readonly index: number | undefined
  readonly certificate: X509Certificate
  readonly facts: CertificateFacts
  /** Names in the form in which equal ones are equal. */
  readonly subject: string
  readonly issuer: string
}

/** Opens a certificate; undefined where it cannot be read. */
export function openLink(der: Buffer, index: number): Link | undefined {
  try {
    return describeLink(new X509Certificate(der), index)
  } catch {
    return undefined
  }
}

/** The same of one that OpenSSL has opened already. */
export function describeLink(certificate: X509Certificate, index?: number): Link | undefined {
  try {
    const fields = readFields(certificate.raw)
    if (!fields) return undefined
    const [subject, issuer] = [foldName(fields.subject), foldName(fields.issuer)]
    return { index, certificate, facts: describeCertificate(certificate), subject, issuer }
  } catch {
    return undefined
  }
}

/** Whether one's key made the other's signature. What either may do with it is not asked here. */
export function hasSigned(issuer: Link, { certificate }: Link): boolean {
  try {
    return certificate.verify(issuer.certificate.publicKey)
  } catch {
    return false
  }
}
