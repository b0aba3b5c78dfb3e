import { once } from 'node:events'
import { createConnection } from 'node:net'
import { vi } from 'vitest'
import { number, Reader, vector } from '../../support/tlsServer/octets.ts'
import { printRecord, takeRecord, type TlsRecord } from '../../support/tlsServer/record.ts'
import { startTlsServer, type TlsBehaviour, type TlsConnection } from '../../support/tlsServer/index.ts'
import { Wire } from '../../support/tlsServer/wire.ts'

export interface HelloFields {
  readonly version?: number
  readonly suites?: readonly number[]
  readonly sessionId?: Buffer
  readonly compression?: readonly number[]
  readonly extensions?: readonly (readonly [type: number, data: Buffer])[]
}

export const random = Buffer.alloc(32, 'random of the test')

/** A ClientHello without its record. */
export function printHello({ version = 0x0303, suites = [0x002f], sessionId, compression = [0], extensions }: HelloFields) {
  const body = Buffer.concat([
    number(version, 2),
    random,
    vector(1, sessionId ?? Buffer.alloc(0)),
    vector(2, ...suites.map((suite) => number(suite, 2))),
    vector(1, Buffer.from(compression)),
    ...(extensions ? [vector(2, ...extensions.map(([type, data]) => Buffer.concat([number(type, 2), vector(2, data)])))] : []),
  ])
  return Buffer.concat([number(1, 1), vector(3, body)])
}

/** What TLS 1.3 asks for, with shares as given. */
export function extensions13(groups: readonly number[], shares: readonly (readonly [number, Buffer])[]) {
  const list = (values: readonly number[]) => vector(2, ...values.map((value) => number(value, 2)))
  return [
    [10, list(groups)],
    [13, list([0x0403, 0x0804])],
    [43, vector(1, number(0x0304, 2))],
    [51, vector(2, ...shares.map(([group, share]) => Buffer.concat([number(group, 2), vector(2, share)])))],
  ] as const
}

/** What came back, taken apart. */
export interface Flight {
  readonly messages: readonly { readonly type: number; readonly body: Buffer }[]
  readonly alerts: readonly (readonly number[])[]
  readonly records: readonly TlsRecord[]
}

export interface RawClient extends AsyncDisposable {
  readonly connection: TlsConnection
  send(bytes: Buffer): Promise<void>
  hello(fields?: HelloFields): Promise<void>
  /** Records up to a ServerHelloDone, a fatal alert, `count` of them, or the end. */
  flight(count?: number): Promise<Flight>
  /** So many octets, fewer where it ends before. */
  take(octets: number): Promise<Buffer>
  /** Everything up to the end. */
  rest(): Promise<Buffer>
}

/** A server with the behaviour, and one connection to it that does what the test says. */
export async function openRaw(behaviour: Partial<TlsBehaviour>): Promise<RawClient> {
  const server = await startTlsServer(behaviour, { dialogue: 'none' })
  const socket = createConnection({ host: server.host, port: server.port, allowHalfOpen: true, noDelay: true })
  await once(socket, 'connect')
  const connection = await vi.waitUntil(() => server.connections[0], { interval: 1 })
  const wire = new Wire(socket)
  return {
    connection,
    async send(bytes) {
      await wire.write(bytes)
    },
    async hello(fields = {}) {
      await wire.write(printRecord(22, 0x0301, printHello(fields)))
    },
    async flight(count = Infinity) {
      const records: TlsRecord[] = []
      for (let record = await takeRecord(wire); record; record = await takeRecord(wire)) {
        records.push(record)
        const { messages, alerts } = sortRecords(records)
        if (messages.at(-1)?.type === 14 || alerts.at(-1)?.[0] === 2 || records.length >= count) break
      }
      return { records, ...sortRecords(records) }
    },
    async take(octets) {
      return (await wire.take(octets)) ?? Buffer.alloc(0)
    },
    async rest() {
      const octets: Buffer[] = []
      for (let octet = await wire.take(1); octet; octet = await wire.take(1)) octets.push(octet)
      return Buffer.concat(octets)
    },
    async [Symbol.asyncDispose]() {
      socket.destroy()
      await server[Symbol.asyncDispose]()
    },
  }
}

function sortRecords(records: readonly TlsRecord[]) {
  const handshake = new Reader(Buffer.concat(records.filter(({ type }) => type === 22).map(({ body }) => body)))
  const messages: { type: number; body: Buffer }[] = []
  try {
    while (handshake.left > 0) messages.push({ type: handshake.number(1, 'type'), body: handshake.vector(3, 'body') })
  } catch {
    // The last message has not come to its end.
  }
  return { messages, alerts: records.filter(({ type }) => type === 21).map(({ body }) => [...body]) }
}

/** ServerHello, taken apart. */
export function readServerHello({ messages }: Flight) {
  const reader = new Reader(messages.find(({ type }) => type === 2)?.body ?? Buffer.alloc(0))
  const version = reader.number(2, 'version')
  const random = reader.take(32, 'random')
  const sessionId = reader.vector(1, 'session_id')
  const [suite, compression] = [reader.number(2, 'suite'), reader.number(1, 'compression')]
  const extensions = new Map<number, Buffer>()
  const rest = new Reader(reader.left > 0 ? reader.vector(2, 'extensions') : Buffer.alloc(0))
  while (rest.left > 0) extensions.set(rest.number(2, 'type'), rest.vector(2, 'data'))
  reader.end('ServerHello')
  return { version, random, sessionId, suite, compression, extensions }
}
