import type { CertificateRequest, ServerFlight } from './answer.ts'
import { FlightParser } from './flightParser.ts'
import { ByteReader } from './reader.ts'
import { RecordReader } from './record.ts'
import { SealedReader } from './sealed.ts'

/** What a server sent in a handshake that a TLS library of ours led, read from its octets on the wire. */
interface WatchedHandshake {
  readonly hello: ServerFlight
  /** HelloRetryRequests before it: RFC 8446 4.1.4 allows one. */
  readonly retries: number
  /** DER, in the order sent; undefined where it could not be read. */
  readonly sent: readonly Buffer[] | undefined
  readonly staple: Buffer | undefined
  readonly certificateRequest: CertificateRequest | undefined
}

/** Enough for any chain a sender would take. */
const maxSealed = 256 * 1024

/**
 * Reads the server's side of a handshake.
 *
 * @param bytes what came from the first octet of TLS on
 * @param secret SERVER_HANDSHAKE_TRAFFIC_SECRET of this very handshake; only TLS 1.3 has one
 * @returns undefined where there was no whole ServerHello
 */
export function readWatched(bytes: Buffer, secret: Buffer | undefined): WatchedHandshake | undefined {
  const records = new RecordReader()
  let answer = new FlightParser(records).push(bytes)
  let retries = 0
  while (answer?.kind === 'flight' && answer.retry) {
    retries++
    answer = new FlightParser(records).push(Buffer.alloc(0))
    // Nothing behind it: a server that asks again and again, or that broke off.
    if (answer?.kind !== 'flight') return undefined
  }
  if (answer?.kind !== 'flight') return undefined
  if (answer.version < 0x0304) {
    const { certificates, staple, certificateRequest } = answer
    return { hello: answer, retries, sent: certificates, staple, certificateRequest }
  }
  const messages = secret ? openMessages(records, answer.suite, secret) : []
  return { hello: answer, retries, ...readMessages(messages) }
}

/** How often a server answered with HelloRetryRequest, also where no ServerHello ever followed (cases.md 57). */
export function countRetries(bytes: Buffer): number {
  const records = new RecordReader()
  records.push(bytes)
  let retries = 0
  for (;;) {
    const answer = new FlightParser(records).push(Buffer.alloc(0))
    if (answer?.kind !== 'flight' || !answer.retry) return retries
    retries++
  }
}

/** The alert that a server sent in the clear, where it sent one (RFC 8446 6.2). */
export function findAlert(bytes: Buffer): number | undefined {
  const records = new RecordReader()
  records.push(bytes)
  for (let record = records.next(); record?.kind === 'record'; record = records.next()) {
    const [level, description] = record.body
    // An encrypted one is longer; a warning ends nothing.
    if (record.type === 21 && record.body.length === 2 && level === 2) return description
  }
  return undefined
}

interface Message {
  readonly type: number
  readonly body: Buffer
}

/** The server's messages up to its Finished (RFC 8446 4.4.4). */
function openMessages(records: RecordReader, suite: number, secret: Buffer): Message[] {
  const reader = SealedReader.create(suite, secret)
  if (!reader) return []
  const messages: Message[] = []
  const opened: Buffer[] = []
  let size = 0
  for (let record = records.next(); record?.kind === 'record' && size < maxSealed; record = records.next()) {
    // RFC 8446 D.4: a ChangeCipherSpec for the sake of middleboxes.
    if (record.type === 20) continue
    const inner = reader.open(record)
    if (inner?.type !== 22) break
    opened.push(inner.body)
    size += inner.body.length
  }
  const stream = new ByteReader(Buffer.concat(opened))
  while (stream.left >= 4) {
    const type = stream.uint8()
    const body = stream.vector(3)
    if (stream.failed) break
    messages.push({ type, body })
  }
  return messages
}

function readMessages(messages: readonly Message[]): Pick<WatchedHandshake, 'sent' | 'staple' | 'certificateRequest'> {
  const certificate = messages.find(({ type }) => type === 11)
  const request = messages.find(({ type }) => type === 13)
  return {
    ...(certificate ? readChain(certificate.body) : { sent: undefined, staple: undefined }),
    certificateRequest: request && readRequest(request.body),
  }
}

/** Certificate of TLS 1.3 (RFC 8446 4.4.2): each entry with extensions of its own, the staple among those of the first. */
function readChain(body: Buffer): Pick<WatchedHandshake, 'sent' | 'staple'> {
  const reader = new ByteReader(body)
  reader.vector(1)
  const list = new ByteReader(reader.vector(3))
  const sent: Buffer[] = []
  let staple: Buffer | undefined
  while (list.left > 0) {
    const der = list.vector(3)
    const extensions = list.vector(2)
    if (list.failed || der.length === 0) return { sent: undefined, staple: undefined }
    if (sent.length === 0) staple = findStaple(extensions)
    sent.push(der)
  }
  return reader.whole ? { sent, staple } : { sent: undefined, staple: undefined }
}

function findStaple(extensions: Buffer): Buffer | undefined {
  const status = findExtension(extensions, 5)
  if (!status) return undefined
  // RFC 8446 4.4.2.1: a CertificateStatus as of RFC 6066 8.
  const reader = new ByteReader(status)
  const type = reader.uint8()
  const response = reader.vector(3)
  return type === 1 && reader.whole && response.length > 0 ? response : undefined
}

/** CertificateRequest of TLS 1.3 (RFC 8446 4.3.2). */
function readRequest(body: Buffer): CertificateRequest {
  const reader = new ByteReader(body)
  reader.vector(1)
  const extensions = reader.vector(2)
  const schemes = findExtension(extensions, 13)
  const names = new ByteReader(findExtension(extensions, 47) ?? Buffer.alloc(2))
  const list = new ByteReader(names.vector(2))
  let authorities = 0
  for (; list.left > 0; authorities++) list.vector(2)
  return { types: [], schemes: schemes ? new ByteReader(schemes).numbers(2, 2) : [], authorities }
}

function findExtension(extensions: Buffer, wanted: number): Buffer | undefined {
  const reader = new ByteReader(extensions)
  while (reader.left > 0) {
    const type = reader.uint16()
    const data = reader.vector(2)
    if (type === wanted && !reader.failed) return data
  }
  return undefined
}
