import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { type TLSSocket, createServer } from 'node:tls'
import type { DnsServer } from '../../src/dns/index.ts'
import type { Identity } from '../../src/world/index.ts'

export interface TlsDns extends DnsServer, AsyncDisposable {
  readonly tlsName: string
  /** Connections so far. */
  readonly connections: () => number
  /** Questions so far, in order. */
  readonly queries: readonly Buffer[]
}

/** A name server that is spoken to over TLS (RFC 7858); `serve` has each question that came, and the connection. */
export async function startTlsDns(
  identity: Identity,
  serve: (query: Buffer, socket: TLSSocket) => void,
  tlsName = 'dns.test',
): Promise<TlsDns> {
  const sockets = new Set<TLSSocket>()
  const queries: Buffer[] = []
  let count = 0
  const server = createServer({ key: identity.key, cert: identity.cert }, (socket) => {
    count++
    sockets.add(socket)
    socket.on('error', () => undefined)
    let held = Buffer.alloc(0)
    socket.on('data', (chunk: Buffer) => {
      held = Buffer.concat([held, chunk])
      while (held.length >= 2 && held.length >= 2 + held.readUInt16BE(0)) {
        const query = Buffer.from(held.subarray(2, 2 + held.readUInt16BE(0)))
        held = held.subarray(2 + query.length)
        queries.push(query)
        serve(query, socket)
      }
    })
  })
  server.on('tlsClientError', () => undefined)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    address: '127.0.0.1',
    // It listens on an address, so there is one.
    port: (server.address() as AddressInfo).port,
    tlsName,
    connections: () => count,
    queries,
    async [Symbol.asyncDispose]() {
      server.close()
      for (const socket of sockets) socket.destroy()
      await once(server, 'close')
    },
  }
}
