import { createCipheriv, createHmac } from 'node:crypto'
import { once } from 'node:events'
import { Duplex } from 'node:stream'
import { TLSSocket } from 'node:tls'
import { uint16, uint24, uint8, vector } from '../../src/tls/hello/encode.ts'
import { RecordReader, printRecords } from '../../src/tls/hello/record.ts'
import { SealedReader } from '../../src/tls/hello/sealed.ts'
import type { Identity } from '../../src/world/index.ts'
import { reachStarttls } from './attack.ts'
import type { Peer } from './rawServer.ts'

const suite = { name: 'TLS_AES_128_GCM_SHA256', code: 0x1301 }

/**
 * Serves a connection up to the client's EHLO inside TLS 1.3, then writes `tickets` NewSessionTickets (RFC 8446 4.6.1)
 * by hand, and answers EHLO behind them.
 */
export async function floodTickets(peer: Peer, identity: Identity, tickets: number): Promise<void> {
  if (!(await reachStarttls(peer, '220 go\r\n'))) return
  const written = new RecordReader()
  const wire = new Duplex({
    read: () => undefined,
    write: (chunk: Buffer, _encoding, done) => {
      written.push(chunk)
      peer.socket.write(chunk, done)
    },
  })
  peer.socket.on('data', (chunk: Buffer) => wire.push(chunk))
  const socket = new TLSSocket(wire, { isServer: true, ...identity, minVersion: 'TLSv1.3', ciphers: suite.name })
  socket.on('error', () => undefined)
  let secret: Buffer | undefined
  socket.on('keylog', (line: Buffer) => {
    const found = /^SERVER_TRAFFIC_SECRET_0 \S+ ([0-9a-f]+)/.exec(line.toString('latin1'))?.[1]
    if (found !== undefined) secret = Buffer.from(found, 'hex')
  })
  await once(socket, 'data')
  if (!secret) throw new Error('the handshake told no secret')
  const sealer = new Sealer(secret, countSealed(written, secret))
  const records = Array.from({ length: tickets }, (_, count) => sealer.seal(22, printTicket(count)))
  await peer.write(Buffer.concat([...records, sealer.seal(23, Buffer.from('250 mx.example.test\r\n'))]))
}

/** How many records were sealed with this secret so far: those of the handshake have another. */
function countSealed(written: RecordReader, secret: Buffer): number {
  const reader = SealedReader.create(suite.code, secret)
  let count = 0
  for (let next = written.next(); next?.kind === 'record'; next = written.next()) if (reader?.open(next)) count++
  return count
}

function printTicket(count: number): Buffer {
  const ticket = Buffer.alloc(200, count)
  const nonce = uint16(count)
  const lifetime = Buffer.of(0, 0, 0x1c, 0x20)
  const body = Buffer.concat([lifetime, Buffer.alloc(4), vector(1, nonce), vector(2, ticket), uint16(0)])
  return Buffer.concat([uint8(4), uint24(body.length), body])
}

/** Seals records as RFC 8446 5.2 and 7.3 say, from a sequence number on. */
class Sealer {
  readonly #key: Buffer
  readonly #iv: Buffer
  #sequence: number

  constructor(secret: Buffer, sequence: number) {
    this.#key = expand(secret, 'key', 16)
    this.#iv = expand(secret, 'iv', 12)
    this.#sequence = sequence
  }

  seal(type: number, body: Buffer): Buffer {
    const nonce = Buffer.from(this.#iv)
    nonce.writeUInt32BE((nonce.readUInt32BE(8) ^ this.#sequence) >>> 0, 8)
    this.#sequence++
    const cipher = createCipheriv('aes-128-gcm', this.#key, nonce)
    cipher.setAAD(Buffer.concat([Buffer.of(23, 3, 3), uint16(body.length + 17)]))
    const sealed = Buffer.concat([cipher.update(Buffer.concat([body, Buffer.of(type)])), cipher.final()])
    return printRecords(23, 0x0303, Buffer.concat([sealed, cipher.getAuthTag()]))
  }
}

function expand(secret: Buffer, label: string, octets: number): Buffer {
  const info = Buffer.concat([uint16(octets), vector(1, Buffer.from(`tls13 ${label}`)), Buffer.of(0, 1)])
  return createHmac('sha256', secret).update(info).digest().subarray(0, octets)
}
