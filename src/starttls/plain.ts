import type { Duplex } from 'node:stream'
import type { Clock } from '../clock.ts'
import type { HandshakeDone, HandshakeFailure, ResumableSession, TlsFloor, Trust } from '../tls/index.ts'
import type { Endpoint } from './dial.ts'
import { type Dialogue, type Heard, isSpeech, openDialogue } from './dialogue.ts'
import type { Protocol } from './protocol.ts'
import type { Transcript } from './transcript.ts'
import { upgrade } from './upgrade.ts'

/** How long each state waits, in milliseconds (RFC 5321 4.5.3.2). */
export interface DialogueTimeouts {
  readonly connect: number
  readonly greeting: number
  readonly command: number
  readonly handshake: number
}

interface UpgradeDemand {
  readonly trust: Trust
  readonly floor: TlsFloor
  /** Whether the host's name is sent as SNI. */
  readonly sni: boolean
  /** In place of the host's name. */
  readonly servername?: string
  /** An examination: the server's first octets are kept as evidence. */
  readonly watch: boolean
  readonly session?: Buffer
  readonly resume?: ResumableSession
  readonly onSession?: (session: Buffer) => void
  readonly ceiling?: 'TLSv1.2'
}

type Injected = { readonly kind: 'injected'; readonly shown: string }

/** What came of an accepted STARTTLS. */
type Upgraded = { readonly flight: Buffer | undefined } & (
  | { readonly kind: 'secure'; readonly done: HandshakeDone }
  | Injected
  | { readonly kind: 'handshake-failed'; readonly failure: HandshakeFailure; readonly shown: string; readonly speech: boolean }
)

interface PlainOptions {
  readonly protocol: Protocol
  readonly endpoint: Endpoint
  readonly timeouts: DialogueTimeouts
  readonly clock: Clock
  readonly transcript: Transcript
}

/**
 * A connection before TLS. It can greet, ask for TLS and leave: there is no method with which a message, an address or
 * a password could be written, whatever a caller wants.
 */
export class PlainSession {
  readonly #dialogue: Dialogue
  readonly #options: PlainOptions

  constructor(stream: Duplex, options: PlainOptions) {
    this.#dialogue = openDialogue(options.protocol, stream, options)
    this.#options = options
  }

  /** Waits for the greeting and sends nothing: a server may refuse who speaks first (RFC 5321 3.1). */
  async greeting(): Promise<Heard> {
    return this.#dialogue.hear('greeting', this.#options.timeouts.greeting)
  }

  /** Asks what the server can do: EHLO, LHLO, CAPABILITY or CAPA. */
  async ehlo(name: string): Promise<Heard> {
    return this.#dialogue.ask('ehlo', this.#options.timeouts.command, name)
  }

  /** What a server without EHLO is greeted with (RFC 5321 3.2); it cannot offer STARTTLS. */
  async helo(name: string): Promise<Heard> {
    return this.#dialogue.ask('helo', this.#options.timeouts.command, name)
  }

  async starttls(): Promise<Heard> {
    return this.#dialogue.ask('starttls', this.#options.timeouts.command)
  }

  /**
   * Gives the stream up where the first octet of TLS is due. Octets that are there already came before TLS and would be
   * taken for the server's first words inside it: that is an attack (RFC 3207 5, CVE-2011-0411's other half), and the
   * connection ends.
   */
  release(): { readonly kind: 'released'; readonly stream: Duplex } | Injected {
    if (this.#dialogue.buffered === 0) return { kind: 'released', stream: this.#dialogue.release() }
    const shown = this.#dialogue.drain().toString('utf8').slice(0, 200)
    this.#options.transcript.add('server', shown)
    this.#options.transcript.add('note', `plaintext after ${consent(this.#options.protocol)}, connection dropped`)
    this.#dialogue.destroy()
    return { kind: 'injected', shown }
  }

  /** Goes over to TLS after the server's consent. */
  async upgrade(demand: UpgradeDemand): Promise<Upgraded> {
    const released = this.release()
    if (released.kind === 'injected') return { ...released, flight: undefined }
    const { clock, timeouts, endpoint, transcript } = this.#options
    const { result, flight } = await upgrade(released.stream, {
      ...demand,
      servername: demand.sni ? (demand.servername ?? endpoint.host) : undefined,
      timeoutMs: timeouts.handshake,
      clock,
      transcript,
    })
    if (result.kind === 'done') return { kind: 'secure', done: result, flight }
    const shown = result.why === 'not-tls' ? showFlight(flight) : ''
    // A reply in the clear that came a moment later than the consent is the same attack in two segments.
    if (isSpeech(this.#options.protocol, shown)) return { kind: 'injected', shown, flight }
    return { kind: 'handshake-failed', failure: result, shown, speech: false, flight }
  }

  /** Takes leave and waits a moment for the answer. */
  async quit(): Promise<void> {
    await this.#dialogue.quit(this.#options.timeouts.command)
  }
}

/** What came where TLS was due, an octet a character. */
export function showFlight(flight: Buffer | undefined): string {
  return flight?.toString('latin1', 0, 200) ?? ''
}

function consent(protocol: Protocol): string {
  return protocol === 'smtp' || protocol === 'lmtp' ? '220' : 'OK'
}
