import type { CertificateRequest, HelloAnswer, KeyExchange, ServerFlight } from './answer.ts'
import { readCertificateRequest, readCertificates, readStaple } from './certificateMessages.ts'
import { type MalformedRecord, RecordReader, type TlsRecord } from './record.ts'
import { readKeyExchange } from './keyExchange.ts'
import { type ServerHello, readServerHello } from './serverHello.ts'

/** How a stream ended before the answer was whole. */
export type Ended = { readonly kind: 'closed'; readonly how: 'end' | 'reset' } | { readonly kind: 'timeout'; readonly ms: number }

/** What takes bytes until they make an answer. */
export interface AnswerParser {
  /** Undefined where more bytes are needed. */
  push(bytes: Buffer): HelloAnswer | undefined
  /** No more bytes will come: what those so far amount to. */
  end(how: Ended): HelloAnswer
}

/** Bytes of the peer that are kept as evidence. */
export const maxEvidence = 64 * 1024

/**
 * A chain as long as OpenSSL takes from a peer unless told otherwise (SSL_CTX_set_max_cert_list: 100 KiB): most senders
 * break off at a longer one too. The same goes for the authorities of a CertificateRequest.
 */
const maxCertificateMessage = 100 * 1024

const maxMessage = 64 * 1024

/** A chain of that size, a staple and the rest. */
const maxFlight = 256 * 1024

/** Enough for a chain of 100 KiB in records of 512 octets (RFC 6066 4), five times over. */
const maxRecords = 1024

/** As OpenSSL bears in a row (MAX_WARN_ALERT_COUNT). */
const maxWarnings = 5

/** RFC 5246 7.3: each at most once, in this order. server_hello and server_hello_done are not optional. */
const order: ReadonlyMap<number, number> = new Map([
  [2, 0],
  [11, 1],
  [22, 2],
  [12, 3],
  [13, 4],
  [14, 5],
])

interface Parts {
  hello?: ServerHello
  certificates?: readonly Buffer[]
  staple?: Buffer
  keyExchange?: KeyExchange | undefined
  certificateRequest?: CertificateRequest
}

/**
 * Reads a server's first flight out of bytes in any pieces: up to ServerHelloDone, or ServerHello alone in TLS 1.3
 * (all after it is encrypted). What stands behind the flight stays with the record reader, for whoever reads on.
 *
 * A stream that ends, or falls silent, after a whole ServerHello gives a flight that is not `complete`: what the
 * server chose is known by then. So does a server that resumes a session (RFC 5077 3.1).
 */
export class FlightParser implements AnswerParser {
  readonly #records: RecordReader
  readonly #kept: Buffer[] = []
  #keptSize = 0
  #size = 0
  #count = 0
  #messages = Buffer.alloc(0)
  readonly #warnings: number[] = []
  readonly #parts: Parts = {}
  #reached = -1

  constructor(records = new RecordReader()) {
    this.#records = records
  }

  push(bytes: Buffer): HelloAnswer | undefined {
    this.#records.push(bytes)
    for (let record = this.#records.next(); record; record = this.#records.next()) {
      const answer = this.#take(record)
      if (answer) return answer
    }
    return undefined
  }

  end(how: Ended): HelloAnswer {
    if (this.#parts.hello) return this.#flight(this.#parts.hello, false)
    const bytes = Buffer.concat([...this.#kept, this.#records.rest]).subarray(0, maxEvidence)
    // Some servers refuse by a warning and close: the warning is their answer.
    const description = this.#warnings.at(-1)
    if (description !== undefined) return { kind: 'alert', level: 1, description, bytes }
    return { ...how, bytes }
  }

  #take(record: TlsRecord | MalformedRecord): HelloAnswer | undefined {
    if (record.kind === 'malformed')
      return { kind: 'malformed', why: record.why, bytes: Buffer.concat([...this.#kept, record.bytes]).subarray(0, maxEvidence) }
    this.#keep(record)
    this.#count++
    this.#size += record.body.length
    if (this.#count > maxRecords) return this.#malformed(`more than ${maxRecords} records`)
    if (this.#size > maxFlight) return this.#malformed(`a flight of more than ${maxFlight / 1024} KiB`)
    switch (record.type) {
      case 20:
        return this.#takeChangeCipherSpec(record)
      case 21:
        return this.#takeAlert(record)
      case 22:
        return this.#takeHandshake(record)
      default:
        return this.#malformed(`a record of type ${record.type} before the handshake was done`)
    }
  }

  #takeChangeCipherSpec({ body }: TlsRecord): HelloAnswer | undefined {
    if (body.length !== 1 || body[0] !== 1 || this.#messages.length > 0) return this.#malformed('a ChangeCipherSpec out of place')
    // The server resumes: its Finished comes next, and there is no ServerHelloDone (RFC 5246 7.3).
    if (this.#parts.hello && this.#reached === 0) return this.#flight(this.#parts.hello, false)
    if (this.#parts.hello) return this.#malformed('a ChangeCipherSpec out of place')
    // RFC 8446 5, D.4: dropped, such as comes between a HelloRetryRequest and the next ServerHello.
    return undefined
  }

  #takeAlert({ body }: TlsRecord): HelloAnswer | undefined {
    const [level, description] = body
    if (body.length !== 2 || level === undefined || description === undefined)
      return this.#malformed(`an alert of ${body.length} octets`)
    // RFC 8446 6.1: after close_notify nothing comes.
    if (level !== 1 || description === 0) return { kind: 'alert', level, description, bytes: this.#bytes() }
    this.#warnings.push(description)
    return this.#warnings.length > maxWarnings ? this.#malformed(`more than ${maxWarnings} warnings`) : undefined
  }

  #takeHandshake({ body }: TlsRecord): HelloAnswer | undefined {
    this.#messages = Buffer.concat([this.#messages, body])
    while (this.#messages.length >= 4) {
      const type = this.#messages[0] ?? 0
      const length = this.#messages.readUIntBE(1, 3)
      const limit = type === 11 || type === 13 ? maxCertificateMessage : maxMessage
      if (length > limit) return this.#malformed(`a handshake message of type ${type} of ${length} octets`)
      if (this.#messages.length < 4 + length) return undefined
      const message = this.#messages.subarray(4, 4 + length)
      this.#messages = this.#messages.subarray(4 + length)
      const answer = this.#takeMessage(type, message)
      if (answer) return answer
    }
    return undefined
  }

  #takeMessage(type: number, body: Buffer): HelloAnswer | undefined {
    // RFC 5246 7.4.1.1: a HelloRequest during the handshake is ignored.
    if (type === 0 && body.length === 0) return undefined
    // RFC 5077 3.3: a new ticket, where the session is resumed.
    if (type === 4 && this.#reached === 0) return undefined
    const place = order.get(type)
    if (place === undefined) return this.#malformed(`a handshake message of type ${type}`)
    if (place <= this.#reached || (place > 0 && this.#reached < 0))
      return this.#malformed(`a handshake message of type ${type} out of place`)
    this.#reached = place
    if (type === 2) return this.#takeServerHello(body)
    const why = this.#readMessage(type, body, this.#parts.hello)
    if (why !== undefined) return this.#malformed(why)
    return type === 14 && this.#parts.hello ? this.#flight(this.#parts.hello, true) : undefined
  }

  #takeServerHello(body: Buffer): HelloAnswer | undefined {
    const hello = readServerHello(body)
    if (typeof hello === 'string') return this.#malformed(hello)
    this.#parts.hello = hello
    if (hello.version < 0x0304) return undefined
    // RFC 8446 5.1: the keys change here, so the record ends with the message.
    return this.#messages.length > 0 ? this.#malformed('octets behind a ServerHello of TLS 1.3') : this.#flight(hello, true)
  }

  /** Words where the message is wrong. */
  #readMessage(type: number, body: Buffer, hello: ServerHello | undefined): string | undefined {
    if (!hello) return 'a handshake message before the ServerHello'
    const parts = this.#parts
    switch (type) {
      case 11: {
        const certificates = readCertificates(body)
        if (typeof certificates === 'string') return certificates
        parts.certificates = certificates
        return undefined
      }
      case 22: {
        const staple = readStaple(body)
        if (!staple) return 'a CertificateStatus that breaks its form'
        parts.staple = staple
        return undefined
      }
      case 12: {
        const read = readKeyExchange(body, hello.version, hello.suite)
        if (!read) return 'a ServerKeyExchange that breaks its form'
        parts.keyExchange = read.keyExchange
        return undefined
      }
      case 13: {
        const request = readCertificateRequest(body, hello.version)
        if (!request) return 'a CertificateRequest that breaks its form'
        parts.certificateRequest = request
        return undefined
      }
      default:
        return body.length === 0 && this.#messages.length === 0 ? undefined : 'octets behind ServerHelloDone'
    }
  }

  #flight(hello: ServerHello, complete: boolean): ServerFlight {
    const { certificates, staple, keyExchange, certificateRequest } = this.#parts
    const group = hello.group ?? (keyExchange?.kind === 'ecdhe' ? keyExchange.group : undefined)
    const warnings = this.#warnings
    return {
      kind: 'flight',
      ...hello,
      group,
      certificates,
      staple,
      keyExchange,
      certificateRequest,
      warnings,
      complete,
      bytes: this.#bytes(),
    }
  }

  #malformed(why: string): HelloAnswer {
    return { kind: 'malformed', why, bytes: this.#bytes() }
  }

  #keep({ type, version, body }: TlsRecord): void {
    if (this.#keptSize >= maxEvidence) return
    const header = Buffer.of(type, version >> 8, version & 0xff, body.length >> 8, body.length & 0xff)
    this.#kept.push(header, body)
    this.#keptSize += 5 + body.length
  }

  #bytes(): Buffer {
    return Buffer.concat(this.#kept).subarray(0, maxEvidence)
  }
}
