import { once } from 'node:events'
import type { AddressInfo, Server, Socket } from 'node:net'
import type { Place } from '../../src/world/index.ts'

/** Listens on a free port of loopback. The end closes the server, and every connection that it had. */
export async function listen(server: Server): Promise<Place & AsyncDisposable> {
  const sockets = new Set<Socket>()
  server.on('connection', (socket) => sockets.add(socket))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  // It listens on TCP: its address is no path.
  const { port } = server.address() as AddressInfo
  return {
    host: '127.0.0.1',
    port,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy()
      server.close()
      await once(server, 'close')
    },
  }
}
