import type { Clock } from '../clock.ts'
import type { HandshakeDone } from '../tls/index.ts'
import { ReplyChannel } from './channel.ts'

/**
 * A dialogue inside TLS. Only a finished handshake makes one, and what carries messages and passwords asks for this
 * type: code that would write them in the clear does not compile.
 */
export class SecureChannel extends ReplyChannel {
  /** Keeps a plain ReplyChannel from passing for this type: TypeScript compares shapes, but private names by class. */
  readonly #secured: true

  constructor({ socket }: HandshakeDone, clock: Clock) {
    super(socket, clock)
    this.#secured = socket.encrypted
  }

  get secured(): true {
    return this.#secured
  }
}
