import { type Socket as UdpSocket, createSocket } from 'node:dgram'
import { once } from 'node:events'
import { type Server, type Socket, createServer } from 'node:net'
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

/** UDP and TCP at one number. One that is free for the one may be taken for the other by then, and another is drawn. */
export async function bindBoth(
  serve: (socket: Socket) => void,
): Promise<{ readonly udp: UdpSocket; readonly tcp: Server; readonly port: number }> {
  for (let tries = 1; ; tries++) {
    const udp = createSocket('udp4')
    udp.bind(0, '127.0.0.1')
    await once(udp, 'listening')
    const { port } = udp.address()
    const tcp = createServer(serve).listen(port, '127.0.0.1')
    try {
      await once(tcp, 'listening')
      return { udp, tcp, port }
    } catch (error) {
      udp.close()
      if (tries === 20) throw error
    }
  }
}

/** A name server on TCP beside a UDP one that cuts every answer; `serve` has the whole connection. */
export async function startCutDns(serve: (query: Buffer, socket: Socket) => void): Promise<RawDns> {
  const { udp, tcp, port } = await bindBoth((socket) => {
    socket.on('error', () => undefined)
    socket.once('data', (chunk: Buffer) => {
      serve(chunk.subarray(2), socket)
    })
  })
  let count = 0
  udp.on('message', (query, from) => {
    count++
    const cut = Buffer.from(query)
    cut.writeUInt16BE(0x8380, 2) // a response, truncated
    udp.send(cut, from.port, from.address)
  })
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
