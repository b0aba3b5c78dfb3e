/** DNS as a mail sender asks it. Wire codec: dns-packet. */
export { type HostAddresses, isSpecialAddress, lookupAddresses, lookupNamedHost } from './address.ts'
export type { DnsAnswer, MxRecord, RecordData, RecordType, Resolver } from './answer.ts'
export { type MailRoute, lookupMx } from './mx.ts'
export { type Misfit, type PolicyField, readPolicyRecord } from './policyRecord.ts'
export { type ResolverOptions, createResolver } from './resolver.ts'
export { type MailService, lookupMailServices } from './srv.ts'
export { readSystemServers } from './system.ts'
export type { DnsServer } from './transport.ts'
