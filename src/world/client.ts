import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { connect as connectTls, type ConnectionOptions, type TLSSocket } from 'node:tls'
import type { Place } from './listener.ts'

/**
 * A client that knows just enough: whole replies, one by one, and TLS when it is told to.
 *
 * @example
 * ```ts
 * using client = await openClient(server)
 * await client.reply() // '220 mx.example.test ESMTP\r\n'
 * await client.say('EHLO client.test')
 * ```
 */
export class RawClient implements Disposable {
  /** What came, segment by segment, decrypted once TLS is there; each character is one byte. */
  readonly chunks: string[] = []
  #socket: Socket
  #buffered = ''
  #broken = false
  #wake: (() => void) | undefined

  constructor(socket: Socket) {
    this.#socket = socket
    this.#attach(socket)
  }

  #attach(socket: Socket): void {
    this.#socket = socket
    socket.on('data', this.#take)
    socket.on('error', () => {
      this.#broken = true
    })
    socket.on('close', () => this.#wake?.())
  }

  #take = (chunk: Buffer): void => {
    this.#buffered += chunk.toString('latin1')
    this.chunks.push(chunk.toString('latin1'))
    this.#wake?.()
  }

  async #change(): Promise<void> {
    await new Promise<void>((resolve) => {
      this.#wake = resolve
    })
  }

  /** The next reply, all its lines; rejects when the connection closes before it is whole. */
  async reply(): Promise<string> {
    for (;;) {
      const whole = /^(?:\d{3}-[^\n]*\n)*\d{3} [^\n]*\n/.exec(this.#buffered)?.[0]
      if (whole !== undefined) {
        this.#buffered = this.#buffered.slice(whole.length)
        return whole
      }
      if (this.#socket.closed) throw new Error(`Closed after ${JSON.stringify(this.#buffered)}`)
      await this.#change()
    }
  }

  /** Writes the lines in one go and waits for one reply. */
  async say(...lines: readonly string[]): Promise<string> {
    this.#socket.write(lines.map((line) => `${line}\r\n`).join(''))
    return this.reply()
  }

  /** Writes bytes as they are. */
  write(text: string): void {
    this.#socket.write(Buffer.from(text, 'latin1'))
  }

  /** Everything until the server closes; `reset` if it broke off. */
  async rest(): Promise<string> {
    while (!this.#socket.closed) await this.#change()
    return this.#broken ? 'reset' : this.#buffered
  }

  /** Goes without a word. */
  leave(): void {
    this.#socket.destroy()
  }

  [Symbol.dispose](): void {
    this.leave()
  }

  /** Shakes hands; rejects with what Node says if that fails. */
  async upgrade(options: ConnectionOptions): Promise<TLSSocket> {
    this.#socket.off('data', this.#take)
    const socket = connectTls({ ...options, socket: this.#socket })
    await once(socket, 'secureConnect')
    this.#attach(socket)
    return socket
  }
}

/** Connects; the greeting is the first reply. */
export async function openClient({ host, port }: Place): Promise<RawClient> {
  const socket = connect({ host, port, noDelay: true })
  await once(socket, 'connect')
  return new RawClient(socket)
}

/** The same, greeted, and past its EHLO. */
export async function openGreeted(place: Place): Promise<RawClient> {
  const client = await openClient(place)
  await client.reply()
  await client.say('EHLO client.test')
  return client
}
