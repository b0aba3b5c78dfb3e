import { isAscii } from 'node:buffer'
import { type Capabilities, type Reply, findExtension, printCommand, stuffDots } from '../smtp/index.ts'
import type { ReplyChannel, SecureChannel } from '../starttls/index.ts'
import type { Envelope, Outcome, TransactionStage, TransactionTimeouts } from './transaction.ts'

/** A connection that carries messages, one transaction after another (RFC 5321 3.3). */
export class MailConnection {
  readonly #channel: ReplyChannel
  readonly #capabilities: Capabilities
  readonly #timeouts: TransactionTimeouts
  /** The last transaction was left half-way: RSET comes first. */
  #dirty = false
  #usable = true

  private constructor(channel: ReplyChannel, capabilities: Capabilities, timeouts: TransactionTimeouts) {
    this.#channel = channel
    this.#capabilities = capabilities
    this.#timeouts = timeouts
  }

  /** Over TLS: the only way above the level `opportunistic`. */
  static overTls(channel: SecureChannel, capabilities: Capabilities, timeouts: TransactionTimeouts): MailConnection {
    return new MailConnection(channel, capabilities, timeouts)
  }

  /** In plaintext, for the level `opportunistic` alone; see `openInTheClear`. */
  static inTheClear(channel: ReplyChannel, capabilities: Capabilities, timeouts: TransactionTimeouts): MailConnection {
    return new MailConnection(channel, capabilities, timeouts)
  }

  /** False after a 421, a lost connection or an answer that makes no sense. */
  get usable(): boolean {
    return this.#usable && this.#channel.open
  }

  /**
   * Sends one message to its recipients; the outcomes are in the order of `envelope.to`.
   *
   * @throws SealpostError SP_COMMAND_UNSAFE where an address holds a control character
   */
  async send(envelope: Envelope, message: Buffer): Promise<readonly Outcome[]> {
    if (this.#channel.buffered > 0) {
      // Somebody answers more than was asked: the next reply would be taken for another command's.
      this.destroy()
      return envelope.to.map(() => ({ kind: 'broken', stage: 'mail', why: 'the server said something unasked' }))
    }
    const lacking = this.#lacks(envelope, message)
    if (lacking !== undefined) return envelope.to.map(() => ({ kind: 'unsupported', why: lacking }))
    const pipelining = findExtension(this.#capabilities, 'PIPELINING') !== undefined
    const commands = this.#commands(envelope, message)
    this.#dirty = true
    return pipelining ? this.#sendPipelined(commands, envelope, message) : this.#sendStepwise(commands, envelope, message)
  }

  /** Leaves politely, without waiting long (RFC 5321 4.1.1.10). */
  async quit(): Promise<void> {
    if (this.usable) await this.#channel.quit(this.#timeouts.command)
    this.destroy()
  }

  destroy(): void {
    this.#usable = false
    this.#channel.destroy()
  }

  #lacks(envelope: Envelope, message: Buffer): string | undefined {
    const limit = Number(findExtension(this.#capabilities, 'SIZE')?.params[0] ?? 0)
    // RFC 1870 6.1: a zero sets no limit.
    if (limit > 0 && message.length > limit) return `the message has ${message.length} octets, the server takes ${limit}`
    if (isUnicode(envelope) && !findExtension(this.#capabilities, 'SMTPUTF8'))
      return 'the address has characters outside ASCII, which the server cannot handle (no SMTPUTF8)'
    if (hasEightBit(message) && !findExtension(this.#capabilities, '8BITMIME'))
      return 'the message has octets outside ASCII, which the server cannot handle (no 8BITMIME)'
    return undefined
  }

  /** The commands before the message, in order: RSET where it is owed, MAIL, RCPT for each recipient, DATA. */
  #commands(envelope: Envelope, message: Buffer): Command[] {
    const params = [
      findExtension(this.#capabilities, 'SIZE') ? `SIZE=${message.length}` : '',
      hasEightBit(message) ? 'BODY=8BITMIME' : '',
      isUnicode(envelope) ? 'SMTPUTF8' : '',
    ].filter((param) => param !== '')
    const { command, data } = this.#timeouts
    const mail = ['FROM:<' + envelope.from + '>', ...params].join(' ')
    return [
      ...(this.#dirty
        ? [{ verb: 'RSET', stage: 'mail', line: printCommand('RSET'), timeoutMs: command, fits: isCompletion } as const]
        : []),
      { verb: 'MAIL', stage: 'mail', line: printCommand('MAIL', mail), timeoutMs: command, fits: isFinal },
      ...envelope.to.map(
        (to) =>
          ({ verb: 'RCPT', stage: 'rcpt', line: printCommand('RCPT', `TO:<${to}>`), timeoutMs: command, fits: isFinal }) as const,
      ),
      { verb: 'DATA', stage: 'data', line: printCommand('DATA'), timeoutMs: data, fits: (code) => code === 354 || code >= 400 },
    ]
  }

  /** RFC 2920 3.1: all in one flush, and every answer counted; which is which is told by its place alone. */
  async #sendPipelined(commands: readonly Command[], envelope: Envelope, message: Buffer): Promise<readonly Outcome[]> {
    this.#channel.write(commands.map((command) => command.line).join(''))
    const replies: Reply[] = []
    for (const command of commands) {
      const reply = await this.#readReply(command)
      // What was refused before the connection broke was refused for good reason: those answers count.
      if (typeof reply === 'string')
        return this.#conclude(replies, envelope, { kind: 'broken', stage: command.stage, why: reply })
      if (command.verb !== 'RSET') replies.push(reply)
    }
    return this.#transferOrConclude(replies, envelope, message)
  }

  async #sendStepwise(commands: readonly Command[], envelope: Envelope, message: Buffer): Promise<readonly Outcome[]> {
    const replies: Reply[] = []
    let anyRecipient = false
    for (const command of commands) {
      // DATA without a recipient would only be refused.
      if (command.verb === 'DATA' && !anyRecipient) break
      this.#channel.write(command.line)
      const reply = await this.#readReply(command)
      if (typeof reply === 'string')
        return this.#conclude(replies, envelope, { kind: 'broken', stage: command.stage, why: reply })
      if (command.verb !== 'RSET') replies.push(reply)
      if (command.verb === 'MAIL' && !isPositive(reply)) break
      anyRecipient ||= command.verb === 'RCPT' && isPositive(reply)
    }
    return this.#transferOrConclude(replies, envelope, message)
  }

  /** @param replies to MAIL, to each RCPT, to DATA; cut short where a step made the next pointless */
  async #transferOrConclude(replies: readonly Reply[], envelope: Envelope, message: Buffer): Promise<readonly Outcome[]> {
    const [mail, ...rest] = replies
    const data = rest[envelope.to.length]
    if (data?.code !== 354) {
      const end: Outcome = data
        ? { kind: 'refused', stage: 'data', reply: data }
        : { kind: 'broken', stage: 'rcpt', why: 'the server gave no answer' }
      return this.#conclude(replies, envelope, end)
    }
    const wanted = mail !== undefined && isPositive(mail) && envelope.to.some((_, index) => isPositive(rest[index]))
    // RFC 2920 3.1: DATA was accepted though no recipient was; an empty message ends it, and goes to nobody.
    const end = await this.#transfer(wanted ? stuffDots(message) : Buffer.from('.\r\n'))
    return this.#conclude(replies, envelope, end)
  }

  /** What became of each recipient: their own refusal, or else what became of the message. */
  #conclude(replies: readonly Reply[], envelope: Envelope, end: Outcome): readonly Outcome[] {
    const [mail, ...rest] = replies
    return envelope.to.map((_, index): Outcome => {
      const rcpt = rest[index]
      if (mail && !isPositive(mail)) return { kind: 'refused', stage: 'mail', reply: mail }
      if (rcpt && !isPositive(rcpt)) return { kind: 'refused', stage: 'rcpt', reply: rcpt }
      return end
    })
  }

  async #transfer(body: Buffer): Promise<Outcome> {
    // In blocks, so that a long message neither piles up in memory nor waits for a peer that has stopped reading.
    for (let at = 0; at < body.length; at += blockSize) {
      if (this.#channel.buffered > 0) return this.#interrupted()
      if (!this.#channel.write(body.length <= blockSize ? body : body.subarray(at, at + blockSize))) {
        return this.#breakOff('the server closed the connection in the middle of the message')
      }
      if (!(await this.#channel.flush(this.#timeouts.block)))
        return this.#breakOff(`the server took nothing for ${this.#timeouts.block / 1000} s`)
    }
    const reply = await this.#read(this.#timeouts.dot)
    // What came after the final dot was sent is in doubt; RFC 5321 6.1 lets the client try again.
    if (typeof reply === 'string') return { kind: 'reply-lost', why: reply }
    this.#dirty = false
    return isPositive(reply) ? { kind: 'accepted', reply } : { kind: 'refused', stage: 'dot', reply }
  }

  /** The server spoke before the message was sent whole: a refusal may come early, a consent cannot. */
  async #interrupted(): Promise<Outcome> {
    const reply = await this.#read(this.#timeouts.command)
    this.destroy()
    if (typeof reply !== 'string' && reply.code >= 400) return { kind: 'refused', stage: 'dot', reply }
    return { kind: 'broken', stage: 'dot', why: 'the server answered a message that it had not got' }
  }

  #breakOff(why: string): Outcome {
    this.destroy()
    return { kind: 'broken', stage: 'dot', why }
  }

  /** A reply that fits its command; another says that the two sides are out of step, and the connection ends. */
  async #readReply(command: Command): Promise<Reply | string> {
    const reply = await this.#read(command.timeoutMs)
    if (typeof reply === 'string' || command.fits(reply.code)) return reply
    this.destroy()
    return `${reply.code} is no answer to ${command.verb}`
  }

  /** The next reply, or why there is none. */
  async #read(timeoutMs: number): Promise<Reply | string> {
    const answer = await this.#channel.read(timeoutMs)
    if (answer.kind === 'reply') {
      if (answer.reply.code === 421) this.#usable = false
      return answer.reply
    }
    this.#usable = false
    this.#channel.destroy()
    switch (answer.kind) {
      case 'closed':
        return answer.how === 'reset' ? 'the connection was reset' : 'the server closed the connection'
      case 'timeout':
        return `no answer within ${answer.ms / 1000} s`
      case 'malformed':
        return `the answer is not SMTP: ${answer.why}`
    }
  }
}

const blockSize = 256 * 1024

interface Command {
  readonly verb: 'RSET' | 'MAIL' | 'RCPT' | 'DATA'
  readonly stage: TransactionStage
  readonly line: string
  readonly timeoutMs: number
  /** Whether a reply of that code can be meant for it (RFC 5321 4.3.2). */
  readonly fits: (code: number) => boolean
}

/** 2yz, 4yz or 5yz: done or refused, with nothing to follow. */
function isFinal(code: number): boolean {
  return code < 300 || code >= 400
}

function isCompletion(code: number): boolean {
  return code < 300
}

function isPositive(reply: Reply | undefined): boolean {
  return reply !== undefined && reply.code >= 200 && reply.code < 300
}

function isUnicode(envelope: Envelope): boolean {
  return [envelope.from, ...envelope.to].some((address) => /[^\u0000-\u007f]/.test(address))
}

function hasEightBit(message: Buffer): boolean {
  return !isAscii(message)
}
