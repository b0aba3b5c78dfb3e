import type { IncomingMessage, Server as HttpServer, ServerResponse } from 'node:http'
import type { Server as HttpsServer } from 'node:https'
import type { Socket } from 'node:net'
import { setImmediate } from 'node:timers/promises'
import { TLSSocket } from 'node:tls'

/**
 * The connections of a server, so that it can end as soon as the requests under way are answered. `closeIdleConnections`
 * closes those that were used and lie idle, and takes one that was never used for one whose request is on its way: browsers
 * open such ahead of time, and would hold up the end for as long as a slow request may take.
 */
export class Connections {
  readonly #server: HttpServer | HttpsServer
  /** On which no request has come yet, by the address of the other side: the same before and after a handshake. */
  readonly #unused = new Map<string, Socket>()
  readonly #underWay = new Set<ServerResponse>()
  #ending = false

  constructor(server: HttpServer | HttpsServer) {
    this.#server = server
    server.on('connection', this.#note)
    server.on('secureConnection', this.#note)
    server.on('request', (request: IncomingMessage, response: ServerResponse) => {
      this.#unused.delete(placeOf(request.socket))
      this.#underWay.add(response)
      if (this.#ending) response.shouldKeepAlive = false
      response.once('close', () => {
        this.#underWay.delete(response)
        if (this.#ending) server.closeIdleConnections()
      })
    })
  }

  readonly #note = (socket: Socket): void => {
    const place = placeOf(socket)
    this.#unused.set(place, socket)
    socket.once('close', () => {
      if (this.#unused.get(place) === socket) this.#unused.delete(place)
    })
  }

  /** Takes no more of them, closes those that ask for nothing, and each other one once it was answered or `lateMs` are over. */
  async end(lateMs: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>()
    this.#ending = true
    this.#server.close(() => {
      resolve()
    })
    for (const response of this.#underWay) response.shouldKeepAlive = false
    // What has arrived is read first: it may be a request.
    await setImmediate()
    for (const socket of this.#unused.values()) if (this.#isSilent(socket)) socket.destroy()
    this.#server.closeIdleConnections()
    const late = setTimeout(() => {
      for (const socket of this.#unused.values()) socket.destroy()
      this.#server.closeAllConnections()
    }, lateMs)
    await promise
    clearTimeout(late)
  }

  /** Nothing of a request has come: over TLS, what has come before the end of a handshake is none. */
  #isSilent(socket: Socket): boolean {
    return socket.bytesRead === 0 || ('setSecureContext' in this.#server && !(socket instanceof TLSSocket))
  }
}

function placeOf({ remoteAddress, remotePort }: Socket): string {
  return `${remoteAddress} ${remotePort}`
}
