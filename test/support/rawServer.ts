import { type Socket, createServer } from 'node:net'
import type { Place } from '../../src/world/index.ts'
import { listen } from './listen.ts'

/** One connection to a server that does as it likes. */
export interface Peer {
  readonly socket: Socket
  /** 1 for the first connection. */
  readonly number: number
  /** Everything that the client wrote so far, a character a byte. */
  readonly received: string
  /** Writes, and waits until the system has taken it. */
  write(text: string | Buffer): Promise<void>
  /** Waits until what the client wrote matches; false where it closed before. */
  waitFor(pattern: RegExp): Promise<boolean>
}

export interface RawServer extends Place, AsyncDisposable {
  readonly peers: readonly Peer[]
}

/** Starts a TCP server that hands each connection over, and minds no reset. */
export async function startRawServer(serve: (peer: Peer) => Promise<void> | void): Promise<RawServer> {
  const peers: RawPeer[] = []
  const server = createServer({ noDelay: true, allowHalfOpen: true }, (socket) => {
    const peer = new RawPeer(socket, peers.length + 1)
    peers.push(peer)
    void serve(peer)
  })
  return { ...(await listen(server)), peers }
}

class RawPeer implements Peer {
  readonly socket: Socket
  readonly number: number
  received = ''
  #ended = false
  #wake: () => void = () => undefined

  constructor(socket: Socket, number: number) {
    this.socket = socket
    this.number = number
    socket.on('error', () => undefined)
    socket.on('data', (chunk: Buffer) => {
      this.received += chunk.toString('latin1')
      this.#wake()
    })
    for (const event of ['end', 'close']) {
      socket.on(event, () => {
        this.#ended = true
        this.#wake()
      })
    }
  }

  async write(text: string | Buffer): Promise<void> {
    if (!this.socket.writable) return
    await new Promise<void>((resolve) => {
      const done = (): void => {
        this.socket.off('close', done)
        resolve()
      }
      // Where the client does not read, the callback may never come.
      this.socket.once('close', done)
      this.socket.write(typeof text === 'string' ? Buffer.from(text, 'latin1') : text, done)
    })
  }

  async waitFor(pattern: RegExp): Promise<boolean> {
    while (!pattern.test(this.received)) {
      if (this.#ended) return false
      await new Promise<void>((resolve) => {
        this.#wake = resolve
      })
    }
    return true
  }
}
