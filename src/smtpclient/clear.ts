import type { Clock } from '../clock.ts'
import { parseEhlo } from '../smtp/index.ts'
import { type Dialer, type Endpoint, ReplyChannel } from '../starttls/index.ts'
import { MailConnection } from './connection.ts'
import type { MailOptions, TransactionTimeouts } from './transaction.ts'

export interface ClearOptions extends Omit<MailOptions, 'protocol'> {
  readonly names: readonly string[]
  readonly timeouts: TransactionTimeouts & { readonly connect: number; readonly greeting: number }
  readonly clock: Clock
  readonly dialer: Dialer
}

/**
 * A connection that carries mail in plaintext, for the level `opportunistic` and where STARTTLS was tried before.
 * Its name says what it does, and nothing else in the program makes one. Undefined where the server will not talk.
 */
export async function openInTheClear(endpoint: Endpoint, options: ClearOptions): Promise<MailConnection | undefined> {
  const dialed = await options.dialer(endpoint, options.timeouts.connect, options.clock)
  if (dialed.kind === 'unreachable') return undefined
  const channel = new ReplyChannel(dialed.socket, options.clock)
  const greeting = await channel.read(options.timeouts.greeting)
  if (greeting.kind === 'reply' && greeting.reply.code === 220) {
    for (const verb of ['EHLO', 'HELO']) {
      channel.write(`${verb} ${options.names[0] ?? 'localhost'}\r\n`)
      const answer = await channel.read(options.timeouts.command)
      if (answer.kind !== 'reply') break
      if (answer.reply.code === 250) {
        const capabilities = verb === 'EHLO' ? parseEhlo(answer.reply) : { greeting: '', extensions: [] }
        return MailConnection.inTheClear(channel, capabilities, options)
      }
    }
  }
  channel.destroy()
  return undefined
}
