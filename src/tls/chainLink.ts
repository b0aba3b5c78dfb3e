import { X509Certificate, createHash } from 'node:crypto'
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

/** What was opened lately, by its SHA-256: the certificates above the leaf are the same for many servers. */
const opened = new Map<string, Omit<Link, 'index'>>()
const maxOpened = 200

/** Opens a certificate; undefined where it cannot be read. */
export function openLink(der: Buffer, index: number): Link | undefined {
  const id = createHash('sha256').update(der).digest('hex')
  const known = opened.get(id)
  if (known) return { ...known, index }
  try {
    const link = describeLink(new X509Certificate(der), index)
    if (link) opened.set(id, link)
    if (opened.size > maxOpened) opened.delete(opened.keys().next().value ?? id)
    return link
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
export function hasSigned(issuer: Link, { certificate, facts }: Link): boolean {
  const pair = `${issuer.facts.sha256} ${facts.sha256}`
  const known = verified.get(pair)
  if (known !== undefined) return known
  const signed = verify(issuer.certificate, certificate)
  verified.set(pair, signed)
  if (verified.size > maxVerified) verified.delete(verified.keys().next().value ?? pair)
  return signed
}

const verified = new Map<string, boolean>()
const maxVerified = 1000

function verify(issuer: X509Certificate, certificate: X509Certificate): boolean {
  try {
    return certificate.verify(issuer.publicKey)
  } catch {
    return false
  }
}
