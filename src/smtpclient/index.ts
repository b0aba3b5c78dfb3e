/**
 * RFC 5321 and RFC 2033 from the sender's side: log in, hand over messages, leave.
 *
 * @example
 * ```ts
 * import { openHop } from 'sealpost/starttls'
 * import { MailConnection, authenticate } from 'sealpost/smtpclient'
 *
 * const { channel, record } = await openHop(endpoint, options) // inside TLS, or no channel
 * if (channel && record.inside) {
 *   await authenticate(channel, record.inside, { kind: 'password', user, password }, 300_000)
 *   const connection = MailConnection.overTls(channel, record.inside, { timeouts, chunking: true })
 *   let next = letters.shift()
 *   while (next && connection.usable) {
 *     const current = next
 *     next = letters.shift()
 *     const outcomes = await connection.send(current, Promise.resolve(next)) // one for each of envelope.to
 *   }
 *   await connection.quit()
 * }
 * ```
 */
export { authenticate } from './authenticate.ts'
export { type ClearOptions, openInTheClear } from './clear.ts'
export { MailConnection } from './connection.ts'
export { type Authenticated, type Credentials, type Mechanism, passwordMechanisms } from './mechanism.ts'
export type {
  DsnRequest,
  Envelope,
  MailOptions,
  Need,
  Outcome,
  Outgoing,
  Pipelining,
  TransactionStage,
  TransactionTimeouts,
} from './transaction.ts'
