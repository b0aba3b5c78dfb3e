/** Hellos as no TLS library says them any more, and what servers answer in the clear. */
export type { CertificateRequest, HelloAnswer, ServerFlight } from './answer.ts'
export type { ClientHello, Ssl2Hello } from './clientHello.ts'
export { exchangeHello } from './exchange.ts'
export { type Ended } from './flightParser.ts'
export { printClientHello } from './printClientHello.ts'
export { type MalformedRecord, type TlsRecord, printRecords } from './record.ts'
export { type ChannelOptions, RecordChannel } from './recordChannel.ts'
export { countRetries, findAlert, readWatched } from './watched.ts'
