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

  /** What is spoken on it: LMTP answers a message once for each recipient (RFC 2033 4.2). */
  readonly protocol: 'smtp' | 'lmtp'

  constructor({ socket }: HandshakeDone, clock: Clock, protocol: 'smtp' | 'lmtp') {
    super(socket, clock)
    this.protocol = protocol
    this.#secured = socket.encrypted
  }

  get secured(): true {
    return this.#secured
  }
}
