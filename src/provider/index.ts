/** The directory of mailbox providers: who runs the servers that many domains name in their MX records. */
export { mailboxProviders } from './directory.ts'
export { findMailboxProvider } from './find.ts'
export type { Claim, MailboxProvider } from './provider.ts'
