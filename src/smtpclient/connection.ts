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
    const lacking = this.#lacks(envelope, message)
    if (lacking !== undefined) return envelope.to.map(() => ({ kind: 'unsupported', why: lacking }))
    const pipelining = findExtension(this.#capabilities, 'PIPELINING') !== undefined
    const commands = this.#commands(envelope, message)
    return pipelining ? this.#sendPipelined(commands, envelope, message) : this.#sendStepwise(commands, envelope, message)
  }

  /** Leaves politely, without waiting long (RFC 5321 4.1.1.10). */
  async quit(): Promise<void> {
    if (this.usable) {
      this.#channel.write('QUIT\r\n')
      await this.#channel.read(Math.min(this.#timeouts.command, 5_000))
    }
    this.#usable = false
    this.#channel.destroy()
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
    return [
      ...(this.#dirty ? [{ stage: 'mail', line: printCommand('RSET'), timeoutMs: command } as const] : []),
      { stage: 'mail', line: printCommand('MAIL', [`FROM:<${envelope.from}>`, ...params].join(' ')), timeoutMs: command },
      ...envelope.to.map((to) => ({ stage: 'rcpt', line: printCommand('RCPT', `TO:<${to}>`), timeoutMs: command }) as const),
      { stage: 'data', line: printCommand('DATA'), timeoutMs: data },
    ]
  }

  /** RFC 2920 3.1: all in one flush, and every answer counted; which is which is told by its place alone. */
  async #sendPipelined(commands: readonly Command[], envelope: Envelope, message: Buffer): Promise<readonly Outcome[]> {
    this.#channel.write(commands.map((command) => command.line).join(''))
    const replies: Reply[] = []
    for (const command of commands) {
      const reply = await this.#read(command.timeoutMs)
      if (typeof reply === 'string') return envelope.to.map(() => ({ kind: 'broken', stage: command.stage, why: reply }))
      replies.push(reply)
    }
    return this.#finish(replies.slice(-envelope.to.length - 2), envelope, message)
  }

  async #sendStepwise(commands: readonly Command[], envelope: Envelope, message: Buffer): Promise<readonly Outcome[]> {
    const replies: Reply[] = []
    let anyRecipient = false
    for (const command of commands) {
      // DATA without a recipient would only be refused.
      if (command.stage === 'data' && !anyRecipient) break
      this.#channel.write(command.line)
      const reply = await this.#read(command.timeoutMs)
      if (typeof reply === 'string') return envelope.to.map(() => ({ kind: 'broken', stage: command.stage, why: reply }))
      const isMail = command.line.startsWith('MAIL')
      if (isMail || command.stage !== 'mail') replies.push(reply)
      if (isMail && !isPositive(reply)) break
      anyRecipient ||= command.stage === 'rcpt' && isPositive(reply)
    }
    return this.#finish(replies, envelope, message)
  }

  /** @param replies to MAIL, to each RCPT, to DATA; cut short where a step made the next pointless */
  async #finish(replies: readonly Reply[], envelope: Envelope, message: Buffer): Promise<readonly Outcome[]> {
    const [mail, ...rest] = replies
    const data = rest[envelope.to.length]
    const recipients = envelope.to.map((_, index) => rest[index])
    this.#dirty = true
    const accepted =
      mail !== undefined && isPositive(mail) && recipients.some((reply) => reply !== undefined && isPositive(reply))
    let end: Outcome | undefined
    if (data?.code === 354) end = await this.#transfer(accepted ? stuffDots(message) : Buffer.from('.\r\n'))
    return recipients.map((rcpt): Outcome => {
      if (mail && !isPositive(mail)) return { kind: 'refused', stage: 'mail', reply: mail }
      if (rcpt && !isPositive(rcpt)) return { kind: 'refused', stage: 'rcpt', reply: rcpt }
      if (end) return end
      if (data) return { kind: 'refused', stage: 'data', reply: data }
      return { kind: 'broken', stage: 'rcpt', why: 'the server gave no answer' }
    })
  }

  async #transfer(body: Buffer): Promise<Outcome> {
    // In blocks, so that a long message neither piles up in memory nor waits for a peer that has stopped reading.
    for (let at = 0; at < body.length; at += blockSize) {
      this.#channel.write(body.length <= blockSize ? body : body.subarray(at, at + blockSize))
      if (!(await this.#channel.flush(this.#timeouts.block))) {
        this.destroy()
        return { kind: 'broken', stage: 'dot', why: `the server took nothing for ${this.#timeouts.block / 1000} s` }
      }
    }
    const reply = await this.#read(this.#timeouts.dot)
    // What came after the final dot was sent is in doubt; RFC 5321 6.1 lets the client try again.
    if (typeof reply === 'string') return { kind: 'reply-lost', why: reply }
    this.#dirty = false
    return isPositive(reply) ? { kind: 'accepted', reply } : { kind: 'refused', stage: 'dot', reply }
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
  readonly stage: TransactionStage
  readonly line: string
  readonly timeoutMs: number
}

function isPositive(reply: Reply): boolean {
  return reply.code >= 200 && reply.code < 300
}

function isUnicode(envelope: Envelope): boolean {
  return [envelope.from, ...envelope.to].some((address) => /[^\u0000-\u007f]/.test(address))
}

function hasEightBit(message: Buffer): boolean {
  return !isAscii(message)
}
