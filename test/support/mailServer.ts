import { type Socket, createServer } from 'node:net'
import { TLSSocket } from 'node:tls'
import type { Clock } from '../../src/clock.ts'
import type { Protocol } from '../../src/starttls/index.ts'
import type { Identity, Place } from '../../src/world/index.ts'
import { answerHappily, greetHappily, tellAfterTls } from './mailWords.ts'
import { listen } from './listen.ts'

/** One command as it came. */
export interface MailCommand {
  /** IMAP's; empty elsewhere. */
  readonly tag: string
  /** Upper case. */
  readonly verb: string
  /** Whole, without its line end. */
  readonly line: string
  readonly secure: boolean
}

/** How a server of any of the protocols differs from a good one. */
export interface MailScript {
  readonly protocol: Protocol
  readonly identity: Identity
  /** TLS from the first octet. */
  readonly implicit?: boolean
  readonly greeting?: string
  /** Line ends included; undefined leaves it to the good server, `close` hangs up. */
  readonly answer?: (command: MailCommand) => string | undefined
  /** Said unasked once TLS stands. */
  readonly afterTls?: string
  /** Octets in the clear, in the same write as the consent to TLS. */
  readonly behindConsent?: string
  /** What becomes of a command that came behind STARTTLS in one go. */
  readonly behindStarttls?: 'drop' | 'run' | 'answer' | 'refuse' | 'close'
  /** Before each answer. */
  readonly delayMs?: number
  readonly clock?: Clock
}

export const close = 'close'

/** One connection, as the server saw it. */
interface MailConnection {
  /** What came in the clear, line by line. */
  readonly clear: string[]
  readonly secure: string[]
  handshakes: number
}

export interface MailServer extends Place, AsyncDisposable {
  readonly connections: readonly MailConnection[]
}

/**
 * Starts a server that speaks one of the protocols, TLS included.
 *
 * @example
 * ```ts
 * await using server = await startMailServer({ protocol: 'imap', identity, greeting: '* PREAUTH hello\r\n' })
 * ```
 */
export async function startMailServer(script: MailScript): Promise<MailServer> {
  const connections: MailConnection[] = []
  const server = createServer({ noDelay: true }, (socket) => {
    socket.on('error', () => undefined)
    const seen: MailConnection = { clear: [], secure: [], handshakes: 0 }
    connections.push(seen)
    void new Serving(script, seen).begin(socket)
  })
  return { ...(await listen(server)), connections }
}

class Serving {
  readonly #script: MailScript
  readonly #seen: MailConnection
  #buffer = ''
  #queue: Promise<void> = Promise.resolve()
  /** A command that came in the clear and waits to be run inside TLS. */
  #held: string[] = []

  constructor(script: MailScript, seen: MailConnection) {
    this.#script = script
    this.#seen = seen
  }

  async begin(socket: Socket): Promise<void> {
    const { implicit, protocol, greeting } = this.#script
    if (implicit) {
      this.#startTls(socket, greeting ?? greetHappily(protocol, true))
      return
    }
    this.#listen(socket, false)
    await this.#say(socket, greeting ?? greetHappily(protocol, false))
  }

  #listen(socket: Socket, secure: boolean): void {
    socket.on('data', (chunk: Buffer) => {
      this.#buffer += chunk.toString('latin1')
      this.#queue = this.#queue.then(async () => this.#serve(socket, secure))
    })
  }

  async #serve(socket: Socket, secure: boolean): Promise<void> {
    for (let end = this.#buffer.indexOf('\n'); end >= 0; end = this.#buffer.indexOf('\n')) {
      const line = this.#buffer.slice(0, end).replace(/\r$/, '')
      this.#buffer = this.#buffer.slice(end + 1)
      ;(secure ? this.#seen.secure : this.#seen.clear).push(line)
      if (await this.#obey(socket, line, secure)) return
    }
  }

  /** True where the connection is not ours to read any more. */
  async #obey(socket: Socket, line: string, secure: boolean): Promise<boolean> {
    const { protocol, answer, behindConsent = '', behindStarttls = 'drop' } = this.#script
    const command = readCommand(protocol, line, secure)
    const asksTls = !secure && (command.verb === 'STARTTLS' || command.verb === 'STLS')
    const behind = asksTls ? this.#buffer.split('\n').filter((text) => text !== '') : []
    if (behind.length > 0) {
      this.#buffer = ''
      this.#seen.clear.push(...behind.map((text) => text.replace(/\r$/, '')))
      if (behindStarttls === 'close') {
        socket.end()
        return true
      }
      if (behindStarttls === 'refuse') {
        await this.#say(
          socket,
          {
            smtp: '554 5.5.0 pipelining\r\n',
            lmtp: '554 no\r\n',
            imap: `${command.tag} BAD no\r\n`,
            pop3: '-ERR no\r\n',
            sieve: 'NO "no"\r\n',
          }[protocol],
        )
        return false
      }
    }
    const said = answer?.(command) ?? answerHappily(protocol, command)
    if (said === close) {
      socket.end()
      return true
    }
    const consent = asksTls && (command.tag === '' ? /^(?:220|\+OK|OK)[ \r]/ : new RegExp(`^${command.tag} OK`, 'm')).test(said)
    await this.#say(socket, consent ? said + behindConsent : said)
    if (command.verb === 'QUIT' || command.verb === 'LOGOUT') socket.end()
    if (!consent) return false
    if (behindStarttls === 'run') this.#held = behind
    if (behindStarttls === 'answer') {
      for (const text of behind) await this.#obey(socket, text.replace(/\r$/, ''), false)
    }
    this.#startTls(socket, this.#script.afterTls ?? tellAfterTls(protocol))
    return true
  }

  #startTls(socket: Socket, first: string): void {
    socket.removeAllListeners('data')
    const { cert, key } = this.#script.identity
    const inner = new TLSSocket(socket, { isServer: true, cert, key })
    inner.on('error', () => undefined)
    inner.once('secure', () => {
      this.#seen.handshakes++
      this.#queue = this.#queue.then(async () => {
        await this.#say(inner, first)
        for (const line of this.#held) await this.#obey(inner, line.replace(/\r$/, ''), true)
      })
      this.#listen(inner, true)
    })
  }

  async #say(socket: Socket, text: string): Promise<void> {
    const { delayMs = 0, clock } = this.#script
    if (text === '') return
    if (delayMs > 0) await clock?.sleep(delayMs)
    if (socket.writable) socket.write(Buffer.from(text, 'latin1'))
  }
}

function readCommand(protocol: Protocol, line: string, secure: boolean): MailCommand {
  const [, tag = '', rest = line] = protocol === 'imap' ? (/^(\S+) (.*)$/.exec(line) ?? []) : []
  return { tag, verb: rest.split(' ', 1)[0]?.toUpperCase() ?? '', line, secure }
}
