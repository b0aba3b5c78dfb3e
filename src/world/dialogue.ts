import type { Socket } from 'node:net'
import { TLSSocket } from 'node:tls'
import type { Clock } from '../clock.ts'
import type { ServerContexts } from './context.ts'
import { createLineReader, type LineReader } from './lines.ts'
import type { ReceivedMessage } from './mailbox.ts'
import { findMoment, sayHappily, type Moment, type Script } from './script.ts'
import { perform, type StepContext } from './step.ts'
import type { Transaction } from './told.ts'
import { follow, nobody, readBody } from './transaction.ts'

/** A message whose final dot was reached. */
export interface ScriptedMessage extends ReceivedMessage {
  readonly connection: number
  /** Was the dot answered with 2xx? False too where the reply was never written. */
  readonly accepted: boolean
}

/** What was seen of one connection to a scripted server. */
export interface ScriptedConnection {
  readonly number: number
  /** Every byte that the client wrote up to the 220 to STARTTLS, or at all where there was none. */
  readonly plaintext: Buffer
  /** What the client wrote after the 220 where the script does not speak TLS: its ClientHello, if all is well. */
  readonly clientHello: Buffer
  /** Commands after the handshake, without line ends and without message text. */
  readonly secureLines: readonly string[]
  /** The host that the client named in its ClientHello. */
  readonly sni: string | undefined
  readonly handshakeCompleted: boolean
  /** The session came from a ticket of an earlier one. */
  readonly resumed: boolean
  readonly tlsVersion: string | undefined
  readonly tlsError: string | undefined
  /** Resolves when the connection is closed, by either side. */
  readonly closed: Promise<void>
}

export interface DialogueOptions {
  readonly number: number
  readonly script: Partial<Script>
  readonly contexts: ServerContexts
  readonly clock: Clock
  readonly onMessage: (message: ScriptedMessage) => void
  readonly onAccepted: (message: ScriptedMessage) => void
}

/** One connection of a scripted server, from the greeting to the end. */
export class Dialogue implements ScriptedConnection {
  readonly number: number
  readonly secureLines: string[] = []
  readonly closed: Promise<void>
  sni: string | undefined
  handshakeCompleted = false
  resumed = false
  tlsVersion: string | undefined
  tlsError: string | undefined

  readonly #options: DialogueOptions
  readonly #tcp: Socket
  readonly #closing = new AbortController()
  readonly #plain: Buffer[] = []
  readonly #hello: Buffer[] = []
  #socket: Socket
  #reader: LineReader = createLineReader()
  #transaction: Transaction = nobody
  #command = 0
  #mute = false

  constructor(tcp: Socket, options: DialogueOptions) {
    this.number = options.number
    this.#options = options
    this.#tcp = tcp
    this.#socket = tcp
    this.closed = new Promise((resolve) => {
      tcp.once('close', () => {
        this.#closing.abort()
        this.#reader.end()
        resolve()
      })
    })
    tcp.on('data', this.#takePlain)
    tcp.on('end', () => {
      this.#reader.end()
    })
  }

  get plaintext(): Buffer {
    return Buffer.concat(this.#plain)
  }

  get clientHello(): Buffer {
    return Buffer.concat(this.#hello)
  }

  /** Holds the conversation until the connection closes. */
  async run(): Promise<void> {
    if (this.#options.script.implicitTls) await this.#upgrade('')
    await this.#say('greeting', '')
    for (let line = await this.#reader.next(); line !== undefined; line = await this.#reader.next()) {
      await this.#answer(line.replace(/\r?\n$/, ''))
    }
  }

  get #secure(): boolean {
    return this.#socket !== this.#tcp
  }

  #takePlain = (chunk: Buffer): void => {
    this.#plain.push(chunk)
    this.#reader.push(chunk)
  }

  async #answer(line: string): Promise<void> {
    if (this.#secure) this.secureLines.push(line)
    if (this.#mute) return
    this.#command++
    const moment = findMoment(line, this.#secure)
    const code = await this.#say(moment, line)
    if (code === undefined) return
    if (moment === 'starttls') {
      if (code === '220' && !this.#secure) await this.#startTls()
    } else if (moment === 'data') {
      if (code === '354') await this.#takeMessage()
    } else if (moment === 'quit') {
      if (!this.#options.script.noCloseOnQuit) this.#socket.end()
    } else if (code.startsWith('2')) {
      this.#transaction = follow(this.#transaction, moment, line)
    }
  }

  /** Says what the script has for this moment; returns the reply code, or nothing when the conversation is over. */
  async #say(moment: Moment, line: string): Promise<string | undefined> {
    if (this.#mute) return undefined
    const { script, clock } = this.#options
    const context: StepContext = {
      line,
      connection: this.number,
      command: this.#command,
      secure: this.#secure,
      pending: this.#reader.peek(),
    }
    const step = script[moment]
    const decided = typeof step === 'function' ? await step(context) : step
    const say = decided ?? sayHappily(moment, script.hostname ?? 'mx.scripted.test', this.#secure, this.#transaction)
    const injects = moment === 'starttls' && !this.#secure && (typeof say !== 'string' || say.startsWith('220'))
    const after = typeof script.afterStarttls === 'function' ? script.afterStarttls(context) : (script.afterStarttls ?? '')
    const stage = { socket: this.#socket, tcp: this.#tcp, clock, closed: this.#closing.signal }
    const said = await perform(say, stage, injects ? after : '')
    if (said.kind === 'text') return said.text.slice(0, 3)
    this.#mute = true
    return undefined
  }

  // From the 220 to `new TLSSocket` nothing may wait for input: what is read in between is lost to the handshake.
  async #startTls(): Promise<void> {
    const { behindStarttls = 'drop', handshake = 'tls', keepState = false } = this.#options.script
    if (behindStarttls === 'answer') await this.#answerPending()
    const pending = this.#reader.take()
    if (!keepState) this.#transaction = nobody
    if (handshake === 'tls') return this.#upgrade(behindStarttls === 'run' ? pending : '')
    await this.#readHello()
    if (handshake === 'close') this.#tcp.end()
    else if (handshake === 'garbage') this.#tcp.write('HTTP/1.1 400 Bad Request\r\n\r\n')
    else if (handshake !== 'silence') this.#tcp.write(Buffer.from(handshake.bytes, 'latin1'))
  }

  async #answerPending(): Promise<void> {
    while (this.#reader.peek().includes('\n')) {
      const line = await this.#reader.next()
      if (line !== undefined) await this.#answer(line.trimEnd())
    }
  }

  /** Waits for the client's first bytes after the 220. */
  async #readHello(): Promise<void> {
    this.#tcp.off('data', this.#takePlain)
    await new Promise<void>((resolve) => {
      this.#tcp.on('data', (chunk) => {
        this.#hello.push(chunk)
        resolve()
      })
      void this.closed.then(resolve)
    })
  }

  async #upgrade(pending: string): Promise<void> {
    this.#tcp.off('data', this.#takePlain)
    this.#reader = createLineReader(pending)
    const socket = new TLSSocket(this.#tcp, this.#options.contexts)
    this.#socket = socket
    const note = (error: Error) => {
      this.tlsError ??= error.message
    }
    // Node tells why a handshake failed by this event only, and destroys the socket without an 'error'.
    socket.on('_tlsError', note)
    socket.on('error', note)
    socket.on('data', (chunk) => {
      this.#reader.push(chunk)
    })
    socket.on('end', () => {
      this.#reader.end()
    })
    await new Promise<void>((resolve) => {
      // At once, not a turn later: a TLS socket must not be asked for its protocol when the TCP socket below was
      // destroyed (Node 24.21: segmentation fault).
      socket.once('secure', () => {
        this.handshakeCompleted = true
        this.tlsVersion = socket.getProtocol() ?? undefined
        this.resumed = socket.isSessionReused()
        resolve()
      })
      void this.closed.then(resolve)
    })
    this.sni = readServerName(socket)
  }

  async #takeMessage(): Promise<void> {
    const raw = await readBody(this.#reader)
    if (!raw) return
    const { helo = '', from = '', to } = this.#transaction
    const origin = { secure: this.#secure, tlsVersion: this.tlsVersion, connection: this.number }
    const message = { from, to, raw, helo, ...origin, accepted: false }
    this.#transaction = { ...nobody, helo }
    this.#options.onMessage(message)
    const code = await this.#say('dot', '.')
    message.accepted = code?.startsWith('2') ?? false
    if (message.accepted) this.#options.onAccepted(message)
  }
}

/** Node has it as a string, false or null. */
function readServerName(socket: TLSSocket): string | undefined {
  const name: unknown = 'servername' in socket ? socket.servername : undefined
  return typeof name === 'string' ? name : undefined
}
