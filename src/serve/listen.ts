import { readFileSync } from 'node:fs'
import { type Server as HttpServer, createServer } from 'node:http'
import { type Server as HttpsServer, createServer as createSecureServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { createAdaptorServer } from '@hono/node-server'
import { SealpostError, systemError } from '../errors.ts'
import type { ServerSettings } from '../settings/index.ts'
import type { createApp } from './app.ts'
import { Connections } from './connections.ts'

/** Milliseconds. */
export interface ServeTimeouts {
  /** For the head of a request, and for all of it: who is slow on purpose holds a place no longer. */
  readonly head: number
  readonly request: number
  /** That a connection may lie idle between two requests. */
  readonly idle: number
  /** That requests under way are given when the server is to end. */
  readonly shutdown: number
}

export const usualTimeouts: ServeTimeouts = { head: 10_000, request: 15_000, idle: 5_000, shutdown: 10_000 }

/** Connections at a time: more are closed as they come. */
const mostConnections = 1_000

export interface Serving extends AsyncDisposable {
  readonly port: number
  /** Reads certificate and key again, as they are renewed every few weeks. @throws SealpostError SP_CERTIFICATE_UNREADABLE */
  renew(): void
}

/**
 * Listens, and answers with the app.
 *
 * @throws SealpostError SP_SETTINGS_INVALID for HTTP on an address that others reach, SP_PORT_IN_USE,
 * SP_CERTIFICATE_UNREADABLE
 */
export async function serveApp(
  app: ReturnType<typeof createApp>,
  { listen, tls, allowHttp }: Pick<ServerSettings, 'listen' | 'tls' | 'allowHttp'>,
  timeouts: ServeTimeouts = usualTimeouts,
): Promise<Serving> {
  const where = `${listen.address}:${listen.port}`
  if (!tls && !allowHttp && !/^(?:127\.|::1$)/.test(listen.address))
    throw new SealpostError('SP_SETTINGS_INVALID', {
      where,
      what: 'Without a certificate, links would be answered in the clear on an address that others reach',
      next: 'Set server.cert and server.key, or listen on 127.0.0.1 behind a proxy; server.allowHttp if that proxy is elsewhere.',
    })
  const bounds = {
    maxHeaderSize: 8 * 1024,
    headersTimeout: timeouts.head,
    requestTimeout: timeouts.request,
    keepAliveTimeout: timeouts.idle,
    connectionsCheckingInterval: Math.min(1_000, timeouts.head),
  }
  // The app asks a request for no more than the other end of its connection.
  const fetch = app.fetch as Parameters<typeof createAdaptorServer>[0]['fetch']
  const server = (
    tls
      ? createAdaptorServer({
          fetch,
          createServer: createSecureServer,
          serverOptions: { ...bounds, ...readPair(tls), minVersion: 'TLSv1.2', handshakeTimeout: timeouts.head },
        })
      : createAdaptorServer({ fetch, createServer, serverOptions: bounds })
  ) as HttpServer | HttpsServer
  server.maxConnections = mostConnections
  const connections = new Connections(server)
  await start(server, listen, where)
  return {
    port: (server.address() as AddressInfo).port,
    renew: () => {
      if (tls && 'setSecureContext' in server) server.setSecureContext(readPair(tls))
    },
    [Symbol.asyncDispose]: async () => connections.end(timeouts.shutdown),
  }
}

async function start(server: HttpServer | HttpsServer, listen: ServerSettings['listen'], where: string): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  server.once('error', reject)
  server.listen({ host: listen.address, port: listen.port }, resolve)
  try {
    await promise
  } catch (error) {
    throw systemError(error, where, 'SP_SETTINGS_INVALID')
  }
  server.off('error', reject)
}

function readPair({ cert, key }: { readonly cert: string; readonly key: string }): { cert: string; key: string } {
  const read = (path: string): string => {
    try {
      return readFileSync(path, 'utf8')
    } catch (error) {
      throw systemError(error, path, 'SP_CERTIFICATE_UNREADABLE')
    }
  }
  return { cert: read(cert), key: read(key) }
}
