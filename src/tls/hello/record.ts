import { uint16, uint8, vector } from './encode.ts'

/** A record as it is on the wire (RFC 8446 5.1), whatever its body means. */
export interface TlsRecord {
  readonly kind: 'record'
  /** 20 change_cipher_spec, 21 alert, 22 handshake, 23 application_data, 24 heartbeat. */
  readonly type: number
  readonly version: number
  readonly body: Buffer
}

/** Bytes that are no record, or one that breaks the rules. */
export interface MalformedRecord {
  readonly kind: 'malformed'
  readonly why: string
  /** From the first wrong octet on, as far as they came. */
  readonly bytes: Buffer
}

/** RFC 8446 5.1: a fragment holds at most 2^14 octets. */
const maxFragment = 2 ** 14

// RFC 5246 6.2.3: encryption may add 2048 octets.
const maxBody = maxFragment + 2048

/** Puts a message into as many records as it takes. */
export function printRecords(type: number, version: number, message: Buffer): Buffer {
  const records: Buffer[] = []
  for (let at = 0; at < message.length; at += maxFragment)
    records.push(uint8(type), uint16(version), vector(2, message.subarray(at, at + maxFragment)))
  return Buffer.concat(records)
}

/** An alert in a record of its own (RFC 8446 6); close_notify and user_canceled are warnings, all else is fatal. */
export function printAlert(version: number, description: number): Buffer {
  return printRecords(21, version, Buffer.of(description === 0 || description === 90 ? 1 : 2, description))
}

/** Takes bytes in any pieces and gives records. What is wrong shows at the first octet that tells. */
export class RecordReader {
  #chunks: Buffer[] = []
  #size = 0
  #malformed: MalformedRecord | undefined

  push(bytes: Buffer): void {
    if (bytes.length === 0) return
    this.#chunks.push(bytes)
    this.#size += bytes.length
  }

  /** What came and is no whole record yet. */
  get rest(): Buffer {
    this.#join()
    return this.#chunks[0] ?? Buffer.alloc(0)
  }

  /** Undefined where more bytes are needed. After a malformed record nothing else comes. */
  next(): TlsRecord | MalformedRecord | undefined {
    if (this.#malformed) return this.#malformed
    const why = this.#findFault()
    if (why !== undefined) {
      this.#malformed = { kind: 'malformed', why, bytes: this.rest }
      return this.#malformed
    }
    if (this.#size < 5) return undefined
    const length = this.#length()
    // Joined only once all is there: a peer that sends octet by octet costs no more than another.
    if (this.#size < 5 + length) return undefined
    const bytes = this.rest
    this.#chunks = bytes.length > 5 + length ? [bytes.subarray(5 + length)] : []
    this.#size -= 5 + length
    return { kind: 'record', type: bytes[0] ?? 0, version: bytes.readUInt16BE(1), body: bytes.subarray(5, 5 + length) }
  }

  #findFault(): string | undefined {
    if (this.#size < 1) return undefined
    const type = this.#octet(0)
    if (type < 20 || type > 24) return 'not TLS'
    if (this.#size < 2) return undefined
    if (this.#octet(1) !== 3) return 'not TLS'
    if (this.#size < 3) return undefined
    if (this.#octet(2) > 4) return `a record of version 3.${this.#octet(2)}`
    if (this.#size < 5) return undefined
    const length = this.#length()
    if (length > maxBody) return `a record of ${length} octets`
    // RFC 8446 5.1: zero-length fragments of handshake or alert must not be sent.
    if (length === 0 && type !== 23) return 'an empty record'
    return undefined
  }

  #length(): number {
    return this.#octet(3) * 256 + this.#octet(4)
  }

  #octet(index: number): number {
    let before = 0
    for (const chunk of this.#chunks) {
      const octet = chunk[index - before]
      if (octet !== undefined) return octet
      before += chunk.length
    }
    return 0
  }

  #join(): void {
    if (this.#chunks.length > 1) this.#chunks = [Buffer.concat(this.#chunks)]
  }
}
