/**
 * A TLS server for tests of the client side: every version from SSLv2 on, every fault that a check looks for. It shares
 * no code with src/tls, so that what is wrong there is not wrong here too.
 */
export type { Intolerance, Mishap, TlsBehaviour } from './behaviour.ts'
export { forgeIdentity, weakKeys } from './forge.ts'
export { openIdentity, readPem, takeOwnIdentities } from './identity.ts'
export type { PremasterForm } from './premaster.ts'
export { printAlert, printRecord } from './record.ts'
export { makeOracle } from './robot.ts'
export type { TlsSeen } from './seen.ts'
export { startTlsServer, type TlsConnection, type TlsServer } from './server.ts'
export { speakTls } from './speakTls.ts'
export { everySuite } from './suite.ts'
