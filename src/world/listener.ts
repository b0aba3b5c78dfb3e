import { once } from 'node:events'
import { createServer, type Server, type Socket } from 'node:net'
import { systemError } from '../errors.ts'

/** Where a server of the world listens: an address of this machine and a port, 0 for any that is free. */
export interface Place {
  readonly host: string
  readonly port: number
}

/** A TCP server that can be closed at once, with every connection it has. */
export interface Listener extends Place, AsyncDisposable {}

/** Listens at `place` and hands on each connection, guarded so that a client's reset harms nobody. */
export async function startListener(place: Place, serve: (socket: Socket) => void, halfOpen = false): Promise<Listener> {
  const server = createServer({ allowHalfOpen: halfOpen, noDelay: true }, serve)
  const close = trackSockets(server)
  return { host: place.host, port: await bind(server, place), [Symbol.asyncDispose]: close }
}

/** Listens, and says which port it became. */
export async function bind(server: Server, { host, port }: Place): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) => {
      reject(systemError(error, formatPlace({ host, port })))
    })
    server.listen({ host, port, exclusive: true }, resolve)
  })
  server.on('error', ignore)
  const address = server.address()
  return typeof address === 'object' && address ? address.port : port
}

/** Follows the sockets of a server and guards them; the function returned closes them and it. */
export function trackSockets(server: Server): () => Promise<void> {
  const sockets = new Set<Socket>()
  server.on('connection', (socket) => {
    sockets.add(socket)
    socket.on('error', ignore)
    socket.on('close', () => sockets.delete(socket))
  })
  return async () => {
    const closed = once(server, 'close')
    server.close()
    for (const socket of sockets) socket.destroy()
    await closed
  }
}

/** `127.0.0.2:25`, `[::1]:25`. */
export function formatPlace({ host, port }: Place): string {
  return `${host.includes(':') ? `[${host}]` : host}:${port}`
}

/** Peers of a test server reset and vanish; that is theirs to judge, and never a reason to stop. */
export function ignore(): void {
  return undefined
}
