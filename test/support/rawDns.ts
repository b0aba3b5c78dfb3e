import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { type Socket, createServer } from 'node:net'
import type { DnsServer } from '../../src/dns/index.ts'

export interface RawDns extends DnsServer, AsyncDisposable {
  /** Questions that came. */
  readonly asked: () => number
}

/** A name server on UDP that answers with whatever packets it likes, as many as it likes. */
export async function startRawDns(
  serve: (query: Buffer, reply: (packet: Buffer) => void, clientPort: number) => void,
): Promise<RawDns> {
  const udp = createSocket('udp4')
  let count = 0
  udp.on('message', (query, { address, port }) => {
    count++
    const reply = (packet: Buffer): void => {
      udp.send(packet, port, address)
    }
    serve(query, reply, port)
  })
  udp.bind(0, '127.0.0.1')
  await once(udp, 'listening')
  return {
    address: '127.0.0.1',
    port: udp.address().port,
    asked: () => count,
    async [Symbol.asyncDispose]() {
      udp.close()
      await once(udp, 'close')
    },
  }
}

/** A name server on TCP beside a UDP one that cuts every answer; `serve` has the whole connection. */
export async function startCutDns(serve: (query: Buffer, socket: Socket) => void): Promise<RawDns> {
  const tcp = createServer((socket) => {
    socket.on('error', () => undefined)
    socket.once('data', (chunk: Buffer) => {
      serve(chunk.subarray(2), socket)
    })
  }).listen(0, '127.0.0.1')
  await once(tcp, 'listening')
  const address = tcp.address()
  const port = typeof address === 'object' && address ? address.port : 0
  const udp = createSocket('udp4')
  let count = 0
  udp.on('message', (query, from) => {
    count++
    const cut = Buffer.from(query)
    cut.writeUInt16BE(0x8380, 2) // a response, truncated
    udp.send(cut, from.port, from.address)
  })
  udp.bind(port, '127.0.0.1')
  await once(udp, 'listening')
  return {
    address: '127.0.0.1',
    port,
    asked: () => count,
    async [Symbol.asyncDispose]() {
      udp.close()
      tcp.close()
      await once(tcp, 'close')
    },
  }
}
