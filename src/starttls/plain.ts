import type { Clock } from '../clock.ts'
import { printCommand } from '../smtp/index.ts'
import { type HandshakeFailure, type TlsFacts, type TlsFloor, type Trust, handshake } from '../tls/index.ts'
import type { Answer, ReplyChannel } from './channel.ts'
import type { Endpoint } from './dial.ts'
import { SecureChannel } from './secure.ts'
import { watchFirstBytes } from './tap.ts'
import type { Transcript } from './transcript.ts'

/** How long each state waits, in milliseconds (RFC 5321 4.5.3.2). */
export interface DialogueTimeouts {
  readonly connect: number
  readonly greeting: number
  readonly command: number
  readonly handshake: number
}

export interface UpgradeOptions {
  readonly trust: Trust
  readonly floor: TlsFloor
  /** Whether the host's name is sent as SNI. */
  readonly sni: boolean
  /** Keeps the first octets of the server's answer as evidence; costs a little on each connection. */
  readonly tap: boolean
}

/** What came of an accepted STARTTLS. */
export type Upgraded =
  | { readonly kind: 'secure'; readonly channel: SecureChannel; readonly facts: TlsFacts }
  | { readonly kind: 'injected'; readonly shown: string }
  | { readonly kind: 'handshake-failed'; readonly failure: HandshakeFailure; readonly shown: string }

interface PlainOptions {
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
  readonly #channel: ReplyChannel
  readonly #options: PlainOptions
  #answering = true

  constructor(channel: ReplyChannel, options: PlainOptions) {
    this.#channel = channel
    this.#options = options
  }

  /** Waits for the greeting and sends nothing: a server may refuse who speaks first (RFC 5321 3.1). */
  async greeting(): Promise<Answer> {
    return this.#read(this.#options.timeouts.greeting)
  }

  async ehlo(name: string): Promise<Answer> {
    return this.#ask('EHLO', name)
  }

  /** What a server without EHLO is greeted with (RFC 5321 3.2); it cannot offer STARTTLS. */
  async helo(name: string): Promise<Answer> {
    return this.#ask('HELO', name)
  }

  async starttls(): Promise<Answer> {
    return this.#ask('STARTTLS')
  }

  /**
   * Goes over to TLS after a 220. Octets that are there already came before TLS and would be taken for the server's
   * first words inside it: that is an attack (RFC 3207 5, CVE-2011-0411's other half), and the connection ends.
   */
  async upgrade(options: UpgradeOptions): Promise<Upgraded> {
    if (this.#channel.buffered > 0) {
      const shown = this.#channel.drain().toString('utf8').slice(0, 200)
      this.#options.transcript.add('server', shown)
      this.#options.transcript.add('note', 'plaintext after 220, connection dropped')
      this.#channel.destroy()
      return { kind: 'injected', shown }
    }
    const stream = this.#channel.release()
    const { clock, timeouts, endpoint, transcript } = this.#options
    const tap = options.tap ? watchFirstBytes(stream) : undefined
    const result = await handshake(tap?.stream ?? stream, {
      trust: options.trust,
      floor: options.floor,
      servername: options.sni ? endpoint.host : undefined,
      timeoutMs: timeouts.handshake,
      clock,
    })
    if (result.kind === 'done') {
      transcript.add('note', `TLS: ${result.facts.version} ${result.facts.cipher}`)
      return { kind: 'secure', channel: new SecureChannel(result, clock), facts: result.facts }
    }
    const first = tap?.first() ?? Buffer.alloc(0)
    transcript.add('note', `TLS failed: ${result.detail}`)
    // A reply in the clear that came a moment later than the 220 is the same attack in two segments.
    const shown = first.toString('latin1').slice(0, 200)
    if (result.why === 'not-tls' && /^[2-5]\d\d[ -]/.test(shown)) return { kind: 'injected', shown }
    return { kind: 'handshake-failed', failure: result, shown: result.why === 'not-tls' ? shown : '' }
  }

  /** Says QUIT and waits a moment for the answer, so that the server's log shows a polite end (RFC 5321 4.1.1.10). */
  async quit(): Promise<void> {
    if (this.#channel.open) {
      this.#write('QUIT')
      // Who has fallen silent or talks nonsense is told, and not waited for.
      if (this.#answering) await this.#read(Math.min(this.#options.timeouts.command, 5_000))
    }
    this.#channel.destroy()
  }

  async #ask(verb: 'EHLO' | 'HELO' | 'STARTTLS', argument = ''): Promise<Answer> {
    this.#write(verb, argument)
    return this.#read(this.#options.timeouts.command)
  }

  #write(verb: 'EHLO' | 'HELO' | 'STARTTLS' | 'QUIT', argument = ''): void {
    const line = printCommand(verb, argument)
    this.#options.transcript.add('client', line.trimEnd())
    this.#channel.write(line)
  }

  async #read(timeoutMs: number): Promise<Answer> {
    const answer = await this.#channel.read(timeoutMs)
    this.#answering = answer.kind === 'reply'
    recordAnswer(this.#options.transcript, answer)
    return answer
  }
}

/** Writes an answer into a transcript, whatever it was. */
export function recordAnswer(transcript: Transcript, answer: Answer): void {
  switch (answer.kind) {
    case 'reply': {
      for (const [index, line] of answer.reply.lines.entries()) {
        transcript.add('server', `${answer.reply.code}${index < answer.reply.lines.length - 1 ? '-' : ' '}${line}`)
      }
      break
    }
    case 'malformed':
      transcript.add('server', answer.shown)
      transcript.add('note', answer.why)
      break
    case 'closed':
      transcript.add('note', answer.how === 'reset' ? 'connection reset by the server' : 'connection closed by the server')
      break
    case 'timeout':
      transcript.add('note', `no whole reply within ${answer.ms / 1000} s`)
      break
  }
}
