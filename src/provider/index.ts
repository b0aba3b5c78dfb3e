/** Who runs mail servers for many: where domains get their mail, and where mail is handed in to be sent. */
export { mailboxProviders } from './directory.ts'
export { listEndpoints } from './endpoint.ts'
export { findMailboxProvider, findProviderOfDomain, sendingProviders } from './find.ts'
export type { Claim, MailboxProvider } from './provider.ts'
export { type Recognised, recognise } from './recognise.ts'
export { type Search, searchProvider } from './search.ts'
export { type ProviderEndpoint, type ProviderKind, type SendingProvider, type TlsClaims, providerKinds } from './sending.ts'
export { type Submission, findSubmission } from './submission.ts'
