import type { Duplex } from 'node:stream'
import type { Clock } from '../clock.ts'
import { type Malformed, type Reply, ReplyParser } from '../smtp/index.ts'

/** Takes bytes in any pieces and gives whole units: replies, or lines. Bounds what a peer may make it keep. */
export interface Parser<Unit> {
  push(chunk: Buffer): void
  /** The next whole unit; undefined while it is not complete. */
  next(): Unit | Malformed | undefined
  /** Octets that came and belong to no unit yet handed out. */
  readonly buffered: number
  /** Removes and returns what is left, for showing. */
  drain(): Buffer
}

/** What came instead of a unit, or the unit. */
export type Answer<Unit = Reply> =
  | { readonly kind: 'reply'; readonly reply: Unit; readonly ms: number }
  | Malformed
  | { readonly kind: 'closed'; readonly how: 'end' | 'reset'; readonly detail: string }
  | { readonly kind: 'timeout'; readonly ms: number; readonly partial: string }

/** A server may run ahead of our questions by this much; past it we stop reading until they are asked. */
const maxAhead = 64 * 1024

/**
 * Lines out, units of a protocol in, over any stream. It is the one place that touches the bytes of a dialogue; what
 * may be written, and when, is for the types above it to say.
 */
export class Channel<Unit extends object> {
  readonly #stream: Duplex
  readonly #clock: Clock
  readonly #parser: Parser<Unit>
  #ended: Extract<Answer, { kind: 'closed' }> | undefined
  #paused = false
  /** Looks whether what somebody waits for is there. */
  #wake: (() => void) | undefined

  constructor(stream: Duplex, clock: Clock, parser: Parser<Unit>) {
    this.#stream = stream
    this.#clock = clock
    this.#parser = parser
    stream.on('data', this.#onData)
    stream.on('error', this.#onError)
    stream.on('end', this.#onEnd)
    stream.on('close', this.#onEnd)
  }

  /** What is there already, a unit or the end; undefined where it would have to be waited for. */
  take(): Exclude<Answer<Unit>, { kind: 'timeout' }> | undefined {
    const next = this.#parser.next()
    if (next) return isMalformed(next) ? next : { kind: 'reply', reply: next, ms: 0 }
    return this.#ended
  }

  /** Waits for the next unit, `timeoutMs` in all: a server that gives a byte now and then is waited for no longer. */
  async read(timeoutMs: number): Promise<Answer<Unit>> {
    return this.take() ?? this.#wait(timeoutMs)
  }

  async #wait(timeoutMs: number): Promise<Answer<Unit>> {
    const start = this.#clock.now()
    const { promise, resolve } = Promise.withResolvers<Answer<Unit>>()
    const stop = this.#clock.timer(timeoutMs, () => {
      this.#wake = undefined
      resolve({ kind: 'timeout', ms: timeoutMs, partial: this.#parser.drain().toString('utf8').slice(0, 200) })
    })
    this.#wake = () => {
      const answer = this.take()
      if (!answer) return
      this.#wake = undefined
      stop()
      resolve(answer.kind === 'reply' ? { ...answer, ms: this.#clock.now() - start } : answer)
    }
    if (this.#paused) {
      this.#paused = false
      this.#stream.resume()
    }
    return promise
  }

  /** Octets that came unasked and were not read yet. */
  get buffered(): number {
    return this.#parser.buffered
  }

  drain(): Buffer {
    return this.#parser.drain()
  }

  /** False when the peer's side is known to be closed, and once the stream is not ours any more. */
  get open(): boolean {
    return this.#ended === undefined
  }

  /** False where the connection is closed, and nothing was written. */
  write(bytes: string | Buffer): boolean {
    if (this.#ended || !this.#stream.writable) return false
    this.#stream.write(bytes)
    return true
  }

  /** What was written waits for the peer to read: `flush` is due before more. */
  get full(): boolean {
    return this.#stream.writableNeedDrain
  }

  /** Waits until what was written has been taken over by the system; false where that takes longer than `timeoutMs`. */
  async flush(timeoutMs: number): Promise<boolean> {
    if (this.#ended || !this.#stream.writableNeedDrain) return true
    const { promise, resolve } = Promise.withResolvers<boolean>()
    const done = (): void => {
      resolve(true)
    }
    const stop = this.#clock.timer(timeoutMs, () => {
      resolve(false)
    })
    this.#stream.on('drain', done)
    this.#stream.on('close', done)
    const drained = await promise
    stop()
    this.#stream.off('drain', done)
    this.#stream.off('close', done)
    return drained
  }

  /** Gives the stream up to somebody else, who reads from it from now on. */
  release(): Duplex {
    this.#stream.off('data', this.#onData)
    this.#stream.off('end', this.#onEnd)
    this.#stream.off('close', this.#onEnd)
    this.#ended ??= { kind: 'closed', how: 'end', detail: 'the stream was given to TLS' }
    return this.#stream
  }

  destroy(): void {
    this.#ended ??= { kind: 'closed', how: 'end', detail: 'we closed the connection' }
    this.#stream.destroy()
  }

  readonly #onData = (chunk: Buffer): void => {
    this.#parser.push(chunk)
    this.#wake?.()
    // Who waits for the rest of a long answer must be given it.
    if (this.#wake || this.#parser.buffered <= maxAhead) return
    this.#paused = true
    this.#stream.pause()
  }

  readonly #onError = (error: Error): void => {
    const code = 'code' in error ? String(error.code) : ''
    this.#ended ??= {
      kind: 'closed',
      how: code === 'ECONNRESET' || code === 'EPIPE' ? 'reset' : 'end',
      detail: code || error.message,
    }
    this.#wake?.()
  }

  readonly #onEnd = (): void => {
    this.#ended ??= { kind: 'closed', how: 'end', detail: 'the server closed the connection' }
    this.#wake?.()
  }
}

function isMalformed(next: object): next is Malformed {
  return 'kind' in next && next.kind === 'malformed'
}

/** A channel for SMTP and LMTP. */
export class ReplyChannel extends Channel<Reply> {
  constructor(stream: Duplex, clock: Clock) {
    super(stream, clock, new ReplyParser())
  }

  /** Says QUIT and waits a moment for the answer, so that the server's log shows a polite end (RFC 5321 4.1.1.10). */
  async quit(timeoutMs: number): Promise<void> {
    if (this.write('QUIT\r\n')) await this.read(Math.min(timeoutMs, 5_000))
    this.destroy()
  }
}
