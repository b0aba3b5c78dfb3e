import { type Reply, printCommand } from '../smtp/index.ts'
import { approachTls } from './approach.ts'
import { ReplyChannel } from './channel.ts'
import type { Endpoint } from './dial.ts'
import { Dialogue } from './dialogue.ts'
import { type HopOptions, beginRecord, dialHop } from './hop.ts'
import { showFlight } from './plain.ts'
import type { HopEnd, HopRecord } from './record.ts'
import type { Said } from './said.ts'
import { SecureChannel } from './secure.ts'
import { classifyReply, smtp } from './smtp.ts'
import type { Transcript } from './transcript.ts'
import { upgrade } from './upgrade.ts'

export interface MailProbeOptions extends HopOptions {
  readonly protocol: 'smtp'
  /** Who is named as the recipient: `postmaster@example.org`, whom every domain has (RFC 5321 4.5.1). */
  readonly recipient: string
}

export interface MailProbe {
  readonly record: HopRecord
  /** `secure` where the dialogue came to its end inside TLS. */
  readonly end: HopEnd
  /** The answer to MAIL FROM:<> in the clear; undefined where it did not come so far. */
  readonly mail: Said | undefined
  /** What the server demands before mail: TLS or a log-in (both are 530), nothing, or something else. */
  readonly demand: 'tls' | 'log-in' | 'none' | 'unknown'
  /** Whether a transaction begun in the clear went on inside TLS, against RFC 3207 4.2. */
  readonly state: { readonly kind: 'kept' | 'reset'; readonly said: Said } | { readonly kind: 'not-tested'; readonly why: string }
}

/**
 * Begins a transaction with the null sender in the clear, and looks after STARTTLS whether it is still there. Done with
 * the user's word alone, as servers may count it as an attempt at mail. No message is ever sent: DATA is not among the
 * words of this file, and whatever was begun ends by RSET.
 */
export async function probeMail(endpoint: Endpoint, options: MailProbeOptions): Promise<MailProbe> {
  const { transcript, record } = beginRecord(endpoint, options)
  const nothing = { mail: undefined, demand: 'unknown' } as const
  if (options.security === 'implicit')
    return { record, end: { kind: 'not-offered' }, ...nothing, state: untested('the port has TLS from its first octet') }
  const dialed = await dialHop(record, options, transcript)
  if (dialed.kind === 'unreachable') return { record, end: dialed, ...nothing, state: untested('no connection') }
  const channel = new ReplyChannel(dialed.socket, options.clock)
  const trial = new Trial(channel, options, transcript)
  const end = await trial.approach(record)
  const mail = trial.mail
  const base = { record, mail, demand: findDemand(mail) }
  if (end.kind !== 'ready') return { ...base, end, state: untested('the dialogue did not come as far as TLS') }
  return { ...base, ...(await trial.goOn(record)) }
}

/** The only session that says MAIL and RCPT outside `smtpclient/`; it stays in this file. */
class Trial {
  readonly #channel: ReplyChannel
  readonly #dialogue: Dialogue
  readonly #options: MailProbeOptions
  readonly #transcript: Transcript
  mail: Said | undefined

  constructor(channel: ReplyChannel, options: MailProbeOptions, transcript: Transcript) {
    this.#channel = channel
    this.#dialogue = new Dialogue(smtp, channel, { clock: options.clock, transcript })
    this.#options = options
    this.#transcript = transcript
  }

  async approach(record: HopRecord): Promise<HopEnd | { readonly kind: 'ready' }> {
    const { greeting, command } = this.#options.timeouts
    const speaker = {
      greeting: async () => this.#dialogue.hear('greeting', greeting),
      ehlo: async (name: string) => this.#dialogue.ask('ehlo', command, name),
      helo: async (name: string) => this.#dialogue.ask('helo', command, name),
      starttls: async () => {
        const reply = await this.#say(this.#channel, 'MAIL', 'FROM:<>')
        this.mail = reply && classifyReply('sync', reply)
        return this.#dialogue.ask('starttls', command)
      },
    }
    const { names, probe } = this.#options
    const end = await approachTls(speaker, record, { names, unlisted: probe, helo: false })
    if (end.kind !== 'ready') await this.#dialogue.quit(command)
    return end
  }

  async goOn(record: HopRecord): Promise<Pick<MailProbe, 'end' | 'state'>> {
    if (this.#channel.buffered > 0) {
      const shown = this.#channel.drain().toString('utf8').slice(0, 200)
      this.#channel.destroy()
      return { end: { kind: 'injected', shown }, state: untested('plaintext came after the consent to TLS') }
    }
    const { sni, timeouts, clock } = this.#options
    const { result, flight } = await upgrade(this.#channel.release(), {
      ...this.#options,
      servername: sni ? record.endpoint.host : undefined,
      watch: true,
      timeoutMs: timeouts.handshake,
      transcript: this.#transcript,
    })
    if (flight) record.flight = flight
    if (result.kind === 'failed') {
      const shown = result.why === 'not-tls' ? showFlight(flight) : ''
      const end: HopEnd = { kind: 'handshake-failed', failure: result, shown, speech: false }
      return { end, state: untested('the handshake failed') }
    }
    record.tls = result.facts
    const inside = new SecureChannel(result, clock, 'smtp')
    const state = await this.#judgeState(inside)
    await new Dialogue(smtp, inside, { clock, transcript: this.#transcript }).quit(timeouts.command)
    return { end: { kind: 'secure' }, state }
  }

  async #judgeState(inside: SecureChannel): Promise<MailProbe['state']> {
    if (this.mail?.standing !== 'yes') return untested('MAIL was not accepted in the clear')
    // RFC 3207 4.2: the server must forget the sender, so that a recipient is out of sequence (RFC 5321 4.1.4: 503).
    const reply = await this.#say(inside, 'RCPT', `TO:<${this.#options.recipient}>`)
    if (!reply) return untested('the server gave no answer to RCPT')
    await this.#say(inside, 'RSET')
    const said = classifyReply('sync', reply)
    if (reply.code >= 200 && reply.code < 300) return { kind: 'kept', said }
    return reply.code === 503
      ? { kind: 'reset', said }
      : untested('the answer to RCPT says neither that a sender is known nor not')
  }

  async #say(channel: ReplyChannel, verb: 'MAIL' | 'RCPT' | 'RSET', argument = ''): Promise<Reply | undefined> {
    const line = printCommand(verb, argument)
    this.#transcript.add('client', line.trimEnd())
    channel.write(line)
    const answer = await channel.read(this.#options.timeouts.command)
    if (answer.kind !== 'reply') return undefined
    for (const shown of smtp.show(answer.reply)) this.#transcript.add('server', shown)
    return answer.reply
  }
}

/** RFC 3207 4 and RFC 4954 6 give the same code for two demands; the text alone tells them apart. */
function findDemand(mail: Said | undefined): MailProbe['demand'] {
  if (mail?.standing === 'yes') return 'none'
  if (mail?.reply?.code !== 530) return 'unknown'
  return /tls/i.test(mail.text) || !/auth/i.test(mail.text) ? 'tls' : 'log-in'
}

function untested(why: string): Extract<MailProbe['state'], { kind: 'not-tested' }> {
  return { kind: 'not-tested', why }
}
