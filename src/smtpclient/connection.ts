import type { Capabilities, Reply } from '../smtp/index.ts'
import type { Answer, ReplyChannel, SecureChannel } from '../starttls/index.ts'
import { frameChunk, frameData } from './body.ts'
import { type Asked, describeSilence, fits, stageOf, wordOf } from './expect.ts'
import { type Offers, readOffers } from './offers.ts'
import { type Opening, conclude, countAccepted, isPositive } from './opening.ts'
import { type Prepared, prepare } from './prepare.ts'
import type { MailOptions, Outcome, Outgoing, Pipelining, TransactionStage } from './transaction.ts'

/**
 * A connection that carries messages, one transaction after another (RFC 5321 3.3), as close together as the server
 * lets them be: the end of one message and the commands of the next leave in one flush (RFC 2920 3.1).
 *
 * @example
 * ```ts
 * const hop = await openHop(endpoint, options)
 * if (hop.channel && hop.record.inside) {
 *   const connection = MailConnection.overTls(hop.channel, hop.record.inside, { timeouts })
 *   const [outcome] = await connection.send({ envelope: { from: 'a@x.example', to: ['b@y.example'] }, message })
 *   await connection.quit()
 * }
 * ```
 */
export class MailConnection {
  readonly capabilities: Capabilities
  readonly #channel: ReplyChannel
  readonly #offers: Offers
  readonly #options: MailOptions
  readonly #pipelining: Pipelining
  readonly #chunked: boolean
  /** The last transaction was left half-way: RSET comes first. */
  #dirty = false
  #usable = true
  #misbehaved: 'across' | 'within' | undefined
  /** Some answer did not fit its place. */
  #outOfStep = false
  #begun: { readonly prepared: Prepared; readonly opening: Opening } | undefined

  private constructor(channel: ReplyChannel, capabilities: Capabilities, options: MailOptions, secure: boolean) {
    this.capabilities = capabilities
    this.#channel = channel
    this.#offers = readOffers(capabilities, secure)
    this.#options = options
    this.#pipelining = this.#offers.pipelining ? (options.pipelining ?? 'across') : 'none'
    this.#chunked = (options.chunking ?? false) && this.#offers.chunking
  }

  /** Over TLS: the only way above the level `opportunistic`. */
  static overTls(channel: SecureChannel, capabilities: Capabilities, options: MailOptions): MailConnection {
    return new MailConnection(channel, capabilities, { protocol: channel.protocol, ...options }, true)
  }

  /** In plaintext, for the level `opportunistic` alone; see `openInTheClear`. */
  static inTheClear(channel: ReplyChannel, capabilities: Capabilities, options: MailOptions): MailConnection {
    return new MailConnection(channel, capabilities, options, false)
  }

  /** False after a 421, a lost connection or an answer that makes no sense. */
  get usable(): boolean {
    return this.#usable && this.#channel.open
  }

  /**
   * What went wrong when commands came together, of two messages or of one: the connection broke, or the answers did not
   * fit. The next connection to this server should be more careful.
   */
  get misbehaved(): 'across' | 'within' | undefined {
    return this.#misbehaved
  }

  /** The message whose transaction has been begun ahead: it must be handed to `send` next. */
  get begun(): Outgoing | undefined {
    return this.#begun?.prepared.outgoing
  }

  /**
   * Sends one message to its recipients; the outcomes are in the order of `envelope.to`.
   *
   * @param following the message after this one, which may be begun in the same flush (see `begun`); it is waited for once
   *   the server is ready for this one, so whoever makes it must not take long. Where it fails, nothing is begun.
   * @throws SealpostError SP_COMMAND_UNSAFE where an address holds a control character
   */
  async send(current: Outgoing, following?: Promise<Outgoing | undefined>): Promise<readonly Outcome[]> {
    // Its failure is told to whoever made it; here it must not pass for one of this message.
    const next = this.#pipelining === 'across' ? following?.catch(() => undefined) : undefined
    const begun = this.#begun
    this.#begun = undefined
    if (begun && begun.prepared.outgoing === current) return this.#finish(begun.prepared, begun.opening, next)
    const { to } = current.envelope
    if (begun) return to.map(() => this.#breakOff('mail', 'another message was begun on this connection'))
    if (!this.usable) return to.map(() => this.#breakOff('mail', 'the connection was closed'))
    const prepared = prepare(current, this.#offers, this.#chunked)
    if (prepared.kind === 'unsupported') return to.map(() => prepared)
    // Somebody answers more than was asked: the next reply would be taken for another command's.
    if (this.#channel.buffered > 0) {
      const end = await this.#hearUnasked('mail')
      return to.map(() => end)
    }
    if (to.length === 0) return []
    return this.#finish(prepared, await this.#open(prepared, this.#pipelining === 'none' ? 'none' : 'within'), next)
  }

  /** Leaves politely, without waiting long (RFC 5321 4.1.1.10). */
  async quit(): Promise<void> {
    // RFC 5321 4.1.1.4: after the consent to DATA, QUIT would be a line of the message.
    const inMessage = this.#begun !== undefined && this.#begun.opening.ready && !this.#chunked
    if (this.usable && !inMessage) await this.#channel.quit(this.#options.timeouts.command)
    this.destroy()
  }

  destroy(): void {
    this.#usable = false
    this.#channel.destroy()
  }

  /**
   * MAIL, RCPT for each recipient, DATA: together, or one by one.
   *
   * @param flush what the commands left together with; `across` where they did so already
   */
  async #open(prepared: Prepared, flush: Pipelining): Promise<Opening> {
    const { lines, outgoing } = prepared
    const recipients = outgoing.envelope.to.length
    const reset = flush === 'across' ? this.#chunked : this.#dirty
    this.#dirty = true
    if (flush === 'within') this.#channel.write((reset ? rset : '') + lines.join(''))
    let mail: Reply | undefined
    const rcpt: Reply[] = []
    let ready = false
    let wanted = false
    let end: Outcome | undefined
    for (let at = reset ? -1 : 0; at < lines.length && !end; at++) {
      const verb = at < 0 ? 'RSET' : at === 0 ? 'MAIL' : at <= recipients ? 'RCPT' : 'DATA'
      if (flush === 'none') {
        // DATA without a recipient would only be refused.
        if (verb === 'DATA' && !wanted) break
        this.#channel.write(lines[at] ?? rset)
      }
      const answer = this.#channel.take() ?? (await this.#channel.read(this.#timeoutOf(verb)))
      const reply = this.#hear(verb, answer, flush)
      // Some were answered and the last was not: which of them was left out is not to be told.
      this.#outOfStep ||= answer.kind === 'timeout' && mail !== undefined && flush !== 'none'
      if (typeof reply === 'string') end = { kind: 'broken', stage: stageOf[verb], why: reply }
      else {
        if (verb === 'MAIL') mail = reply
        else if (verb === 'RCPT') {
          rcpt.push(reply)
          wanted ||= isPositive(reply)
        }
        if (reply.code === 354) ready = true
        // RFC 5321 3.8: 421 may come at any time, and what was asked behind it is not answered.
        else if (reply.code === 421 || verb === 'DATA') end = { kind: 'refused', stage: stageOf[verb], reply }
        if (verb === 'MAIL' && flush === 'none' && !isPositive(reply)) break
      }
    }
    // Answers that may be out of place refuse nobody; those that came one by one, or before a close, count.
    if (end && this.#outOfStep && flush !== 'none') return { mail: undefined, rcpt: [], ready: false, wanted: false, end }
    wanted &&= mail !== undefined && isPositive(mail)
    // RFC 3030 2: a chunk asks for no consent.
    if (this.#chunked) ready = wanted
    return { mail, rcpt, ready: ready && !end, wanted, end }
  }

  /** From the answers to a message's commands to what became of it. */
  async #finish(
    prepared: Prepared,
    opening: Opening,
    following: Promise<Outgoing | undefined> | undefined,
  ): Promise<readonly Outcome[]> {
    const { envelope } = prepared.outgoing
    if (!opening.ready || !opening.wanted) {
      const end = opening.end ?? { kind: 'broken', stage: 'rcpt', why: 'the server gave no answer' }
      // RFC 2033 4.2: DATA without a recipient must be refused, and a message to nobody has no answer to wait for.
      if (!opening.ready || this.#options.protocol === 'lmtp') {
        if (opening.ready) this.destroy()
        return conclude(opening, envelope.to.length, () => end)
      }
    }
    const ends = await this.#transfer(prepared, opening, following)
    return conclude(opening, envelope.to.length, (accepted) => ends[Math.min(accepted, ends.length - 1)] ?? lost)
  }

  /** The message and the answers to it: one, or with LMTP one for each recipient accepted (RFC 2033 4.2). */
  async #transfer(
    prepared: Prepared,
    opening: Opening,
    following: Promise<Outgoing | undefined> | undefined,
  ): Promise<readonly Outcome[]> {
    const next = following && this.#prepareNext(await following)
    const { message } = prepared.outgoing
    const behind = next ? (this.#chunked ? rset : '') + next.lines.join('') : ''
    const bytes = this.#chunked ? frameChunk(message, behind) : frameData(message, opening.wanted, behind)
    const trouble = await this.#write(bytes, next !== undefined)
    if (trouble) return [trouble]
    const flush = next ? 'across' : 'none'
    const outcomes: Outcome[] = []
    const answers = this.#options.protocol === 'lmtp' ? countAccepted(opening) : 1
    while (outcomes.length < answers) {
      const reply = this.#hear('dot', this.#channel.take() ?? (await this.#channel.read(this.#options.timeouts.dot)), flush)
      // RFC 5321 6.1: what was sent whole is in doubt, and may be sent again.
      if (typeof reply === 'string') outcomes.push({ kind: 'reply-lost', why: reply })
      else if (!isPositive(reply)) outcomes.push({ kind: 'refused', stage: 'dot', reply })
      else outcomes.push({ kind: 'accepted', reply, ...(prepared.dsn && { dsn: prepared.dsn }) })
      if (!this.#usable) break
    }
    // RFC 2033 4.2: who was not answered for any more is in doubt like the last.
    while (outcomes.length < answers) outcomes.push(lost)
    // RFC 3030 2: after a chunk that was refused comes RSET.
    this.#dirty = this.#chunked && outcomes.some(({ kind }) => kind !== 'accepted')
    return next ? this.#openNext(next, outcomes) : outcomes
  }

  /** The answers to the commands that left behind the message; what the message's own answer is still worth after them. */
  async #openNext(next: Prepared, outcomes: readonly Outcome[]): Promise<readonly Outcome[]> {
    if (!this.#usable) {
      const end: Outcome = { kind: 'broken', stage: 'mail', why: 'the server ended the connection after the message before' }
      this.#begun = { prepared: next, opening: { mail: undefined, rcpt: [], ready: false, wanted: false, end } }
      return outcomes
    }
    const opening = await this.#open(next, 'across')
    const extra = this.#usable && this.#channel.buffered > 0 ? await this.#hearUnasked('data') : undefined
    if (extra?.kind === 'broken') this.#outOfStep = true
    this.#begun = { prepared: next, opening: extra ? { ...opening, ready: false, end: extra } : opening }
    // Answers are told apart by their place alone (RFC 2920 3.1): where one place is wrong, none is sure.
    if (!this.#outOfStep) return outcomes
    this.#misbehaved = 'across'
    const why = 'the answers to this message and the next were out of step'
    return outcomes.map((outcome) => (outcome.kind === 'reply-lost' ? outcome : { kind: 'reply-lost', why }))
  }

  /** What may be begun ahead; a message that cannot be sent here, or not at all, is told of when its turn comes. */
  #prepareNext(following: Outgoing | undefined): Prepared | undefined {
    if (!following || following.envelope.to.length === 0) return undefined
    try {
      const prepared = prepare(following, this.#offers, this.#chunked)
      return prepared.kind === 'prepared' ? prepared : undefined
    } catch {
      return undefined
    }
  }

  /** Writes a message, in blocks, so that a long one neither piles up nor waits for a peer that has stopped reading. */
  async #write(bytes: Buffer, crossing: boolean): Promise<Outcome | undefined> {
    const { block } = this.#options.timeouts
    for (let at = 0; at < bytes.length; at += blockSize) {
      if (this.#channel.buffered > 0) return this.#hearUnasked('dot')
      const last = at + blockSize >= bytes.length
      if (!this.#channel.write(at === 0 && last ? bytes : bytes.subarray(at, at + blockSize)))
        return this.#breakOff('dot', 'the server closed the connection in the middle of the message')
      if (this.#channel.full && !(await this.#channel.flush(block))) {
        const why = `the server took nothing for ${block / 1000} s`
        const outcome = this.#breakOff('dot', why)
        // Of a block with more behind the message's end, that end may have left.
        return last && crossing ? { kind: 'reply-lost', why } : outcome
      }
    }
    return undefined
  }

  /**
   * The server spoke before it was its turn. A 421 may come at any time (RFC 5321 3.8), and a refusal once the message is
   * due; a consent cannot, and leaves no telling whose answer comes next.
   */
  async #hearUnasked(stage: TransactionStage): Promise<Outcome> {
    const answer = this.#channel.take() ?? (await this.#channel.read(this.#options.timeouts.command))
    this.destroy()
    if (answer.kind !== 'reply') return { kind: 'broken', stage, why: describeSilence(answer) }
    const { reply } = answer
    if (reply.code === 421 || (stage === 'dot' && reply.code >= 400)) return { kind: 'refused', stage, reply }
    return { kind: 'broken', stage, why: 'the server answered what it had not been asked' }
  }

  /** The reply, where it fits what it answers; else why there is none, and the connection ends. */
  #hear(asked: Asked, answer: Answer, flush: Pipelining): Reply | string {
    if (answer.kind === 'reply' && fits(asked, answer.reply.code)) {
      if (answer.reply.code === 421) this.#usable = false
      return answer.reply
    }
    if (flush !== 'none') this.#misbehaved = flush
    this.#outOfStep ||= answer.kind === 'reply' || answer.kind === 'malformed'
    this.destroy()
    return answer.kind === 'reply' ? `${answer.reply.code} is no answer to ${wordOf(asked)}` : describeSilence(answer)
  }

  #timeoutOf(verb: Asked): number {
    const { command, data } = this.#options.timeouts
    return verb === 'DATA' ? data : command
  }

  #breakOff(stage: TransactionStage, why: string): Outcome {
    this.destroy()
    return { kind: 'broken', stage, why }
  }
}

const blockSize = 256 * 1024
const rset = 'RSET\r\n'
const lost: Outcome = { kind: 'reply-lost', why: 'the server answered for no further recipient' }
