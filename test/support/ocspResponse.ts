import { createHash, sign } from 'node:crypto'
import { readFields } from '../../src/tls/certificateFields.ts'
import type { Party } from './chainParty.ts'
import { printDer, printInteger, printOid, printTime } from './der.ts'

export interface OcspOptions {
  readonly leaf: Party
  readonly issuer: Party
  /** The issuer unless given. */
  readonly signer?: Party
  /** Who is said to answer; the signer unless given. */
  readonly responder?: Party
  readonly byKey?: boolean
  readonly certificates?: readonly Party[]
  readonly status?: 'good' | 'unknown' | { readonly revokedAt: number; readonly reason?: number }
  readonly thisUpdate?: number
  readonly nextUpdate?: number | undefined
  readonly serial?: bigint
  readonly hash?: 'sha1' | 'sha256'
}

const hour = 3_600_000
const hashIds = { sha1: '1.3.14.3.2.26', sha256: '2.16.840.1.101.3.4.2.1' }

/** An OCSP response as a responder writes it (RFC 6960 4.2.1). */
export function printOcspResponse(options: OcspOptions): Buffer {
  const { leaf, issuer, signer = issuer, responder = signer, hash = 'sha1', certificates = [] } = options
  const [subject, authority, answering] = [leaf, issuer, responder].map(({ der }) => readFields(der))
  if (!subject || !authority || !answering) throw new Error('not a certificate')
  const digest = (octets: Buffer, name: string = hash) => createHash(name).update(octets).digest()
  const thisUpdate = options.thisUpdate ?? Date.now() - hour
  const nextUpdate = 'nextUpdate' in options ? options.nextUpdate : thisUpdate + 100 * hour
  const id = printDer(
    0x30,
    printDer(0x30, printOid(hashIds[hash]), printDer(0x05)),
    printDer(0x04, digest(authority.subject.raw)),
    printDer(0x04, digest(authority.publicKey)),
    options.serial === undefined ? subject.serial.raw : printInteger(options.serial),
  )
  const single = printDer(
    0x30,
    id,
    printStatus(options.status ?? 'good'),
    printTime(thisUpdate),
    ...(nextUpdate === undefined ? [] : [printDer(0xa0, printTime(nextUpdate))]),
  )
  const name = options.byKey
    ? printDer(0xa2, printDer(0x04, digest(answering.publicKey, 'sha1')))
    : printDer(0xa1, answering.subject.raw)
  const data = printDer(0x30, name, printTime(thisUpdate), printDer(0x30, single))
  const signature = printDer(0x03, Buffer.of(0), sign('sha256', data, signer.privateKey))
  const isEc = signer.privateKey.asymmetricKeyType === 'ec'
  const algorithm = printDer(0x30, printOid(isEc ? '1.2.840.10045.4.3.2' : '1.2.840.113549.1.1.11'))
  const along = certificates.length === 0 ? [] : [printDer(0xa0, printDer(0x30, ...certificates.map(({ der }) => der)))]
  return wrapOcsp(printDer(0x30, data, algorithm, signature, ...along))
}

function wrapOcsp(basic: Buffer): Buffer {
  const bytes = printDer(0x30, printOid('1.3.6.1.5.5.7.48.1.1'), printDer(0x04, basic))
  return printDer(0x30, printDer(0x0a, Buffer.of(0)), printDer(0xa0, bytes))
}

function printStatus(status: NonNullable<OcspOptions['status']>): Buffer {
  if (status === 'good') return printDer(0x80)
  if (status === 'unknown') return printDer(0x82)
  const { revokedAt, reason } = status
  return printDer(
    0xa1,
    printTime(revokedAt),
    ...(reason === undefined ? [] : [printDer(0xa0, printDer(0x0a, Buffer.of(reason)))]),
  )
}
