/**
 * What is known of a destination before it is dialled: what its domain's MTA-STS policy says, and what DANE says of each
 * host. Asked in one way for `check`, `send` and `sealpost policy`.
 */
export { type HostKnowledge, lookupHost, unaskedHost } from './host.ts'
export { groundOf, vouchingOf } from './demand.ts'
export { type TlsaList, listTlsa } from './tlsa.ts'
export { type StsDeps, type StsKnowledge, lookupSts } from './sts.ts'
