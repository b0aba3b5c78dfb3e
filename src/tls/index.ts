/** TLS from the client's side: the handshake, what it showed, whose certificates are trusted. */
export { type CertificateFacts, readCertificate } from './certificate.ts'
export type { TlsFacts } from './facts.ts'
export { type HandshakeDone, type HandshakeFailure, handshake } from './handshake.ts'
export { matchName } from './name.ts'
export { type TlsFloor, Trust } from './trust.ts'
export { type CertificateProblem, verifyCertificate } from './verify.ts'
