/** What providers say became of messages that were handed to them: claims, each authenticated as its provider allows. */
export type { ClaimBox, ClaimedEvent, Kept, WaitingClaim } from './box.ts'
export { type ClaimDesk, type Taken, takeEvents } from './desk.ts'
export { type ClaimProvider, type ProviderEvent, type ReadRequest, type Reading, claimProviders } from './event.ts'
export { createMailgunReader } from './mailgun.ts'
export { createSendgridReader } from './sendgrid.ts'
export { createSparkpostReader } from './sparkpost.ts'
export { tieEvent } from './tie.ts'
