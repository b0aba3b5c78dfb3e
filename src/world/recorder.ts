import { Transform } from 'node:stream'
import type { Listener } from './listener.ts'
import { startRelay, type RelayOptions } from './relay.ts'

/** What travelled over one connection, byte for byte. */
export interface RecordedConnection {
  readonly fromClient: Buffer
  readonly fromServer: Buffer
  /** Resolves when the client's connection is closed. */
  readonly closed: Promise<void>
}

export interface Recorder extends Listener {
  readonly connections: readonly RecordedConnection[]
}

/**
 * Starts a relay that changes nothing and remembers every byte, before it passes it on.
 *
 * @example
 * ```ts
 * await using tap = await startRecorder({ host: '127.0.0.1', port: 0, target: receiver })
 * // … a client talks to tap.port …
 * plaintextOf(tap.connections[0].fromClient).toString() === 'EHLO client.test\r\nSTARTTLS\r\n'
 * ```
 */
export async function startRecorder(options: RelayOptions): Promise<Recorder> {
  const connections: RecordedConnection[] = []
  const listener = await startRelay(options, () => {
    const fromClient: Buffer[] = []
    const fromServer: Buffer[] = []
    const { promise: closed, resolve: onClosed } = Promise.withResolvers<void>()
    connections.push({
      get fromClient() {
        return Buffer.concat(fromClient)
      },
      get fromServer() {
        return Buffer.concat(fromServer)
      },
      closed,
    })
    return { fromClient: createTap(fromClient), fromServer: createTap(fromServer), onClosed }
  })
  return { ...listener, connections }
}

function createTap(record: Buffer[]): Transform {
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      record.push(chunk)
      done(null, chunk)
    },
  })
}

/**
 * The bytes that a client wrote outside TLS: all before the first ClientHello, and all that follows its TLS records
 * without being one. Everything, where there is no ClientHello.
 */
export function plaintextOf(fromClient: Buffer): Buffer {
  const hello = findClientHello(fromClient)
  if (hello === -1) return fromClient
  return Buffer.concat([fromClient.subarray(0, hello), fromClient.subarray(skipRecords(fromClient, hello))])
}

/** RFC 8446 5.1 and 4: a record of type handshake (22), version 3.x, its length, then a message of type client_hello (1). */
function findClientHello(bytes: Buffer): number {
  for (let at = bytes.indexOf('\x16\x03', 0, 'latin1'); at !== -1; at = bytes.indexOf('\x16\x03', at + 1, 'latin1')) {
    if (isRecord(bytes, at) && bytes[at + 5] === 1) return at
  }
  return -1
}

/** Where the unbroken row of records that begins at `at` ends. The last one may be cut off. */
function skipRecords(bytes: Buffer, at: number): number {
  let end = at
  while (isRecord(bytes, end)) end += 5 + bytes.readUInt16BE(end + 3)
  return Math.min(end, bytes.length)
}

function isRecord(bytes: Buffer, at: number): boolean {
  const type = bytes[at] ?? 0
  // 20 change_cipher_spec, 21 alert, 22 handshake, 23 application_data, 24 heartbeat
  return at + 5 <= bytes.length && type >= 20 && type <= 24 && bytes[at + 1] === 3 && (bytes[at + 2] ?? 255) <= 4
}
