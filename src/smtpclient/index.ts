/** RFC 5321 from the sender's side: log in, hand over messages, leave. */
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
