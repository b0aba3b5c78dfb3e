/**
 * Puts the messages of a stream together: two octets of length before each (RFC 1035 4.2.2), so that 64 KiB bound what
 * is held. A message that comes octet by octet is copied once.
 */
export class FrameReader {
  readonly #take: (message: Buffer) => void
  readonly #length = Buffer.alloc(2)
  #message = this.#length
  #filled = 0

  constructor(take: (message: Buffer) => void) {
    this.#take = take
  }

  push(chunk: Buffer): void {
    for (let at = 0; at < chunk.length;) {
      const count = Math.min(this.#message.length - this.#filled, chunk.length - at)
      chunk.copy(this.#message, this.#filled, at, at + count)
      this.#filled += count
      at += count
      // A message of no length is complete at once.
      while (this.#filled === this.#message.length) this.#turn()
    }
  }

  #turn(): void {
    const done = this.#message
    this.#filled = 0
    this.#message = done === this.#length ? Buffer.allocUnsafeSlow(done.readUInt16BE(0)) : this.#length
    if (done !== this.#length) this.#take(done)
  }
}

/** A message with its length before it, as one buffer: one segment on the wire. */
export function frameMessage(message: Buffer): Buffer {
  const framed = Buffer.allocUnsafe(2 + message.length)
  framed.writeUInt16BE(message.length, 0)
  message.copy(framed, 2)
  return framed
}
