/** DANE for SMTP (RFC 6698, 7671, 7672): a host's TLSA records looked up, judged, and held against its certificates. */
export type { AddressAnswer, DaneResolver, TlsaRecord } from './ask.ts'
export { describeFlaw, describeLookup, describeMatch, nameKind } from './describe.ts'
export { type DaneLookup, type LookupOptions, chooseSni, lookupDane } from './lookup.ts'
export { type DaneMatch, type MatchOptions, matchDane } from './match.ts'
export type { DaneProblem, FailedTlsa, PathFlaw } from './problem.ts'
export { type TlsaFlaw, type TlsaJudgement, type TlsaSet, type UsableTlsa, readTlsa, readTlsaSet } from './record.ts'
