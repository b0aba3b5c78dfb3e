import { createSocket } from 'node:dgram'
import { connect, isIPv6 } from 'node:net'
import type { Clock } from '../clock.ts'
import type { DnsFailure } from './answer.ts'

/** A DNS server's address and port. */
export interface DnsServer {
  readonly address: string
  readonly port: number
}

export type Exchanged<T> =
  | { readonly kind: 'answer'; readonly answer: T }
  | { readonly kind: 'failure'; readonly cause: DnsFailure; readonly detail: string }

/**
 * Sends one packet by UDP and hands each packet that comes back to `read` until it gives an answer. A socket for each
 * question gives each its own random port (RFC 5452 9.2); being connected, it hears its server only.
 */
export async function exchangeUdp<T>(
  server: DnsServer,
  packet: Buffer,
  read: (packet: Buffer) => T | undefined,
  timeoutMs: number,
  clock: Clock,
): Promise<Exchanged<T>> {
  const { promise, resolve } = Promise.withResolvers<Exchanged<T>>()
  const socket = createSocket(isIPv6(server.address) ? 'udp6' : 'udp4')
  const stop = clock.timer(timeoutMs, () => {
    resolve({ kind: 'failure', cause: 'timeout', detail: `no answer from ${server.address} within ${timeoutMs / 1000} s` })
  })
  const fail = (error: Error) => {
    resolve({ kind: 'failure', cause: 'unreachable', detail: `${server.address}: ${error.message}` })
  }
  socket.on('error', fail)
  socket.on('message', (message) => {
    const answer = read(message)
    if (answer !== undefined) resolve({ kind: 'answer', answer })
  })
  socket.connect(server.port, server.address, () => {
    socket.send(packet, (error) => {
      if (error) fail(error)
    })
  })
  try {
    return await promise
  } finally {
    stop()
    socket.close()
  }
}

/** The same by TCP, for answers too long for UDP (RFC 7766 5). */
export async function exchangeTcp<T>(
  server: DnsServer,
  packet: Buffer,
  read: (packet: Buffer) => T | undefined,
  timeoutMs: number,
  clock: Clock,
): Promise<Exchanged<T>> {
  const { promise, resolve } = Promise.withResolvers<Exchanged<T>>()
  const socket = connect({ host: server.address, port: server.port, noDelay: true })
  const stop = clock.timer(timeoutMs, () => {
    resolve({ kind: 'failure', cause: 'timeout', detail: `no answer from ${server.address} (TCP) within ${timeoutMs / 1000} s` })
  })
  const length = Buffer.alloc(2)
  length.writeUInt16BE(packet.length)
  socket.on('connect', () => {
    socket.write(Buffer.concat([length, packet]))
  })
  let received = Buffer.alloc(0)
  socket.on('data', (chunk: Buffer) => {
    received = Buffer.concat([received, chunk])
    // RFC 1035 4.2.2: two octets of length before each message, so 64 KiB bound what is kept.
    if (received.length < 2 || received.length < 2 + received.readUInt16BE(0)) return
    const answer = read(received.subarray(2, 2 + received.readUInt16BE(0)))
    resolve(
      answer === undefined
        ? { kind: 'failure', cause: 'malformed', detail: `${server.address} (TCP) answers another question` }
        : { kind: 'answer', answer },
    )
  })
  socket.on('error', (error) => {
    resolve({ kind: 'failure', cause: 'unreachable', detail: `${server.address} (TCP): ${error.message}` })
  })
  socket.on('close', () => {
    resolve({ kind: 'failure', cause: 'unreachable', detail: `${server.address} (TCP) closed the connection` })
  })
  try {
    return await promise
  } finally {
    stop()
    socket.destroy()
  }
}
