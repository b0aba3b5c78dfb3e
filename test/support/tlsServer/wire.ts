import { Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { setImmediate as takeTurn } from 'node:timers/promises'

/** A client's connection read by demand: octets wait in the stream, which is bounded, until they are asked for. */
export class Wire {
  readonly #stream: Duplex
  #held: Buffer = Buffer.alloc(0)
  /** What was taken since `mark`. */
  #taken: Buffer[] | undefined
  #gone: 'end' | 'reset' | undefined
  #wake: () => void = () => undefined
  readonly #onReadable = (): void => {
    this.#wake()
  }

  constructor(stream: Duplex) {
    this.#stream = stream
    const end = (how: 'end' | 'reset') => (): void => {
      this.#gone ??= how
      this.#wake()
    }
    stream.on('readable', this.#onReadable)
    stream.on('drain', this.#onReadable)
    stream.on('end', end('end'))
    stream.on('error', end('reset'))
    stream.on('close', end('end'))
  }

  /** How the client left, if it did. */
  get gone(): 'end' | 'reset' | undefined {
    return this.#gone
  }

  /** Octets asked for; undefined where the client is gone before they are all there. */
  async take(octets: number): Promise<Buffer | undefined> {
    if (!(await this.#holds(() => this.#held.length >= octets))) return undefined
    const taken = this.#held.subarray(0, octets)
    this.#held = this.#held.subarray(octets)
    this.#taken?.push(taken)
    return taken
  }

  /** A line of text with its end. */
  async takeLine(): Promise<string | undefined> {
    if (!(await this.#holds(() => this.#held.includes(0x0a) || this.#held.length > 4096))) return undefined
    const end = this.#held.indexOf(0x0a)
    return (await this.take(end < 0 ? 4096 : end + 1))?.toString('latin1')
  }

  /** From here on what is taken can be given back. */
  mark(): void {
    this.#taken = []
  }

  /** Gives back what was taken since `mark`. */
  rewind(): void {
    this.#held = Buffer.concat([...(this.#taken ?? []), this.#held])
    this.#taken = undefined
  }

  /** Leaves the stream, with all that was not taken, to another. */
  release(): Duplex {
    this.#stream.removeListener('readable', this.#onReadable)
    if (this.#held.length > 0 && !this.#gone) this.#stream.unshift(this.#held)
    this.#held = Buffer.alloc(0)
    return this.#stream
  }

  /** Writes, in pieces of `pieceOctets` that each leave by themselves; false where the client takes no more. */
  async write(bytes: Buffer, pieceOctets = Infinity): Promise<boolean> {
    for (let at = 0; at < bytes.length; at += pieceOctets) {
      if (this.#gone === 'reset' || !this.#stream.writable) return false
      this.#stream.write(bytes.subarray(at, at + pieceOctets))
      if (pieceOctets !== Infinity) await takeTurn()
      while (this.#stream.writableNeedDrain && this.#stream.writable) await this.#woken()
    }
    return true
  }

  /** Says no more, and reads on until the client is gone too. */
  async close(): Promise<void> {
    this.hangUp()
    await this.drain()
  }

  /** Says no more. */
  hangUp(): void {
    if (this.#stream.writable) this.#stream.end()
  }

  reset(): void {
    if (this.#stream instanceof Socket) this.#stream.resetAndDestroy()
    else this.#stream.destroy()
  }

  /** Reads what comes and forgets it, until the client is gone. */
  async drain(): Promise<void> {
    for (this.#held = Buffer.alloc(0); !this.#gone; await this.#woken()) while (this.#stream.read() !== null);
  }

  async #holds(enough: () => boolean): Promise<boolean> {
    for (;;) {
      if (enough()) return true
      const chunk = this.#stream.read() as Buffer | null // no encoding is set, so that octets come as a Buffer
      if (chunk) this.#held = Buffer.concat([this.#held, chunk])
      else if (this.#gone) return false
      else await this.#woken()
    }
  }

  async #woken(): Promise<void> {
    if (this.#gone === 'reset') return
    await new Promise<void>((resolve) => {
      this.#wake = resolve
    })
  }
}
