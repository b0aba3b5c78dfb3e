import type { Duplex } from 'node:stream'
import type { Clock } from '../clock.ts'
import type { Capabilities, Malformed } from '../smtp/index.ts'
import { type Answer, Channel, ReplyChannel } from './channel.ts'
import { type Asked, type Dialect, type Question, printQuestion } from './dialect.ts'
import { imap } from './imap.ts'
import type { Oddity } from './oddity.ts'
import { pop3 } from './pop3.ts'
import type { Protocol } from './protocol.ts'
import type { Said } from './said.ts'
import { sieve } from './sieve.ts'
import { lmtp, smtp } from './smtp.ts'
import type { Transcript } from './transcript.ts'

/** A whole answer, or what came instead. */
export type Heard =
  | {
      readonly kind: 'said'
      readonly said: Said
      readonly capabilities?: Capabilities
      readonly oddities: readonly Oddity[]
      readonly ms: number
    }
  | Malformed
  | Extract<Answer, { kind: 'closed' | 'timeout' }>

export interface DialogueContext {
  readonly clock: Clock
  readonly transcript: Transcript
}

/** Limits what an answer in many lines makes us keep. */
const maxUnits = 200

/**
 * Questions and answers of one protocol over one channel, kept in a transcript. A `Question` is all that can be written
 * here: neither in the clear nor inside TLS can a message or a password pass through it.
 */
export class Dialogue<Unit extends object = object> {
  readonly #dialect: Dialect<Unit>
  readonly #channel: Channel<Unit>
  readonly #context: DialogueContext
  readonly #units: Unit[] = []
  #tags = 0
  #answering = true

  constructor(dialect: Dialect<Unit>, channel: Channel<Unit>, context: DialogueContext) {
    this.#dialect = dialect
    this.#channel = channel
    this.#context = context
  }

  /** Asks one thing and waits for the whole answer. */
  async ask(question: Question, timeoutMs: number, name = ''): Promise<Heard> {
    this.#write(this.#print(question, name))
    return this.hear(question, timeoutMs)
  }

  /** Asks for TLS with a further command in the same write, as somebody on the way might slip one in. */
  async askWithSlip(nonce: string, timeoutMs: number): Promise<Heard> {
    this.#write(this.#print('starttls', ''), this.#dialect.slip(nonce))
    return this.hear('starttls', timeoutMs)
  }

  /** Waits for a whole answer, `timeoutMs` in all, and writes nothing. */
  async hear(asked: Asked, timeoutMs: number): Promise<Heard> {
    const { clock, transcript } = this.#context
    const start = clock.now()
    const units: Unit[] = []
    for (;;) {
      const answer = await this.#channel.read(Math.max(0, start + timeoutMs - clock.now()))
      this.#answering = answer.kind === 'reply'
      if (answer.kind !== 'reply') {
        const heard = answer.kind === 'timeout' ? { ...answer, ms: timeoutMs } : answer
        recordFailure(transcript, heard)
        return heard
      }
      units.push(answer.reply)
      this.#record(answer.reply)
      const understood = this.#dialect.understand(asked, this.#tag, units) ?? this.#bound(units)
      if (understood === undefined) continue
      if (!('kind' in understood)) return { kind: 'said', ...understood, ms: clock.now() - start }
      this.#answering = false
      transcript.add('note', understood.why)
      return understood
    }
  }

  /**
   * Takes leave, listens until the server closes, and says what of all that was heard answers the command slipped in.
   * Unknown where not even the leave-taking was answered: what is due before it may be late, or lost.
   */
  async findSlipped(
    nonce: string,
    timeoutMs: number,
  ): Promise<{ readonly kind: 'found'; readonly shown: string } | { readonly kind: 'none' | 'unknown' }> {
    this.#write(this.#print('quit', ''))
    for (let heard = 0; heard < maxUnits; heard++) {
      const answer = await this.#channel.read(heard === 0 ? timeoutMs : Math.min(timeoutMs, 10_000))
      if (answer.kind === 'reply') this.#record(answer.reply)
      const shown = this.#dialect.findSlipped(this.#units, nonce)
      if (shown !== undefined) return { kind: 'found', shown }
      if (answer.kind !== 'reply') return { kind: heard === 0 ? 'unknown' : 'none' }
    }
    return { kind: 'unknown' }
  }

  /** Takes leave and waits a moment for the answer, so that the server's log shows a polite end (RFC 5321 4.1.1.10). */
  async quit(timeoutMs: number): Promise<void> {
    if (this.#channel.open) {
      this.#write(this.#print('quit', ''))
      // Who has fallen silent or talks nonsense is told, and not waited for.
      if (this.#answering) await this.hear('quit', Math.min(timeoutMs, 5_000))
    }
    this.#channel.destroy()
  }

  /** Octets that came unasked and were not read yet. */
  get buffered(): number {
    return this.#channel.buffered
  }

  drain(): Buffer {
    return this.#channel.drain()
  }

  release(): Duplex {
    return this.#channel.release()
  }

  destroy(): void {
    this.#channel.destroy()
  }

  get #tag(): string {
    return `a${this.#tags}`
  }

  #print(question: Question, name: string): string {
    this.#tags++
    return printQuestion(this.#dialect.protocol, question, this.#tag, name)
  }

  #write(...lines: readonly string[]): void {
    for (const line of lines) this.#context.transcript.add('client', line.trimEnd())
    this.#channel.write(lines.join(''))
  }

  #record(unit: Unit): void {
    if (this.#units.length < maxUnits) this.#units.push(unit)
    for (const line of this.#dialect.show(unit)) this.#context.transcript.add('server', line)
  }

  #bound(units: readonly Unit[]): Malformed | undefined {
    return units.length < maxUnits ? undefined : { kind: 'malformed', why: 'an answer has too many lines', shown: '' }
  }
}

/** Whether bytes where TLS was due are words of the protocol. */
export function isSpeech(protocol: Protocol, text: string): boolean {
  return { smtp, lmtp, imap, pop3, sieve }[protocol].isSpeech(text)
}

/** A dialogue of that protocol over a stream, from its greeting on or from wherever the stream stands. */
export function openDialogue(protocol: Protocol, stream: Duplex, context: DialogueContext): Dialogue {
  switch (protocol) {
    case 'smtp':
      return new Dialogue(smtp, new ReplyChannel(stream, context.clock), context)
    case 'lmtp':
      return new Dialogue(lmtp, new ReplyChannel(stream, context.clock), context)
    case 'imap':
      return new Dialogue(imap, new Channel(stream, context.clock, imap.createParser()), context)
    case 'pop3':
      return new Dialogue(pop3, new Channel(stream, context.clock, pop3.createParser()), context)
    case 'sieve':
      return new Dialogue(sieve, new Channel(stream, context.clock, sieve.createParser()), context)
  }
}

function recordFailure(transcript: Transcript, heard: Exclude<Heard, { kind: 'said' }>): void {
  switch (heard.kind) {
    case 'malformed':
      transcript.add('server', heard.shown)
      transcript.add('note', heard.why)
      break
    case 'closed':
      transcript.add('note', heard.how === 'reset' ? 'connection reset by the server' : 'connection closed by the server')
      break
    case 'timeout':
      transcript.add('note', `no whole reply within ${heard.ms / 1000} s`)
      break
  }
}
