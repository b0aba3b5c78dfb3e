/** A mail server that takes everything, keeps nothing and counts, as quick as Node makes it. */
import { once } from 'node:events'
import { type AddressInfo, type Socket, createServer } from 'node:net'
import { TLSSocket, createSecureContext } from 'node:tls'
import type { Identity } from '../../../src/world/index.ts'
import { type Behaviour, Conversation, type Moment, type Sharing } from './conversation.ts'
import { Tally } from './tally.ts'

export { type Moment, replies } from './conversation.ts'
export { ContentEnd } from './contentEnd.ts'
export { type Series, Tally, preciseNow } from './tally.ts'

export interface SinkOptions {
  readonly identity: Identity
  /** 127.0.0.1; with 0.0.0.0 it is on every address of the loopback at once. */
  readonly host?: string
  /** How many ports it listens on; one. */
  readonly ports?: number
  /** Counts by Message-ID too. */
  readonly byId?: boolean
  readonly behaviour?: Behaviour
  /** How it is otherwise where the address dialled, or the port's place among the ports, is one of these. */
  readonly exceptions?: Readonly<Record<string, Behaviour>>
  readonly onMoment?: (moment: Moment) => void
}

export interface Sink extends AsyncDisposable {
  readonly ports: readonly number[]
  readonly tally: Tally
  /** Hangs up on everybody. */
  dropAll(): void
}

/**
 * Starts the sink.
 *
 * @example
 * ```ts
 * await using sink = await startSink({ identity, exceptions: { '127.1.0.1': { hangAt: 'rcpt' } }, host: '0.0.0.0' })
 * ```
 */
export async function startSink(options: SinkOptions): Promise<Sink> {
  const { identity, host = '127.0.0.1', behaviour = {}, exceptions = {} } = options
  const secureContext = createSecureContext({ key: identity.key, cert: identity.cert })
  const tally = new Tally(options.byId ?? false)
  const sockets = new Set<Socket>()
  const sharing: Sharing = {
    tally,
    onMoment: options.onMoment,
    encrypt(socket, chosen) {
      const secure = new TLSSocket(socket, { isServer: true, secureContext })
      secure.on('error', () => socket.destroy())
      new Conversation(secure, true, chosen, sharing).begin()
    },
  }
  const serve = (socket: Socket, index: number): void => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
    socket.on('error', () => undefined)
    const chosen = exceptions[socket.localAddress ?? ''] ?? exceptions[String(index)] ?? behaviour
    options.onMoment?.('connect')
    if (chosen.dropAt === 'connect') socket.destroy()
    else if (chosen.hangAt === 'connect') socket.resume()
    else {
      socket.write('220 sink.test ESMTP\r\n')
      new Conversation(socket, false, chosen, sharing).begin()
    }
  }
  const servers = Array.from({ length: options.ports ?? 1 }, (_, index) =>
    createServer({ noDelay: true }, (socket) => {
      serve(socket, index)
    }).listen({ port: 0, host, backlog: 4096 }),
  )
  await Promise.all(servers.map(async (server) => once(server, 'listening')))
  const dropAll = (): void => {
    for (const socket of sockets) socket.destroy()
  }
  return {
    ports: servers.map((server) => (server.address() as AddressInfo).port), // it listens on TCP
    tally,
    dropAll,
    async [Symbol.asyncDispose]() {
      dropAll()
      await Promise.all(servers.map(async (server) => new Promise((resolve) => server.close(resolve))))
    },
  }
}
