import { createServer, type Socket } from 'node:net'
import type { Place } from '../../../src/world/index.ts'
import type { TlsBehaviour } from './behaviour.ts'
import { speakUntilStarttls } from './dialogue.ts'
import { type Genuine, peekHello, serveGenuine } from './genuine.ts'
import type { TlsSeen } from './seen.ts'
import { converse } from './speakTls.ts'
import { openNotes } from './talk.ts'
import { Wire } from './wire.ts'
import { listen } from '../listen.ts'

export interface TlsConnection {
  /** 1 for the first. */
  readonly number: number
  /** What the client wrote before TLS, a character an octet. */
  readonly plaintext: string
  /** What it wrote inside TLS, where OpenSSL answered. */
  readonly inside: string
  readonly seen: TlsSeen
  /** Resolves once the connection is over. */
  readonly over: Promise<void>
}

export interface TlsServer extends Place, AsyncDisposable {
  /** In the order they came; their contents grow. */
  readonly connections: readonly TlsConnection[]
}

export interface TlsServerOptions {
  /** `smtp` has the client say EHLO and STARTTLS first; `none` is implicit TLS. */
  readonly dialogue?: 'smtp' | 'none'
  /** Lets OpenSSL answer some connections: a checker's real handshake beside its probes, on one server. */
  readonly genuine?: Genuine
}

/**
 * Starts a server on this machine that speaks SMTP up to `220` and then TLS as it is told, each connection by itself.
 *
 * @example
 * ```ts
 * await using server = await startTlsServer({ versions: [0x0300], suites: [0x0004] })
 * await using flaky = await startTlsServer((number) => (number === 1 ? {} : { versions: [0x0301] }))
 * ```
 */
export async function startTlsServer(
  behaviour: Partial<TlsBehaviour> | ((number: number) => Partial<TlsBehaviour>) = {},
  options: TlsServerOptions = {},
): Promise<TlsServer> {
  const connections: TlsConnection[] = []
  const server = createServer({ noDelay: true, allowHalfOpen: true }, (socket) => {
    const number = connections.length + 1
    connections.push(serve(socket, number, typeof behaviour === 'function' ? behaviour(number) : behaviour, options))
  })
  return { ...(await listen(server)), connections }
}

function serve(socket: Socket, number: number, behaviour: Partial<TlsBehaviour>, options: TlsServerOptions): TlsConnection {
  const { dialogue = 'smtp', genuine } = options
  const wire = new Wire(socket)
  const seen = openNotes()
  const text = { plaintext: '', inside: '' }
  const speak = async (): Promise<void> => {
    if (dialogue === 'smtp' && !(await speakUntilStarttls(wire, (line) => (text.plaintext += line)))) {
      seen.end = { kind: 'client', how: wire.gone ?? 'end' }
      return wire.hangUp()
    }
    const hello = genuine && (await peekHello(wire))
    if (!hello || !genuine.accepts(hello, number)) return converse(wire, behaviour, seen)
    seen.hellos.push(hello)
    await serveGenuine(wire, genuine.context, dialogue === 'none', (line) => (text.inside += line))
    seen.end = { kind: 'client', how: wire.gone ?? 'end' }
  }
  const run = async (): Promise<void> => {
    try {
      await speak()
    } catch (error) {
      // The behaviour asks for what there is not: the test shall fail of that, and its client not wait.
      socket.destroy()
      throw error
    }
  }
  const over = run()
  return {
    number,
    seen,
    over,
    get plaintext() {
      return text.plaintext
    },
    get inside() {
      return text.inside
    },
  }
}
