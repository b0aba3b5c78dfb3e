import { createHash } from 'node:crypto'
import { type Socket, createServer } from 'node:net'
import { TLSSocket, createSecureContext } from 'node:tls'
import type { Identity, Place } from '../../src/world/index.ts'
import { listen } from './listen.ts'

/** What a client said: a command, or a whole message by DATA or BDAT. */
interface SaidToServer {
  /** Upper case; `message` for the octets between DATA and its dot, or behind BDAT. */
  readonly verb: string
  /** Without its line end; empty for a message. */
  readonly line: string
  /** How many of this verb came so far, from 1. */
  readonly count: number
  /** How many recipients are accepted in this transaction. */
  readonly accepted: number
}

/** `say` is written as it is, line ends included; then the connection ends where `end` says how. */
interface Answered {
  readonly say?: string
  readonly end?: 'close' | 'reset'
  /** Written once a part of what comes next is there; what follows is thrown away. */
  readonly later?: string
  /** Reads no further. */
  readonly stall?: true
}

export interface DeliveryScript {
  readonly protocol: 'smtp' | 'lmtp'
  readonly identity: Identity
  /** Keywords of the EHLO answer. */
  readonly offers: readonly string[]
  /** Undefined where the good server shall answer. */
  readonly answer: (said: SaidToServer) => string | Answered | undefined
}

interface TakenMessage {
  readonly to: readonly string[]
  readonly octets: number
  readonly sha256: string
}

/** One connection as the server saw it. */
export interface Delivered {
  /** Each command, and `message` where one was whole. */
  readonly said: string[]
  /** What came together, a character an octet, cut to 4000; a new piece begins after each time the server answered. */
  readonly flights: string[]
  /** Messages that were whole, taken or not. */
  readonly messages: TakenMessage[]
}

export interface DeliveryServer extends Place, AsyncDisposable {
  readonly connections: readonly Delivered[]
}

const dotEnd = Buffer.from('\r\n.\r\n')

/** Starts a server with TLS from the first octet that takes messages by SMTP or LMTP, as its script says. */
export async function startDeliveryServer(script: DeliveryScript): Promise<DeliveryServer> {
  const connections: Delivered[] = []
  const { cert, key } = script.identity
  const secureContext = createSecureContext({ cert, key })
  const server = createServer({ noDelay: true }, (plain) => {
    plain.on('error', () => undefined)
    const socket = new TLSSocket(plain, { isServer: true, secureContext })
    socket.on('error', () => undefined)
    const seen: Delivered = { said: [], flights: [], messages: [] }
    connections.push(seen)
    const serving = new Serving(script, seen, socket, plain)
    socket.on('data', (chunk: Buffer) => {
      serving.take(chunk)
    })
    socket.write('220 mx.example.test\r\n')
  })
  return { ...(await listen(server)), connections }
}

class Serving {
  readonly #script: DeliveryScript
  readonly #seen: Delivered
  readonly #socket: TLSSocket
  readonly #plain: Socket
  readonly #counts = new Map<string, number>()
  #rest: Buffer = Buffer.alloc(0)
  /** Octets of a message that came so far, and how many are still to come where that is known. */
  #body: Buffer[] | undefined
  #left: number | undefined
  #tail: Buffer = Buffer.alloc(0)
  #to: string[] = []
  #ended = false
  #later: string | undefined

  constructor(script: DeliveryScript, seen: Delivered, socket: TLSSocket, plain: Socket) {
    this.#plain = plain
    this.#script = script
    this.#seen = seen
    this.#socket = socket
  }

  take(chunk: Buffer): void {
    if (this.#ended) return
    if (this.#later !== undefined) {
      this.#socket.write(this.#later)
      // What else comes is read and thrown away, so that the client is not held up by a full window.
      this.#ended = true
      return
    }
    const { flights } = this.#seen
    flights.push(chunk.toString('latin1', 0, 4_000))
    this.#rest = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk])
    let out = ''
    while (!this.#ended) {
      const said = this.#next()
      if (said === undefined) break
      const answered = this.#answer(said)
      out += answered.say ?? ''
      if (answered.stall) this.#socket.pause()
      this.#later = answered.later
      if (answered.end === undefined) continue
      this.#ended = true
      if (answered.end === 'close') this.#socket.end(Buffer.from(out, 'latin1'))
      else this.#socket.write(Buffer.from(out, 'latin1'), () => this.#plain.resetAndDestroy())
      return
    }
    if (out !== '') this.#socket.write(Buffer.from(out, 'latin1'))
  }

  /** The next command or message that is whole. */
  #next(): string | undefined {
    if (this.#body) return this.#nextMessage(this.#body) ? '' : undefined
    const at = this.#rest.indexOf('\r\n')
    if (at < 0) return undefined
    const line = this.#rest.toString('latin1', 0, at)
    this.#rest = this.#rest.subarray(at + 2)
    const octets = /^BDAT (\d+) LAST$/.exec(line)?.[1]
    if (octets === undefined) return line
    this.#body = []
    this.#left = Number(octets)
    return this.#next()
  }

  #nextMessage(body: Buffer[]): boolean {
    if (this.#left !== undefined) {
      const part = this.#rest.subarray(0, this.#left)
      this.#rest = this.#rest.subarray(part.length)
      this.#left -= part.length
      body.push(part)
      return this.#left === 0
    }
    // RFC 5321 4.5.2: the line end before the dot may be the one that ended DATA.
    const known = body.length === 0 ? Buffer.from('\r\n') : this.#tail
    const joined = Buffer.concat([known, this.#rest])
    const at = joined.indexOf(dotEnd)
    const end = at < 0 ? this.#rest.length : at + 2 - known.length
    if (at < 0) {
      body.push(this.#rest)
      this.#tail = joined.subarray(-4)
      this.#rest = Buffer.alloc(0)
      return false
    }
    if (end > 0) body.push(this.#rest.subarray(0, end))
    this.#rest = joined.subarray(at + dotEnd.length)
    return true
  }

  #answer(line: string): Answered {
    const message = this.#body
    const verb = message ? 'message' : (line.split(' ', 1)[0]?.toUpperCase() ?? '')
    if (message) this.#keep(Buffer.concat(message))
    const count = (this.#counts.get(verb) ?? 0) + 1
    this.#counts.set(verb, count)
    this.#seen.said.push(message ? 'message' : line)
    const accepted = this.#to.length
    const given = this.#script.answer({ verb, line, count, accepted }) ?? this.#answerWell(verb)
    const answered = typeof given === 'string' ? { say: given } : given
    const code = Number(answered.say?.slice(0, 3))
    if (verb === 'RCPT' && code >= 200 && code < 300) this.#to.push(/<([^>]*)>/.exec(line)?.[1] ?? '')
    if (verb === 'MAIL' || verb === 'RSET' || message) this.#to = []
    if (verb === 'DATA' && code === 354) this.#body = []
    else if (message) this.#body = undefined
    this.#left = undefined
    return answered
  }

  #keep(octets: Buffer): void {
    const whole = this.#left === undefined ? unstuff(octets) : octets
    this.#seen.messages.push({
      to: [...this.#to],
      octets: whole.length,
      sha256: createHash('sha256').update(whole).digest('hex'),
    })
  }

  #answerWell(verb: string): Answered {
    switch (verb) {
      case 'EHLO':
      case 'LHLO':
        return {
          say: ['mx.example.test', ...this.#script.offers]
            .map((word, at, all) => `250${at < all.length - 1 ? '-' : ' '}${word}\r\n`)
            .join(''),
        }
      case 'DATA':
        return { say: this.#to.length > 0 ? '354 go ahead\r\n' : '503 5.5.1 no recipient\r\n' }
      case 'message':
        return { say: '250 2.0.0 taken\r\n'.repeat(this.#script.protocol === 'lmtp' ? this.#to.length : 1) }
      case 'QUIT':
        return { say: '221 2.0.0 bye\r\n', end: 'close' }
      default:
        return { say: '250 2.0.0 ok\r\n' }
    }
  }
}

/** RFC 5321 4.5.2: a dot that begins a line of more than a dot goes. Octets, so that a long message takes no time. */
function unstuff(octets: Buffer): Buffer {
  const out = Buffer.allocUnsafe(octets.length)
  let length = 0
  let from = octets[0] === 0x2e ? 1 : 0
  for (;;) {
    const at = octets.indexOf('\r\n.', from)
    const to = at < 0 ? octets.length : at + 2
    length += octets.copy(out, length, from, to)
    if (at < 0) return out.subarray(0, length)
    from = at + 3
  }
}
