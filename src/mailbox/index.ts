/** Mailboxes on disk, read message by message: mbox (RFC 4155) and Maildir. */
export { type StoredMessage, maxMessage } from './message.ts'
export { readMailbox, requireMailbox } from './open.ts'
