/** DNS as a mail sender asks it: a stub resolver, what its answers are worth, and where mail goes. */
export { type HostAddresses, isSpecialAddress, lookupAddresses, lookupNamedHost } from './address.ts'
export { type FirstAlias, lookupFirstAlias } from './alias.ts'
export type { DnsAnswer, DnsFailure, MxRecord, RecordData, RecordType, Resolver, ResolverTrust, TlsaRecord } from './answer.ts'
export type { DnsServer } from './exchange.ts'
export { type MockZone, mockResolver } from './mock.ts'
export { type MailRoute, lookupMx } from './mx.ts'
<<<<<<< HEAD
<<<<<<< HEAD
=======
export { type Misfit, type PolicyField, readPolicyRecord } from './policyRecord.ts'
>>>>>>> mtasts
export { type ResolverOptions, createResolver } from './resolver.ts'
export { lookupSpfIncludes } from './spf.ts'
=======
export { type ResolverOptions, type StubResolver, createResolver } from './resolver.ts'
>>>>>>> dns
export { type MailService, lookupMailServices } from './srv.ts'
export { readSystemDns, readSystemServers } from './system.ts'
export { decideTrust } from './trust.ts'
