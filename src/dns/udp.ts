import { type Socket, createSocket } from 'node:dgram'
import { isIPv6 } from 'node:net'
import { decodeAnswer } from './decode.ts'
import { type ExchangeOptions, type Exchanged, type Pending, type Settle, formatServer, stampQuestion } from './exchange.ts'
import type { Question } from './question.ts'
import { drawNumber } from './random.ts'

/** How the load is spread over sockets, that is over ports. */
export interface UdpOptions {
  /** Sockets open at once. */
  readonly sockets: number
  /** Questions that one socket carries before it is closed and another port drawn; 1 is a socket a question. */
  readonly questionsEach: number
}

/**
 * Measured by `bench/policy.ts`: a socket a question costs nearly twice as much as one that is shared, and many sockets
 * cost more than few. For whoever forges an answer it makes no difference how many there are: the same question is not
 * asked twice at once, so one pair of port and id is right, and no port lives for longer than 200 questions.
 */
export const udpDefaults: UdpOptions = { sockets: 8, questionsEach: 200 }

/** Packets that answer nothing, after which a port counts as found out. */
const maxStrays = 50

interface Port {
  readonly socket: Socket
  /** Of each packet: what went wrong with sending it, mostly that nobody listens there. */
  readonly onSent: (error: Error | null) => void
  readonly pending: Map<number, Pending>
  connected: boolean
  /** To be sent when this turn of the event loop is over, or once the socket is connected. */
  unsent: Buffer[]
  asked: number
  strays: number
  closed: boolean
}

/**
 * Asks one server by UDP. Each question has a random id and leaves by one of several random ports (RFC 5452 9.2); the
 * sockets are connected, so that they hear that server only. They are closed when nothing is under way.
 */
export class UdpChannel {
  readonly #options: ExchangeOptions & UdpOptions
  /** Ports that take further questions. */
  readonly #open: Port[] = []
  #flushing = false

  constructor(options: ExchangeOptions & UdpOptions) {
    this.#options = options
  }

  ask(question: Question, settle: Settle): void {
    const { server, timeoutMs, clock } = this.#options
    const port = this.#choose()
    let id = drawNumber()
    while (port.pending.has(id)) id = drawNumber()
    const stop = clock.timer(timeoutMs, () => {
      const detail = `no answer from ${formatServer(server)} within ${timeoutMs / 1000} s`
      this.#settle(port, id, { kind: 'lost', cause: 'timeout', detail })
    })
    port.pending.set(id, { question, settle, stop })
    const packet = stampQuestion(question, id)
    port.unsent.push(packet)
    // A port that takes no more leaves the list, which is what is flushed later.
    if (++port.asked >= this.#options.questionsEach) {
      this.#retire(port)
      flush(port)
    } else this.#flushSoon()
  }

  #choose(): Port {
    if (this.#open.length === this.#options.sockets) {
      const drawn = this.#open[drawNumber() % this.#open.length]
      if (drawn) return drawn
    }
    return this.#open.find(({ pending }) => pending.size === 0) ?? this.#openPort()
  }

  #openPort(): Port {
    const { address, port: number } = this.#options.server
    const family = isIPv6(address.split('%')[0] ?? '') ? 6 : 4
    // An address needs no look-up, and Node's own would put each step off to a later turn.
    const socket = createSocket({ type: `udp${family}`, lookup: (host, _, found) => found(null, host, family) })
    const onSent = (error: Error | null): void => {
      if (error) this.#fail(port, error)
    }
    const port: Port = { socket, onSent, pending: new Map(), connected: false, unsent: [], asked: 0, strays: 0, closed: false }
    this.#open.push(port)
    socket.on('error', onSent)
    socket.on('message', (message) => {
      this.#hear(port, message)
    })
    socket.on('connect', () => {
      port.connected = true
      flush(port)
    })
    socket.connect(number, address)
    return port
  }

  #hear(port: Port, message: Buffer): void {
    const id = message.length < 12 ? -1 : message.readUInt16BE(0)
    const pending = port.pending.get(id)
    const decoded = pending && decodeAnswer(message, pending.question)
    if (decoded && decoded.kind !== 'other') this.#settle(port, id, decoded)
    else if (++port.strays >= maxStrays) this.#abandon(port)
  }

  /** RFC 5452 9.3: somebody tries one id after the other here. By TCP, guessing does not help. */
  #abandon(port: Port): void {
    this.#retire(port)
    for (const id of port.pending.keys()) this.#settle(port, id, { kind: 'truncated' })
  }

  #fail(port: Port, error: Error): void {
    this.#retire(port)
    const detail = `${formatServer(this.#options.server)}: ${error.message}`
    for (const id of port.pending.keys()) this.#settle(port, id, { kind: 'lost', cause: 'unreachable', detail })
  }

  #settle(port: Port, id: number, outcome: Exchanged): void {
    const pending = port.pending.get(id)
    if (!pending) return
    port.pending.delete(id)
    pending.stop()
    pending.settle(outcome)
    if (port.pending.size > 0) return
    if (this.#open.includes(port)) this.#flushSoon()
    else close(port)
  }

  /**
   * Sends what this turn of the event loop brought, in one go: a server that is busy already need not be woken for each.
   * Closes what is idle then, when those whose questions were settled have asked their next.
   */
  #flushSoon(): void {
    if (this.#flushing) return
    this.#flushing = true
    setImmediate(() => {
      this.#flushing = false
      for (const port of this.#open.slice()) {
        flush(port)
        if (port.pending.size === 0) this.#retire(port)
      }
    })
  }

  #retire(port: Port): void {
    const index = this.#open.indexOf(port)
    if (index >= 0) this.#open.splice(index, 1)
    if (port.pending.size === 0) close(port)
  }
}

function flush(port: Port): void {
  if (!port.connected || port.closed || port.unsent.length === 0) return
  const packets = port.unsent
  port.unsent = []
  for (const packet of packets) if (!port.closed) port.socket.send(packet, port.onSent)
}

function close(port: Port): void {
  if (port.closed) return
  port.closed = true
  port.socket.close()
}
