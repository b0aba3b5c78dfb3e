/** What IANA has registered for TLS, and what servers had beside it. */
export { alertName, readAlert } from './alert.ts'
export { groups, readGroup } from './group.ts'
export { groupName, schemeName } from './names.ts'
export { nameGroup } from './prime.ts'
export { signatureSchemes } from './signature.ts'
export { ssl2KindName, ssl2Kinds } from './ssl2.ts'
export { type CipherSuite, readSuite, suites } from './suite.ts'
export { versionName } from './version.ts'
