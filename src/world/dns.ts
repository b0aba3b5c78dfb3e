import { createSocket, type Socket as UdpSocket } from 'node:dgram'
import type { Socket } from 'node:net'
import { SealpostError, systemError } from '../errors.ts'
import { formatPlace, ignore, startListener, type Listener, type Place } from './listener.ts'
import { describeFormatError, encodeResponse, parseQuery } from './response.ts'
import { findAnswer, foldName, type Zone } from './zone.ts'

export interface DnsServerOptions {
  /** 127.0.0.1 unless given. */
  readonly host?: string
  /** Any free one unless given. */
  readonly port?: number
  /** Sets the AD bit, as a validating resolver does for signed names; not set unless given. */
  readonly ad?: boolean
}

export interface DnsServer extends Place, AsyncDisposable {
  /** Every question that came, in order, answered or not. */
  readonly queries: readonly { readonly name: string; readonly type: string; readonly transport: 'udp' | 'tcp' }[]
  /** Changes what is known about a name, from now on. */
  set(name: string, records: Zone[string]): void
}

type Respond = (message: Buffer, transport: 'udp' | 'tcp') => Buffer | undefined

/**
 * Starts a DNS server that answers from a literal, over UDP and TCP on one port, as a recursive resolver would.
 *
 * @example
 * ```ts
 * await using dns = await startDnsServer({ 'example.test': { MX: [{ preference: 10, exchange: 'mx.example.test' }] } })
 * resolver.setServers([`${dns.host}:${dns.port}`])
 * ```
 */
export async function startDnsServer(zone: Zone, options: DnsServerOptions = {}): Promise<DnsServer> {
  const entries = new Map(Object.entries(zone).map(([name, entry]) => [foldName(name), entry]))
  const queries: DnsServer['queries'][number][] = []
  const respond: Respond = (message, transport) => {
    const query = parseQuery(message)
    const asked = query?.questions?.[0]
    if (!query || !asked) return describeFormatError(message)
    const question = { name: asked.name, type: asked.type, transport, id: query.id ?? 0, raw: message }
    queries.push({ name: question.name, type: question.type, transport })
    return encodeResponse(query, question, findAnswer(entries, question), options.ad ?? false)
  }
  const { udp, tcp } = await bindBoth({ host: options.host ?? '127.0.0.1', port: options.port ?? 0 }, respond)
  return {
    host: tcp.host,
    port: tcp.port,
    queries,
    set(name, records) {
      entries.set(foldName(name), records)
    },
    async [Symbol.asyncDispose]() {
      await Promise.all([closeUdp(udp), tcp[Symbol.asyncDispose]()])
    },
  }
}

/** Both protocols share the number; one that is free for UDP may be taken for TCP, then another is drawn. */
async function bindBoth(place: Place, respond: Respond): Promise<{ udp: UdpSocket; tcp: Listener }> {
  for (let tries = 1; ; tries++) {
    const udp = await bindUdp(place, respond)
    try {
      const tcp = await startListener({ host: place.host, port: udp.address().port }, (socket) => {
        serveTcp(socket, respond)
      })
      return { udp, tcp }
    } catch (error) {
      await closeUdp(udp)
      const taken = error instanceof SealpostError && error.code === 'SP_PORT_IN_USE'
      if (!taken || place.port !== 0 || tries === 20) throw error
    }
  }
}

async function bindUdp(place: Place, respond: Respond): Promise<UdpSocket> {
  const udp = createSocket(place.host.includes(':') ? 'udp6' : 'udp4')
  await new Promise<void>((resolve, reject) => {
    udp.once('error', (error) => {
      reject(systemError(error, formatPlace(place)))
    })
    udp.bind({ address: place.host, port: place.port, exclusive: true }, resolve)
  })
  udp.on('error', ignore)
  udp.on('message', (message, { address, port }) => {
    const response = respond(message, 'udp')
    if (response) udp.send(response, port, address, ignore)
  })
  return udp
}

async function closeUdp(udp: UdpSocket): Promise<void> {
  await new Promise<void>((resolve) => {
    udp.close(resolve)
  })
}

/** RFC 1035 4.2.2: over TCP each message stands behind its length; RFC 7766 6.2.1: several may follow each other. */
function serveTcp(socket: Socket, respond: Respond): void {
  let buffered = Buffer.alloc(0)
  socket.on('data', (chunk) => {
    buffered = Buffer.concat([buffered, chunk])
    while (buffered.length >= 2 && buffered.length >= 2 + buffered.readUInt16BE(0)) {
      const end = 2 + buffered.readUInt16BE(0)
      const response = respond(buffered.subarray(2, end), 'tcp')
      if (response) socket.write(Buffer.concat([Buffer.of(response.length >> 8, response.length & 0xff), response]))
      buffered = buffered.subarray(end)
    }
  })
}
