import type { Duplex } from 'node:stream'
import type { Clock } from '../../clock.ts'
import type { HelloAnswer } from './answer.ts'
import { type AnswerParser, type Ended, FlightParser } from './flightParser.ts'
import { type MalformedRecord, RecordReader, type TlsRecord, printAlert } from './record.ts'

export interface ChannelOptions {
  /** Milliseconds for each record or flight waited for. */
  readonly timeoutMs: number
  readonly clock: Clock
}

/** Octets taken from the stream before somebody reads them; what is beyond stays with the peer. */
const maxInbox = 64 * 1024

/** Milliseconds that a peer has to leave first, so that its next connection is not beside this one; some never do. */
const leaveMs = 20

/**
 * A stream as a sequence of records, for dialogues that no TLS library would lead. It takes the stream over for good:
 * errors end up as data, and `leave` closes it.
 */
export class RecordChannel {
  readonly #stream: Duplex
  readonly #options: ChannelOptions
  readonly #records = new RecordReader()
  #inbox: Buffer[] = []
  #inboxSize = 0
  #ended: Ended | undefined
  #wake: () => void = () => undefined

  constructor(stream: Duplex, options: ChannelOptions) {
    this.#stream = stream
    this.#options = options
    // These stay for good: an error after we left must not end the process.
    stream.on('error', () => {
      this.#end({ kind: 'closed', how: 'reset' })
    })
    stream.on('close', () => {
      this.#end({ kind: 'closed', how: 'reset' })
    })
    stream.on('end', () => {
      this.#end({ kind: 'closed', how: 'end' })
    })
    stream.on('readable', () => {
      this.#fill()
    })
    if (stream.destroyed) this.#end({ kind: 'closed', how: 'reset' })
    else if (stream.readableEnded) this.#end({ kind: 'closed', how: 'end' })
    this.#fill()
  }

  /** Says nothing of whether it arrives; what is read next does. */
  write(bytes: Buffer): void {
    if (this.#stream.writable) this.#stream.write(bytes)
  }

  async readRecord(timeoutMs = this.#options.timeoutMs): Promise<TlsRecord | MalformedRecord | Ended> {
    const deadline = this.#options.clock.now() + timeoutMs
    for (;;) {
      const record = this.#records.next()
      if (record) return record
      const bytes = await this.#read(deadline, timeoutMs)
      if (!Buffer.isBuffer(bytes)) return bytes
      this.#records.push(bytes)
    }
  }

  /** The server's next flight in the clear (RFC 5246 7.3). What comes behind it is left for `readRecord`. */
  async readFlight(): Promise<HelloAnswer> {
    return this.readAnswer(new FlightParser(this.#records))
  }

  async readAnswer(parser: AnswerParser): Promise<HelloAnswer> {
    const { timeoutMs, clock } = this.#options
    const deadline = clock.now() + timeoutMs
    let answer = parser.push(Buffer.alloc(0))
    while (!answer) {
      const bytes = await this.#read(deadline, timeoutMs)
      answer = Buffer.isBuffer(bytes) ? parser.push(bytes) : parser.end(bytes)
    }
    return answer
  }

  /**
   * Closes the stream, after an alert where one is given (close_notify 0: RFC 8446 6.1) and the peer still listens. The
   * peer gets a moment to close as well: a server that counts our connections has one less before the next.
   */
  async leave(alert?: { readonly version: number; readonly description: number }): Promise<void> {
    const stream = this.#stream
    if (stream.writable) stream.end(alert ? printAlert(alert.version, alert.description) : Buffer.alloc(0))
    const deadline = this.#options.clock.now() + leaveMs
    while (!this.#ended && this.#inboxSize < maxInbox && this.#options.clock.now() < deadline) await this.#wait(deadline)
    stream.destroy()
  }

  /** The next bytes, in the time that is left. */
  async #read(deadline: number, timeoutMs: number): Promise<Buffer | Ended> {
    for (;;) {
      const bytes = this.#inbox.shift()
      if (bytes) {
        this.#inboxSize -= bytes.length
        this.#fill()
        return bytes
      }
      if (this.#ended) return this.#ended
      if (this.#options.clock.now() >= deadline) return { kind: 'timeout', ms: timeoutMs }
      await this.#wait(deadline)
    }
  }

  /** Until something moves, or the deadline. */
  async #wait(deadline: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>()
    this.#wake = resolve
    const stop = this.#options.clock.timer(Math.max(0, deadline - this.#options.clock.now()), resolve)
    await promise
    stop()
  }

  #fill(): void {
    while (this.#inboxSize < maxInbox) {
      const bytes: unknown = this.#stream.read()
      if (!Buffer.isBuffer(bytes)) break
      this.#inbox.push(bytes)
      this.#inboxSize += bytes.length
    }
    this.#wake()
  }

  #end(how: Ended): void {
    // What came before a reset is still there.
    this.#fill()
    this.#ended ??= how
    this.#wake()
  }
}
