import { type Socket, connect } from 'node:net'
import { type SecureContext, checkServerIdentity, connect as connectTls } from 'node:tls'
import { decodeAnswer } from './decode.ts'
import { type ExchangeOptions, type Exchanged, type Pending, type Settle, formatServer, stampQuestion } from './exchange.ts'
import { FrameReader, frameMessage } from './frame.ts'
import type { Question } from './question.ts'
import { drawNumber } from './random.ts'

interface StreamOptions extends ExchangeOptions {
  /** Who may vouch for a server that is spoken to over TLS; Node's own list unless given. */
  readonly secureContext?: SecureContext
}

/** Questions on one connection that have no answer yet, those whose time is over among them. */
const maxPending = 10_000

interface Connection {
  readonly socket: Socket
  /** Also those whose time is over: their ids are not used again before the server has had its say. */
  readonly pending: Map<number, Pending>
  /** Questions that somebody waits for. */
  waiting: number
  /** Messages that came: a server may close a connection between two questions, but answers the first. */
  heard: number
  closed: boolean
}

/**
 * Asks one server over TCP (RFC 7766) or TLS (RFC 7858): all questions over one connection, none waiting for another,
 * answers in any order. Over TLS the connection is kept for the next question, though it holds up no process; a plain
 * one is for what UDP cut, and ends with the last question.
 */
export class StreamChannel {
  readonly #options: StreamOptions
  readonly #place: string
  #connection: Connection | undefined

  constructor(options: StreamOptions) {
    this.#options = options
    this.#place = `${formatServer(options.server)}, ${options.server.tlsName === undefined ? 'TCP' : 'TLS'}`
  }

  ask(question: Question, settle: Settle): void {
    this.#ask(question, settle, true)
  }

  close(): void {
    this.#connection?.socket.destroy()
  }

  #ask(question: Question, settle: Settle, mayRepeat: boolean): void {
    const { timeoutMs, clock } = this.#options
    // Ids that are owed an answer run out some day; then the connection ends with its last question.
    if (this.#connection && this.#connection.pending.size >= maxPending) this.#connection = undefined
    const connection = (this.#connection ??= this.#connect())
    const { pending } = connection
    let id = drawNumber()
    while (pending.has(id)) id = drawNumber()
    const heardBefore = connection.heard
    const stop = clock.timer(timeoutMs, () => {
      const detail = `no answer from ${this.#place} within ${timeoutMs / 1000} s`
      const lost = { kind: 'lost', cause: 'timeout', detail } as const
      this.#settle(connection, id, lost)
      // One slow name says nothing about the others; a server that was silent all the while is gone.
      if (connection.heard === heardBefore) this.#end(connection, lost)
      else if (!connection.closed) pending.set(id, { question, settle: () => undefined, stop: () => undefined })
    })
    const onSettled: Settle = (outcome) => {
      connection.waiting--
      // RFC 7766 6.2.4: a server may close a connection that it kept; what it did not answer is asked once more.
      const wasClosed = outcome.kind === 'lost' && outcome.cause === 'unreachable' && heardBefore > 0
      if (wasClosed && mayRepeat) this.#ask(question, settle, false)
      else settle(outcome)
    }
    pending.set(id, { question, settle: onSettled, stop })
    connection.waiting++
    connection.socket.ref()
    connection.socket.write(frameMessage(stampQuestion(question, id)))
  }

  #connect(): Connection {
    const { server, secureContext } = this.#options
    const place = { host: server.address, port: server.port, noDelay: true }
    const { tlsName } = server
    const socket =
      tlsName === undefined
        ? connect(place)
        : connectTls({
            ...place,
            servername: tlsName,
            minVersion: 'TLSv1.2',
            rejectUnauthorized: true,
            checkServerIdentity: (name, certificate) =>
              // The subject's common name does not count (RFC 9525), which Node would take where there is no other.
              certificate.subjectaltname ? checkServerIdentity(name, certificate) : new Error('its certificate has no name'),
            ...(secureContext ? { secureContext } : {}),
          })
    const connection: Connection = { socket, pending: new Map(), waiting: 0, heard: 0, closed: false }
    const frames = new FrameReader((message) => {
      this.#hear(connection, message)
    })
    socket.on('data', (chunk: Buffer) => {
      if (!connection.closed) frames.push(chunk)
    })
    let reason = 'closed the connection'
    socket.on('error', (error) => {
      reason = `failed: ${error.message}`
    })
    socket.on('close', () => {
      this.#end(connection, { kind: 'lost', cause: 'unreachable', detail: `${this.#place} ${reason}` })
    })
    return connection
  }

  #hear(connection: Connection, message: Buffer): void {
    // More may stand in the same chunk as what ended the connection.
    if (connection.closed) return
    const id = message.length < 12 ? -1 : message.readUInt16BE(0)
    const pending = connection.pending.get(id)
    const decoded = pending && decodeAnswer(message, pending.question)
    if (!decoded || decoded.kind === 'other') {
      // Nobody else can write here, so this is the server's own doing, and nothing it says further has a meaning.
      const detail = `${this.#place} answers another question than was asked`
      this.#end(connection, { kind: 'lost', cause: 'malformed', detail })
      return
    }
    connection.heard++
    this.#settle(connection, id, decoded)
  }

  #settle(connection: Connection, id: number, outcome: Exchanged): void {
    const pending = connection.pending.get(id)
    if (!pending) return
    connection.pending.delete(id)
    pending.stop()
    pending.settle(outcome)
    // Whoever was settled may have asked anew.
    if (connection.waiting > 0 || connection.closed) return
    const isKept = this.#options.server.tlsName !== undefined && this.#connection === connection
    if (isKept) connection.socket.unref()
    else this.#end(connection, outcome)
  }

  /** Closes a connection for good; all that it still owes have `outcome`. */
  #end(connection: Connection, outcome: Exchanged): void {
    if (connection.closed) return
    connection.closed = true
    if (this.#connection === connection) this.#connection = undefined
    connection.socket.destroy()
    for (const id of connection.pending.keys()) this.#settle(connection, id, outcome)
  }
}
