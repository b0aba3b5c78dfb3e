import type { HelloAnswer } from './answer.ts'
import { type AnswerParser, type Ended, FlightParser, maxEvidence } from './flightParser.ts'
import { ByteReader } from './reader.ts'

/** Reads SERVER-HELLO of SSLv2 (draft-hickman-netscape-ssl 2.6); a server that answers in TLS is read as such. */
export class Ssl2Parser implements AnswerParser {
  readonly #tls = new FlightParser()
  #bytes = Buffer.alloc(0)

  push(bytes: Buffer): HelloAnswer | undefined {
    this.#bytes = Buffer.concat([this.#bytes, bytes])
    const [first] = this.#bytes
    if (first === undefined) return undefined
    // A header of two octets; that of three is for what is encrypted. With it the record holds at most 32767 octets.
    if (first < 0x80) return this.#tls.push(bytes)
    if (this.#bytes.length < 2) return undefined
    const length = this.#bytes.readUInt16BE(0) & 0x7fff
    return this.#bytes.length < 2 + length ? undefined : this.#read(this.#bytes.subarray(2, 2 + length))
  }

  end(how: Ended): HelloAnswer {
    return (this.#bytes[0] ?? 0) < 0x80 ? this.#tls.end(how) : { ...how, bytes: this.#bytes.subarray(0, maxEvidence) }
  }

  #read(message: Buffer): HelloAnswer {
    const bytes = this.#bytes.subarray(0, maxEvidence)
    // 2.8: ERROR no-cipher is the word of a server that has SSLv2 and no cipher kind of ours.
    if (message.equals(Buffer.of(0, 0, 1))) return { kind: 'ssl2', kinds: [], certificate: Buffer.alloc(0), bytes }
    const reader = new ByteReader(message)
    const type = reader.uint8()
    reader.take(2, 1) // session id hit, certificate type
    const version = reader.uint16()
    const [certificateSize, kindsSize, idSize] = [reader.uint16(), reader.uint16(), reader.uint16()]
    const certificate = reader.bytes(certificateSize)
    const kinds = reader.take(kindsSize, 3)
    reader.bytes(idSize)
    if (type !== 4 || version !== 0x0002 || !reader.whole) return { kind: 'malformed', why: 'no SERVER-HELLO of SSLv2', bytes }
    return { kind: 'ssl2', kinds, certificate, bytes }
  }
}
